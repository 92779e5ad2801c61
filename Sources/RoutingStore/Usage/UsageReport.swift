/// What one call to a model used and cost, as the gateway tells it.
public struct UsageReport: Sendable, Equatable {
    /// The kind of record that it is kept as.
    public static let kind = "usage"

    /// Unique: a report that comes again under its identifier is not counted again.
    public var id: String
    /// The decision that the call followed.
    public var decision: String?
    /// The model that was called.
    public var model: String?
    /// Tokens of the request, those from the provider's cache included.
    public var inputTokens = 0
    /// Tokens of the answer.
    public var outputTokens = 0
    /// Tokens of the request that came from the provider's cache.
    public var cachedInputTokens = 0
    /// What it cost, in the policy's currency; from the policy's prices where the gateway does not say.
    public var cost: Double?
    /// What the policy's baseline would have cost for the same tokens, as the service works out when it takes the report;
    /// nil where no tokens were told.
    public var baselineCost: Double?
    /// `project`, `user`, `feature`, and whatever else is to be told apart in summaries.
    public var metadata: [String: String] = [:]
    /// Whether the call failed for a reason of the provider's.
    public var failed = false
    /// Whether it was a fallback's turn.
    public var isFallback = false
    /// Seconds that the call took.
    public var latencySeconds: Double?

    /// A report of nothing.
    public init(id: String) { self.id = id }
}
