/// What became of a decision, as users, gateways and reviewers tell it.
public struct ReportedOutcome: Sendable, Equatable {
    /// What is compared between the arms of a rollout, each scored from 0 (bad) to 1 (good).
    public enum Measure: String, Sendable, CaseIterable {
        /// A user's thumb: up 1, down 0.
        case thumb
        /// A rating, on its scale.
        case rating
        /// Whether the call failed: 0 where it did.
        case error
        /// A reviewer's word on the model: `good_fit` and `overprovisioned` 1, `underpowered` and `failed` 0.
        case fit
        /// Whether the answer came within the gate's limit: 1 where it did.
        case latency
        /// What the answer cost: 1 where nothing, 0 at the gate's limit and above.
        case cost

        /// What tells how good answers are; the others have limits of their own in the gate.
        public static let quality: [Measure] = [.thumb, .rating, .error, .fit]
    }

    /// A reviewer's word on the model that answered.
    public enum Fit: String, Sendable, CaseIterable {
        /// It was right for the request.
        case goodFit = "good_fit"
        /// A more capable one was needed.
        case underpowered
        /// A cheaper one would have done.
        case overprovisioned
        /// There was no usable answer.
        case failed

        /// An answer by too large a model is a good one; what it cost is another matter.
        public var score: Double { self == .goodFit || self == .overprovisioned ? 1 : 0 }
    }

    /// The task type decided on.
    public var taskType: String
    /// The rollout as the decision had it.
    public var rollout: Decision.Rollout
    /// What was measured, 0 to 1.
    public var scores: [Measure: Double]
    /// Who was assigned: the decision's `rollout.unit`.
    public var unit: UInt64? { rollout.unit }

    /// What became of a decision.
    public init(taskType: String, rollout: Decision.Rollout, scores: [Measure: Double]) {
        self.taskType = taskType
        self.rollout = rollout
        self.scores = scores
    }
}
