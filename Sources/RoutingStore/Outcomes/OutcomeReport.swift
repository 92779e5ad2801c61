public import Routing

/// What became of a decision, as a user, a gateway or a reviewer tells it.
public struct OutcomeReport: Sendable, Equatable {
    /// The kind of record that it is kept as.
    public static let kind = "outcome"

    /// Unique: a report that comes again under its identifier is not counted again.
    public var id: String
    /// The decision that it is about.
    public var decision: String?
    /// The decision's task type.
    public var taskType: String
    /// The decision's rollout, where it had one.
    public var rollout: Decision.Rollout?
    /// Whether a user's thumb was up.
    public var isThumbUp: Bool?
    /// A rating on `ratingScale`.
    public var rating: Double?
    /// The worst and the best rating.
    public var ratingScale = 1.0...5.0
    /// Whether the call failed, or its answer was of no use.
    public var isError: Bool?
    /// A reviewer's word on the model.
    public var fit: ReportedOutcome.Fit?
    /// Seconds that the answer took.
    public var latencySeconds: Double?
    /// What the answer cost, in the policy's currency.
    public var cost: Double?
    /// What the gate in force made of the latency; nil where it compares none.
    public var latencyScore: Double?
    /// What the gate in force made of the cost; nil where it compares none.
    public var costScore: Double?

    /// A report of nothing.
    public init(id: String, taskType: String) {
        self.id = id
        self.taskType = taskType
    }

    /// What is compared, from 0 to 1.
    public var scores: [ReportedOutcome.Measure: Double] {
        var scores: [ReportedOutcome.Measure: Double] = [:]
        if let isThumbUp { scores[.thumb] = isThumbUp ? 1 : 0 }
        if let rating {
            scores[.rating] = (rating - ratingScale.lowerBound) / (ratingScale.upperBound - ratingScale.lowerBound)
        }
        if let isError { scores[.error] = isError ? 0 : 1 }
        if let fit { scores[.fit] = fit.score }
        scores[.latency] = latencyScore
        scores[.cost] = costScore
        return scores
    }

    /// The report with what a gate makes of latency and cost, which is kept with it: a later gate changes nothing that
    /// was counted.
    public func scored(by gate: Policy.Rollout.Gate?) -> OutcomeReport {
        var report = self
        report.latencyScore = latencySeconds.flatMap { gate?.score(latencySeconds: $0) }
        report.costScore = cost.flatMap { gate?.score(cost: $0) }
        return report
    }

    /// The outcome as a rollout takes it; nil for a decision without one.
    public var outcome: ReportedOutcome? {
        rollout.map { ReportedOutcome(taskType: taskType, rollout: $0, scores: scores) }
    }
}
