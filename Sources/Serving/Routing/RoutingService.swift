import Routing
import RoutingStore
import Synchronization
import TaskType
import Telemetry

/// Decisions with all that they depend on: the policy, what was spent, what is down, which model each session has.
///
/// A decision reads memory alone; what is reported is durable before it is acknowledged, where there is a state file.
final class RoutingService: Sendable {
    let policy: PolicyStore
    /// Where reports outlast the process; nil where they are kept in memory alone.
    let store: RoutingStore?
    let metrics: RoutingMetrics
    private let recorder: DecisionRecorder?
    /// Days for which reports are told apart from those that come again.
    private let keepDays: Int
    private let clock: @Sendable () -> Double
    /// Whose spending the book keeps apart, or will when it is next read.
    let dimensions: Mutex<Set<Policy.Budget.Owner>>
    let book: Mutex<SpendBook>
    let health = Mutex(HealthLedger())
    private let sessions: SessionShards
    /// Told of what a rollout, named second, did by itself.
    let onRolloutEvent: @Sendable (RolloutEvent, String) -> Void
    /// How far rollouts have come, and the policy whose rollout was taken up last.
    let rollouts = Mutex<(book: RolloutBook, followed: String)>((RolloutBook(), ""))
    /// Reports taken where no store keeps them, so that they are not counted twice either.
    let seen = Mutex(SeenReports())

    init(
        _ settings: ServiceConfiguration.Routing, policy: PolicyStore, store: RoutingStore?, metrics: RoutingMetrics,
        recorder: DecisionRecorder? = nil, clock: @escaping @Sendable () -> Double = wallClock,
        onRolloutEvent: @escaping @Sendable (RolloutEvent, String) -> Void = { _, _ in }
    ) throws(ServiceError) {
        self.onRolloutEvent = onRolloutEvent
        self.policy = policy
        self.store = store
        self.metrics = metrics
        self.recorder = recorder
        self.clock = clock
        keepDays = settings.stateDays
        sessions = SessionShards(capacity: settings.sessions)
        let looked = store == nil ? Set(Policy.Budget.Owner.allCases) : Self.dimensions(policy.current)
        dimensions = Mutex(looked)
        book = Mutex(SpendBook(dimensions: looked))
        if let store {
            do throws(StoreError) {
                try store.follow(Follower(service: self))
            } catch {
                throw ServiceError("routing.state: \(error)")
            }
            policy.beforeActivation { [weak self] policy throws(ServiceError) in try self?.prepare(for: policy) }
        }
    }

    /// Seconds since 1970.
    var now: Double { clock() }

    /// Whose spending a policy looks at.
    private static func dimensions(_ policy: CompiledPolicy) -> Set<Policy.Budget.Owner> {
        Set(policy.policy.budgets.map(\.owner))
    }

    /// Reads back the spending of those that no policy looked at before.
    private func prepare(for policy: CompiledPolicy) throws(ServiceError) {
        let known = dimensions.withLock { $0 }
        let wanted = known.union(Self.dimensions(policy))
        guard let store, wanted != known else { return }
        dimensions.withLock { $0 = wanted }
        do throws(StoreError) {
            try store.reload(Follower(service: self))
        } catch {
            dimensions.withLock { $0 = known }
            throw ServiceError("the budgets' state cannot be read: \(error)")
        }
    }

    // MARK: Deciding

    /// What a decision about a request depends on, at this moment: a small value, however much there is in memory.
    private func state(for request: RoutingRequest, _ policy: CompiledPolicy) -> RoutingState {
        var state = RoutingState(now: now)
        let budgets = policy.policy.budgets
        if !budgets.isEmpty {
            state.budgets = book.withLock { $0.ledger(for: budgets, metadata: request.metadata, at: state.now) }
        }
        for name in health.withLock({ $0.down(at: state.now) }) { state.health.markDown(name) }
        if let rules = policy.policy.sessions, let identifier = request.session {
            state.sessions = sessions.ledger(identifier, rules: rules, at: state.now)
        }
        if let rollout = policy.policy.rollout { state.rollout = ledger(of: rollout, policy) }
        return state
    }

    /// Decides, remembers the session's model, and counts.
    ///
    /// - Parameter policy: the one that `match` was made by.
    func decide(
        _ request: RoutingRequest, policy: CompiledPolicy, match: CompiledPolicy.RuleMatch, prediction: Prediction?,
        modelRevision: String?
    ) -> Decision {
        let state = state(for: request, policy)
        let decision = policy.decide(
            request, prediction: prediction, state: state, match: match, modelRevision: modelRevision)
        if policy.policy.sessions != nil, let identifier = request.session, let model = decision.model {
            sessions.record(
                identifier, model: model, routedModel: decision.rollout?.routedModel,
                inputTokens: decision.inputTokens, at: state.now)
        }
        if let arm = decision.rollout?.arm { metrics.assigned(arm: arm.rawValue) }
        metrics.decided(model: decision.model, cause: decision.cause.rawValue, taskType: decision.taskType)
        recorder?.record(decision, of: request, at: state.now)
        return decision
    }

    // MARK: Looking after

    /// Forgets what is old, a little at a time, and lets a rollout take a step whose time has come.
    func tidy() {
        advanceRollout()
        metrics.sessions.set(Double(sessions.total))
        metrics.down.set(Double(health.withLock { $0.down(at: now).count }))
        guard let store else { return }
        // Where it cannot be done now, it is tried again.
        for kind in [UsageReport.kind, OutcomeReport.kind, DecisionRecord.kind] {
            _ = try? store.forget(kind, before: now - Double(keepDays) * 86_400)
        }
    }

    /// Records calls that were reported.
    func record(_ reports: some Sequence<UsageReport>) {
        guard let recorder else { return }
        for report in reports { recorder.record(report, at: now) }
    }

    /// Writes what waits; nothing is taken any more.
    func close() {
        recorder?.close()
        store?.close()
    }
}

/// Seconds since 1970 by the system's clock.
@Sendable func wallClock() -> Double { Double(HTTPDate().now().milliseconds) / 1000 }

/// Identifiers of reports, the oldest forgotten where there are too many.
struct SeenReports: Sendable {
    private static let limit = 100_000
    private var recent: Set<String> = []
    private var older: Set<String> = []

    /// Notes a report; false where it was there before.
    mutating func insert(_ id: String) -> Bool {
        guard !recent.contains(id), !older.contains(id) else { return false }
        if recent.count >= Self.limit {
            older = recent
            recent = []
        }
        recent.insert(id)
        return true
    }
}
