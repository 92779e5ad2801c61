/// What an operator wants: which model answers which kind of request, at what cost, and what is done in doubt.
///
/// Names are kept as they are written; `CompiledPolicy` is what decides. `checks()` says what is wrong with one.
public struct Policy: Sendable, Equatable {
    /// Currency of all prices, for people; nothing is converted.
    public var currency = "USD"
    /// The day as of which the prices hold, as `2026-02-01`.
    public var date: String?
    /// Tiers of capability, from the least to the most.
    public var tiers: [String] = []
    /// Names of the modes.
    public var modes: [String] = ["eco", "balanced", "sport"]
    /// The mode of a request that names none.
    public var defaultMode = "balanced"
    /// The header that names a mode where the request itself does not, in lower case.
    public var modeHeader: String?
    /// The task type of a request that neither a rule nor the classifier could tell.
    public var defaultTaskType = "complex"
    /// Tokens of an answer where the task type does not say.
    public var defaultOutputTokens = 500
    /// The model that costs are compared with; the dearest one where this is nil.
    public var baseline: String?
    /// The catalogue, in the order of the file.
    public var models: [Model] = []
    /// The task types and their models, in the order of the file.
    public var table: [Row] = []
    /// Rules, in the order of the file.
    public var rules: [Rule] = []
    /// Who may say what.
    public var overrides = Overrides()
    /// What is done where the classifier is not sure.
    public var uncertainty = Uncertainty()
    /// What may be spent.
    public var budgets: [Budget] = []
    /// When a model counts as down.
    public var health = HealthRules()
    /// How models are kept within a session.
    public var sessions: SessionRules?
    /// Where two providers are called at once.
    public var hedge: Scope?
    /// Where the cheapest model is asked first.
    public var cascade: Cascade?
    /// What answers must pass to be good enough, each in its part of the table.
    public var answerChecks: [AnswerChecks] = []
    /// Which models follow when one fails.
    public var fallbacks = FallbackRules()
    /// How routing takes over from the model that answered before; at once where nil.
    public var rollout: Rollout?

    /// A policy without models.
    public init() {}

    /// A model that requests may go to.
    public struct Model: Sendable, Equatable {
        /// The name by which the gateway knows it.
        public var name: String
        /// Who runs it; fallbacks prefer another one.
        public var provider: String
        /// Its tier of capability.
        public var tier: String
        /// Price of a million input tokens.
        public var inputPrice: Double
        /// Price of a million output tokens.
        public var outputPrice: Double
        /// Price of a million input tokens that the provider has in its cache; `inputPrice` where it gives no discount.
        public var cachedInputPrice: Double?
        /// Most tokens of input and output together.
        public var contextWindow: Int
        /// What it can do beside text: `tools`, `images`, or the operator's own words.
        public var capabilities: [String] = []
        /// Seconds that an answer takes, for people and simulations.
        public var latencySeconds: Double?
        /// Measured quality by task type, 0 to 1.
        public var quality: [String: Double] = [:]
        /// The day as of which price and quality hold.
        public var date: String?
        /// Models that follow this one when it fails, before any others.
        public var fallbacks: [String] = []

        /// A model of the catalogue.
        public init(
            name: String, provider: String, tier: String, inputPrice: Double, outputPrice: Double,
            contextWindow: Int
        ) {
            self.name = name
            self.provider = provider
            self.tier = tier
            self.inputPrice = inputPrice
            self.outputPrice = outputPrice
            self.contextWindow = contextWindow
        }
    }

    /// A task type and its models.
    public struct Row: Sendable, Equatable {
        /// The label that the classifier or a rule gives.
        public var taskType: String
        /// Tokens of a typical answer.
        public var outputTokens: Int?
        /// Confidence below which the prediction counts as uncertain, beside what the classifier says itself.
        public var minimumConfidence: Double?
        /// Mode → models, the preferred one first.
        public var models: [String: [String]]

        /// A row of the table.
        public init(taskType: String, models: [String: [String]]) {
            self.taskType = taskType
            self.models = models
        }
    }

    /// A part of the table; an empty list stands for all.
    public struct Scope: Sendable, Equatable {
        /// Modes concerned.
        public var modes: [String] = []
        /// Task types concerned.
        public var taskTypes: [String] = []
        /// The whole table.
        public init() {}
    }
}
