/// A policy that was found sound, in the form that decides.
///
/// Immutable and shared: a new policy is a new value, and whoever holds this one keeps deciding by it.
public final class CompiledPolicy: Sendable {
    /// What it was made of.
    public let policy: Policy
    /// `sha256:` and digest of the file; "" for a policy made in code.
    public let digest: String

    struct Model: Sendable {
        let name: String
        let provider: Int
        let tier: Int
        let inputPrice: Double
        let outputPrice: Double
        let cachedInputPrice: Double
        let contextWindow: Int
        let capabilities: UInt64
        /// Models that follow, chains followed to their ends, each once.
        let chain: [Int]

        /// Estimated cost; `cached` of the input tokens are in the provider's cache.
        func cost(input: Int, cached: Int, output: Int) -> Double {
            (Double(input - cached) * inputPrice + Double(cached) * cachedInputPrice + Double(output) * outputPrice)
                / 1_000_000
        }
    }

    /// What a source of overrides, or a rule, says.
    struct Override: Sendable {
        var model: Int?
        var floor: Int?
        var ceiling: Int?
        var mode: Int?
    }

    struct RuleOutcome: Sendable {
        var taskType: Int?
        var override: Override
    }

    struct Budget: Sendable {
        let steps: [(at: Double, tiersDown: Int, ceiling: Int?)]
    }

    let models: [Model]
    let modelIndex: [String: Int]
    let providerModels: [String: [Int]]
    let tierModels: [[Int]]
    let tierIndex: [String: Int]
    let modeIndex: [String: Int]
    let taskIndex: [String: Int]
    let defaultMode: Int
    let defaultTask: Int
    let outputTokens: [Int]
    /// Models of task type and mode, at `task * modes + mode`.
    let table: [[Int]]
    let hedges: [Bool]
    let cascades: [Bool]
    let rules: CompiledRules
    let outcomes: [RuleOutcome]
    let projects: [String: Override]
    let userTiers: [String: Override]
    let uncertainModel: Int?
    let budgets: [Budget]
    let baseline: Int?
    /// The checks of answers.
    public let answerChecker: AnswerChecker
    let capabilityBits: [String: UInt64]
    /// Headers that the policy looks at, in lower case; a decision depends on no others.
    package let headerNames: Set<String>
    /// Instructions of all the rules' patterns.
    ///
    /// Where a hostile text makes their automaton outgrow its memory, each byte costs a step for each of them, of some
    /// ten nanoseconds; who cannot wait bounds the product.
    package let patternSize: Int

    /// Compiles a policy.
    ///
    /// - Parameter digest: of the file that it was read from; it comes back in every decision.
    /// - Throws: the first error that `Policy.checks()` finds.
    public init(_ policy: Policy, digest: String = "") throws(PolicyIssue) {
        if let error = policy.checks().first(where: { $0.severity == .error }) { throw error }
        self.policy = policy
        self.digest = digest
        func index(_ names: [String]) -> [String: Int] {
            Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let modelIndex = index(policy.models.map(\.name))
        let tierIndex = index(policy.tiers)
        let modeIndex = index(policy.modes)
        let taskIndex = index(policy.table.map(\.taskType))
        self.modelIndex = modelIndex
        self.tierIndex = tierIndex
        self.modeIndex = modeIndex
        self.taskIndex = taskIndex
        // `checks` has found every name that is looked up below.
        defaultMode = modeIndex[policy.defaultMode] ?? 0
        defaultTask = taskIndex[policy.defaultTaskType] ?? 0
        outputTokens = policy.table.map { $0.outputTokens ?? policy.defaultOutputTokens }

        var bits: [String: UInt64] = ["tools": 1, "images": 2]
        for capability in policy.models.flatMap(\.capabilities) where bits[capability] == nil {
            bits[capability] = 1 << UInt64(bits.count)
        }
        capabilityBits = bits
        let providers = index(policy.models.map(\.provider))
        models = policy.models.map { model in
            Model(
                name: model.name, provider: providers[model.provider] ?? 0, tier: tierIndex[model.tier] ?? 0,
                inputPrice: model.inputPrice, outputPrice: model.outputPrice,
                cachedInputPrice: model.cachedInputPrice ?? model.inputPrice, contextWindow: model.contextWindow,
                capabilities: model.capabilities.reduce(0) { $0 | (bits[$1] ?? 0) },
                chain: policy.fallbackChain(of: model.name).compactMap { modelIndex[$0] })
        }
        let models = self.models
        tierModels = policy.tiers.indices.map { tier in models.indices.filter { models[$0].tier == tier } }
        providerModels = Dictionary(grouping: models.indices) { policy.models[$0].provider }

        let modes = policy.modes
        table = policy.table.flatMap { row in
            modes.map { mode in
                var seen: Set<Int> = []
                return (row.models[mode] ?? []).compactMap { modelIndex[$0] }.filter { seen.insert($0).inserted }
            }
        }
        func cells(_ scope: Policy.Scope?) -> [Bool] {
            policy.table.flatMap { row in modes.map { scope?.contains(taskType: row.taskType, mode: $0) ?? false } }
        }
        hedges = cells(policy.hedge)
        cascades = cells(policy.cascade?.scope)

        do {
            rules = try CompiledRules(policy.rules)
        } catch {
            throw PolicyIssue(.error, at: "rules", "rules: \(error.reason)")
        }
        headerNames = rules.headerNames.union([policy.modeHeader].compactMap { $0 })
        patternSize = rules.patternSize
        func override(_ entry: Policy.Overrides.Entry) -> Override {
            Override(
                model: entry.model.flatMap { modelIndex[$0] }, floor: entry.tierFloor.flatMap { tierIndex[$0] },
                ceiling: entry.tierCeiling.flatMap { tierIndex[$0] }, mode: entry.mode.flatMap { modeIndex[$0] })
        }
        outcomes = policy.rules.map { rule in
            var entry = Policy.Overrides.Entry()
            entry.model = rule.outcome.model
            entry.tierFloor = rule.outcome.tierFloor
            entry.tierCeiling = rule.outcome.tierCeiling
            return RuleOutcome(taskType: rule.outcome.taskType.flatMap { taskIndex[$0] }, override: override(entry))
        }
        projects = policy.overrides.projects.mapValues(override)
        userTiers = policy.overrides.userTiers.mapValues(override)
        uncertainModel = policy.uncertainty.model.flatMap { modelIndex[$0] }
        budgets = policy.budgets.map { budget in
            Budget(
                steps: budget.steps.map { step in
                    (step.at, step.tiersDown ?? 0, step.tierCeiling.flatMap { tierIndex[$0] })
                })
        }
        baseline = policy.baseline.flatMap { modelIndex[$0] }
        do {
            answerChecker = try AnswerChecker(policy.answerChecks)
        } catch {
            throw PolicyIssue(.error, at: "checks", "checks: \(error.path) \(error.message)")
        }
    }
}

extension Policy.Scope {
    /// Whether a cell of the table belongs to it.
    public func contains(taskType: String, mode: String) -> Bool {
        (modes.isEmpty || modes.contains(mode)) && (taskTypes.isEmpty || taskTypes.contains(taskType))
    }
}

extension Policy {
    /// The models that follow one by `fallbacks` of the catalogue: its own, each followed by those that follow it.
    ///
    /// No model stands in it twice, nor the first one, so that it ends also where the catalogue goes in a circle.
    public func fallbackChain(of name: String) -> [String] {
        var seen: Set<String> = [name]
        var chain: [String] = []
        // A stack instead of recursion, since chains are as long as files are.
        var waiting = models.first { $0.name == name }?.fallbacks.reversed() ?? []
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted else { continue }
            chain.append(next)
            waiting += models.first { $0.name == next }?.fallbacks.reversed() ?? []
        }
        return chain
    }
}
