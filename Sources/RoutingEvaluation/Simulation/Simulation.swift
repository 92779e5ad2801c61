public import Routing

/// What traffic comes to under one or two policies, beside the plain ways of choosing a model.
public struct Simulation: Sendable {
    /// Cost and quality as one thing changes.
    public struct Point: Sendable, Equatable {
        /// What changes: the share of a task type, or of requests that are recognised.
        public var share: Double
        /// Mean cost of a request under the policy.
        public var cost: Double
        /// Mean quality; nil where it is not known.
        public var quality: Double?
        /// The share of the baseline's cost that is saved.
        public var savings: Double?
    }

    /// What becomes of the savings where a task type has another share of the traffic.
    public struct MixSensitivity: Sendable {
        /// The task type.
        public var taskType: String
        /// Its share now.
        public var share: Double
        /// From none of the requests to all of them, the others in their proportions.
        public var curve: [Point]
        /// Ten points less, as now, and ten points more, as far as shares go.
        public var nearby: [Point]
    }

    /// The log's requests, in all.
    public let requests: Double
    /// Task type → share.
    public let mix: [String: Double]
    /// Task types, in the log's order.
    public let taskTypes: [String]
    /// The currency of all costs.
    public let currency: String
    /// The mode of requests that name none.
    public let mode: String
    /// The share of requests that the classifier is taken to recognise; nil where the log has its predictions.
    public let accuracy: Double?
    /// What the policy does.
    public let policy: SimulationArm
    /// What the policy to compare with does.
    public let against: SimulationArm?
    /// The table recommended for this traffic.
    public private(set) var recommendation: Recommendation?
    /// One model for everything: the policy's `defaults.baseline`, or the dearest.
    public let baseline: SimulationArm
    /// The model that is cheapest for this traffic.
    public let cheapest: SimulationArm
    /// The model of the best known quality; of the highest tier where qualities are not known.
    public let best: SimulationArm
    /// By task type.
    public let mixSensitivity: [MixSensitivity]
    /// By the share of requests recognised; empty where predictions were recorded.
    public let accuracyCurve: [Point]
    /// What should be known when reading the figures.
    public private(set) var notes: [String]

    /// Simulates.
    ///
    /// - Parameters:
    ///   - against: another policy for the same requests.
    ///   - qualityKept: where given, a table is recommended that keeps this share of the best quality of each task type.
    public init(
        _ log: TrafficLog, policy: CompiledPolicy, name: String, against: (policy: CompiledPolicy, name: String)? = nil,
        settings: Simulator.Settings = .init(), qualityKept: Double? = nil
    ) {
        let simulator = Simulator(log, settings: settings)
        let catalogue = policy.policy
        requests = log.requests
        mix = log.mix
        taskTypes = log.taskTypes
        currency = catalogue.currency
        mode = settings.mode ?? catalogue.defaultMode
        let recorded = log.rows.contains { $0.predicted != nil }
        let perfect = Misclassification(labels: log.taskTypes, accuracy: 1)
        accuracy = recorded ? nil : (settings.misclassification ?? perfect).accuracy(over: log.mix)
        self.policy = simulator.run(policy, name: name)
        self.against = against.map { simulator.run($0.policy, name: $0.name) }

        let able = Self.candidates(for: log, in: catalogue)
        let arms = able.map { simulator.run(always: $0, of: catalogue, name: "always \($0.name)") }
        let order = able.indices.sorted { (arms[$0].total.cost, $0) < (arms[$1].total.cost, $1) }
        // The catalogue of a sound policy is never empty, nor is the choice from it.
        let cheapestIndex = order.first ?? 0
        let bestIndex = Self.best(arms, able, catalogue) ?? cheapestIndex
        (cheapest, best) = (arms[cheapestIndex], arms[bestIndex])
        if let name = catalogue.baseline, let model = catalogue.models.first(where: { $0.name == name }) {
            baseline = simulator.run(always: model, of: catalogue, name: "always \(name)")
        } else {
            baseline = arms[order.last ?? 0]
        }
        mixSensitivity = Self.sensitivity(of: self.policy, baseline: baseline, log)
        accuracyCurve = recorded ? [] : Self.accuracyCurve(simulator, policy, baseline, log)
        notes = Self.notes(log, catalogue, settings, recorded: recorded)
        guard let qualityKept else { return }
        recommendation = Recommendation(simulator, policy: policy, mode: mode, qualityKept: qualityKept)
    }

    /// Models that can answer most of the requests: all of them, where any model can.
    private static func candidates(for log: TrafficLog, in policy: Policy) -> [Policy.Model] {
        let able = policy.models.map { model in
            log.rows.reduce(0) { sum, row in
                let isAble =
                    row.inputTokens + row.outputTokens <= model.contextWindow
                    && (row.request.toolCount == 0 || model.capabilities.contains("tools"))
                    && (row.request.imageCount == 0 || model.capabilities.contains("images"))
                return isAble ? sum + row.requests : sum
            }
        }
        let most = able.max() ?? 0
        return policy.models.indices.filter { able[$0] >= most }.map { policy.models[$0] }
    }

    private static func best(_ arms: [SimulationArm], _ models: [Policy.Model], _ policy: Policy) -> Int? {
        let known = arms.indices.filter { arms[$0].total.quality != nil }
        if !known.isEmpty {
            return known.max { left, right in
                let (a, b) = (arms[left].total, arms[right].total)
                return (a.quality ?? 0, -a.cost) < (b.quality ?? 0, -b.cost)
            }
        }
        func tier(_ index: Int) -> Int { policy.tiers.firstIndex(of: models[index].tier) ?? 0 }
        return arms.indices.max { (tier($0), arms[$0].total.cost) < (tier($1), arms[$1].total.cost) }
    }

    // MARK: What if

    private static func sensitivity(
        of arm: SimulationArm, baseline: SimulationArm, _ log: TrafficLog
    ) -> [MixSensitivity] {
        let mix = log.mix
        guard mix.count > 1 else { return [] }
        return log.taskTypes.map { task in
            let now = mix[task] ?? 0
            func point(_ share: Double) -> Point? {
                let rest = (1 - share) / (1 - now)
                let changed = Dictionary(uniqueKeysWithValues: mix.map { ($0, $0 == task ? share : $1 * rest) })
                guard let value = arm.perRequest(in: changed), let before = baseline.perRequest(in: changed) else {
                    return nil
                }
                return Point(
                    share: share, cost: value.cost, quality: value.quality,
                    savings: before.cost > 0 ? (before.cost - value.cost) / before.cost : nil)
            }
            return MixSensitivity(
                taskType: task, share: now, curve: (0...20).compactMap { point(Double($0) / 20) },
                nearby: [max(0, now - 0.1), now, min(1, now + 0.1)].compactMap(point))
        }
    }

    private static func accuracyCurve(
        _ simulator: Simulator, _ policy: CompiledPolicy, _ baseline: SimulationArm, _ log: TrafficLog
    ) -> [Point] {
        let mix = log.mix
        let given = simulator.settings.misclassification
        // Of a classifier that never errs nobody knows how it would.
        let spread = Misclassification(labels: policy.policy.table.map(\.taskType), accuracy: 0.5)
        guard spread.labels.count > 1 else { return [] }
        return stride(from: 0.5, through: 1.001, by: 0.05).compactMap { accuracy in
            let confusion =
                given?.scaled(toAccuracy: accuracy, over: mix)
                ?? spread.scaled(
                    toAccuracy: accuracy, over: mix)
            guard let confusion else { return nil }
            var settings = simulator.settings
            settings.misclassification = confusion
            let arm = Simulator(log, settings: settings).run(policy, name: "")
            guard arm.total.requests > 0 else { return nil }
            return Point(
                share: confusion.accuracy(over: mix), cost: arm.total.costPerRequest, quality: arm.total.quality,
                savings: arm.savings(against: baseline))
        }
    }

    private static func notes(
        _ log: TrafficLog, _ policy: Policy, _ settings: Simulator.Settings, recorded: Bool
    ) -> [String] {
        var notes: [String] = []
        if !recorded, settings.misclassification == nil {
            notes.append(
                "The classifier is taken to be always right; --confusion or --accuracy say how often it is not.")
        }
        if log.isClassified {
            notes.append("Task types are what the classifier says, so that its mistakes do not show.")
        }
        if !policy.budgets.isEmpty, log.rows.contains(where: { $0.time == nil }) {
            notes.append("Budgets were left out, since not every line of the traffic has a timestamp.")
        }
        if policy.rollout != nil { notes.append("The policy's rollout is taken to be complete.") }
        if policy.rules.contains(where: { Self.looksAtText($0.condition) }),
            log.rows.contains(where: { $0.request.text.isEmpty })
        {
            notes.append("Rules that look at the text did not apply to lines without one.")
        }
        return notes
    }

    private static func looksAtText(_ condition: Policy.Condition) -> Bool {
        switch condition {
        case .all(let parts), .any(let parts), .none(let parts): parts.contains(where: looksAtText)
        case .literal, .regex, .codeFence, .language, .script: true
        case .tokens, .tools, .images, .metadata, .tags, .header: false
        }
    }
}
