public import Routing
internal import TaskType

/// Works out what a log of requests comes to under a policy, or with one model for everything.
///
/// Requests are decided one after another by the same `CompiledPolicy.decide` that serves. What is uncertain enters as
/// an expectation: a request of one task type is decided as each type that the classifier may take it for, weighted by
/// how often that happens. Within a session, where one decision changes the next, one prediction is drawn instead.
///
/// Pure: equal arguments give equal figures.
public struct Simulator: Sendable {
    /// What is not in the policy.
    public struct Settings: Sendable {
        /// The mode of requests that name none; the policy's own where nil.
        public var mode: String?
        /// How often the classifier is wrong; nil for one that never is.
        ///
        /// Not used for rows with a recorded prediction.
        public var misclassification: Misclassification?
        /// What a classification costs.
        public var classifierCost = 0.0
        /// Seconds that it takes.
        public var classifierSeconds = 0.0
        /// Source of what is drawn for sessions.
        public var seed: UInt64 = 0
        /// A classifier that is always right, costs nothing and takes no time.
        public init() {}
    }

    /// Tokens that a judge answers.
    static let judgeOutputTokens = 8

    let log: TrafficLog
    let settings: Settings

    /// A simulator of a log.
    public init(_ log: TrafficLog, settings: Settings = Settings()) {
        self.log = log
        self.settings = settings
    }

    /// Decides all requests by a policy.
    ///
    /// Budgets count only where the log says when requests came, since without that nobody knows what a day is. A rollout is
    /// taken to be complete.
    ///
    /// - Complexity: O(rows × task types) decisions.
    public func run(_ policy: CompiledPolicy, name: String) -> SimulationArm {
        var tally = SimulationTally(name: name, policy: policy.policy)
        var state = RoutingState()
        let hasTimes = log.rows.allSatisfy { $0.time != nil }
        let policy = Self.whole(policy, withBudgets: hasTimes)
        var draws = Draws(seed: settings.seed)
        for row in log.rows {
            state.now = row.time ?? state.now
            var request = row.request
            request.mode = request.mode ?? settings.mode
            let match = policy.match(request)
            func outcome(of predicted: String?) -> Outcome {
                let session = tally.session(of: request, state)
                let prediction = predicted.map { Self.prediction($0, row) }
                let decision = policy.decide(request, prediction: prediction, state: state, match: match)
                return tally.pricing.outcome(of: decision, row, session)
            }
            let asks = !match.skipsClassifier
            let overhead = asks ? (settings.classifierCost, settings.classifierSeconds) : (0, 0)
            var branches: [(label: String, share: Double)]
            if let predicted = row.predicted {
                branches = [(predicted, 1)]
            } else {
                branches = settings.misclassification?.predictions(of: row.taskType) ?? [(row.taskType, 1)]
                if request.session != nil, branches.count > 1 { branches = [(draws.pick(branches), 1)] }
            }
            if !asks { branches = [(row.taskType, 1)] }
            // A line of many requests is decided anew when a budget reaches its next step, as it is when they come singly.
            var rest = row.requests
            while rest > 0 {
                let right = outcome(of: row.taskType)
                let results = branches.map { $0.label == row.taskType ? right : outcome(of: $0.label) }
                let cost = zip(branches, results).reduce(0) { $0 + $1.0.share * ($1.1.cost + overhead.0) }
                let part = min(rest, Self.requests(of: cost, policy.policy.budgets, request, state))
                rest -= part
                for (branch, result) in zip(branches, results) {
                    let requests = part * branch.share
                    tally.add(result, row.taskType, requests, overhead: overhead)
                    if branch.label != row.taskType {
                        tally.addMistake(result, instead: right, row.taskType, branch.label, requests)
                    }
                    if let session = request.session, let model = result.model {
                        state.sessions.record(session, model: model, inputTokens: row.inputTokens, at: state.now)
                    }
                }
                if hasTimes {
                    state.budgets.spend(
                        part * cost, metadata: request.metadata, budgets: policy.policy.budgets, at: state.now)
                }
            }
        }
        return tally.arm
    }

    /// Requests of a cost each until one of their budgets reaches its next step or its end: a whole number, or no bound.
    private static func requests(
        of cost: Double, _ budgets: [Policy.Budget], _ request: RoutingRequest, _ state: RoutingState
    ) -> Double {
        guard cost > 0 else { return .infinity }
        return budgets.reduce(.infinity) { fewest, budget in
            guard let owner = budget.owner(in: request.metadata) else { return fewest }
            let spent = state.budgets.spent(
                .init(budget: budget.name, owner: owner), period: budget.period, at: state.now)
            let amounts = budget.steps.map { $0.at * budget.limit } + (budget.isHardStop ? [budget.limit] : [])
            guard let next = amounts.filter({ $0 > spent }).min() else { return fewest }
            return min(fewest, max(1, ((next - spent) / cost).rounded(.up)))
        }
    }

    /// The policy as it is once rolled out, and without budgets where nobody knows what a day is.
    private static func whole(_ policy: CompiledPolicy, withBudgets: Bool) -> CompiledPolicy {
        var changed = policy.policy
        changed.rollout = nil
        if !withBudgets { changed.budgets = [] }
        guard changed != policy.policy else { return policy }
        // A sound policy stays sound without them.
        return (try? CompiledPolicy(changed, digest: policy.digest)) ?? policy
    }

    /// Sends all requests to one model of a catalogue.
    public func run(always model: Policy.Model, of policy: Policy, name: String) -> SimulationArm {
        var tally = SimulationTally(name: name, policy: policy)
        var state = RoutingState()
        for row in log.rows {
            state.now = row.time ?? state.now
            let session = tally.session(of: row.request, state)
            tally.add(
                tally.pricing.outcome(of: model.name, row, session), row.taskType, row.requests, overhead: (0, 0))
            if let session = row.request.session {
                state.sessions.record(session, model: model.name, inputTokens: row.inputTokens, at: state.now)
            }
        }
        return tally.arm
    }

    private static func prediction(_ label: String, _ row: TrafficLog.Row) -> Prediction {
        var prediction = Prediction.unclassified(as: label, bytes: row.request.text.utf8.count)
        prediction.source = .model
        prediction.confidence = Float(row.confidence ?? 1)
        prediction.isUncertain = row.isUncertain
        return prediction
    }
}

/// Draws of predictions, from SplitMix64.
struct Draws {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x2545_F491_4F6C_DD1D &+ 0x9E37_79B9_7F4A_7C15 }

    private mutating func unit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
    }

    mutating func pick(_ branches: [(label: String, share: Double)]) -> String {
        var rest = unit()
        for branch in branches {
            rest -= branch.share
            if rest < 0 { return branch.label }
        }
        return branches[branches.count - 1].label
    }
}
