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
        return scores
    }

    /// The outcome as a rollout takes it; nil for a decision without one.
    public var outcome: ReportedOutcome? {
        rollout.map { ReportedOutcome(taskType: taskType, rollout: $0, scores: scores) }
    }
}
