/// What a decision depends on beside request and policy: the time, and what happened before.
///
/// A value: deciding changes nothing. What happened is told to the ledgers, by whoever carries decisions out.
public struct RoutingState: Sendable, Equatable {
    /// Seconds since 1970, UTC.
    public var now: Double
    /// What was spent.
    public var budgets = BudgetLedger()
    /// What is down.
    public var health = HealthLedger()
    /// Which model each session has.
    public var sessions = SessionLedger()
    /// How far the rollout has come.
    public var rollout = RolloutLedger()

    /// Nothing happened yet.
    public init(now: Double = 0) { self.now = now }
}
