/// What all requests of a log come to under one way of choosing models.
public struct SimulationArm: Sendable {
    /// Sums over requests of one kind.
    public struct Sums: Sendable, Equatable {
        /// Requests; of a model, the calls to it.
        public var requests = 0.0
        /// What they cost, the classifier's share included in the sums over task types.
        public var cost = 0.0
        /// Sum of the qualities that are known.
        var qualitySum = 0.0
        /// Requests of known quality.
        public var judged = 0.0
        /// Sum of the seconds that are known.
        var secondsSum = 0.0
        /// Requests of known latency.
        public var timed = 0.0

        /// Mean cost of a request.
        public var costPerRequest: Double { requests > 0 ? cost / requests : 0 }
        /// Mean quality; nil unless that of every request is known.
        public var quality: Double? { requests > 0 && judged >= requests * (1 - 1e-9) ? qualitySum / judged : nil }
        /// Mean seconds to an answer; nil unless that of every request is known.
        public var seconds: Double? { requests > 0 && timed >= requests * (1 - 1e-9) ? secondsSum / timed : nil }
    }

    /// What one kind of mistake came to, compared with the right prediction.
    public struct Mistake: Sendable, Equatable {
        /// What the requests are.
        public var truth: String
        /// What they were taken for.
        public var predicted: String
        /// How many.
        public var requests = 0.0
        /// What they cost more; negative where they went to cheaper models.
        public var cost = 0.0
        /// Sum of qualities that they gained, negative for lost; nil where one is not known.
        public var quality: Double? = 0
    }

    /// A model's quality that would be needed and is not known.
    public struct Gap: Sendable, Hashable {
        /// The model.
        public var model: String
        /// The task type.
        public var taskType: String
    }

    /// What it is called.
    public let name: String
    /// Everything.
    public internal(set) var total = Sums()
    /// Task type → its requests.
    public internal(set) var byTask: [String: Sums] = [:]
    /// Model → the calls to it.
    public internal(set) var byModel: [String: Sums] = [:]
    /// Task type → model → calls.
    public internal(set) var cells: [String: [String: Sums]] = [:]
    /// Mistakes of the classifier and what they came to, in the order in which they first occur.
    public internal(set) var mistakes: [Mistake] = []
    /// What the classifier cost; part of the total.
    public internal(set) var classifierCost = 0.0
    /// What judges cost; part of the total.
    public internal(set) var judgeCost = 0.0
    /// What it cost to read prompts anew that another model had in its provider's cache; part of the total.
    public internal(set) var lostCacheCost = 0.0
    /// Requests that a budget refused.
    public internal(set) var refused = 0.0
    /// Qualities that are not known.
    public internal(set) var gaps: [Gap] = []

    init(name: String) { self.name = name }

    /// The share of another arm's cost that this one saves.
    public func savings(against other: SimulationArm) -> Double? {
        other.total.cost > 0 ? (other.total.cost - total.cost) / other.total.cost : nil
    }

    /// Cost and quality of a request in another mix of task types; nil where a type never occurred.
    ///
    /// Exact as long as requests do not depend on each other, that is without budgets and sessions.
    public func perRequest(in mix: [String: Double]) -> (cost: Double, quality: Double?)? {
        var cost = 0.0
        var quality: Double? = 0
        for (task, share) in mix where share > 0 {
            guard let sums = byTask[task] else { return nil }
            cost += share * sums.costPerRequest
            quality = quality.flatMap { sum in sums.quality.map { sum + share * $0 } }
        }
        return (cost, quality)
    }
}
