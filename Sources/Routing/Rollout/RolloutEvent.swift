/// Something that a rollout did by itself, to be told to people.
public struct RolloutEvent: Sendable, Equatable {
    /// What it did.
    public enum Kind: String, Sendable, CaseIterable {
        /// A share of a task type is routed from now on, or another one than before.
        case began
        /// A step passed its gate, and the next one began.
        case steppedUp = "stepped_up"
        /// A task type goes to the model of before again, since its quality dropped.
        case takenBack = "taken_back"
    }

    /// What it did.
    public var kind: Kind
    /// The task type.
    public var taskType: String
    /// The share that is routed from now on.
    public var share: Double
    /// The share before.
    public var previousShare: Double
    /// What showed the drop.
    public var measure: ReportedOutcome.Measure?
    /// Means of the two arms by that measure.
    public var means: (control: Double, routed: Double)? {
        comparison.flatMap { comparison in
            comparison.control.mean.flatMap { before in comparison.routed.mean.map { (before, $0) } }
        }
    }
    /// The arms by that measure.
    public var comparison: SequentialComparison?

    /// One sentence without its full stop.
    public var description: String {
        func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
        switch kind {
        case .began: return "\(taskType): \(percent(share)) routed"
        case .steppedUp:
            return "\(taskType): from \(percent(previousShare)) routed to \(percent(share)), the gate being passed"
        case .takenBack:
            let figures =
                means.map { "\($0.routed.shortened) after \($0.control.shortened) with the model of before" } ?? ""
            let reason =
                switch measure {
                case .latency: "fewer answers came in time"
                case .cost: "answers cost more, so that less of the limit was left"
                default: "\(measure?.rawValue ?? "quality") dropped"
                }
            return "\(taskType): taken back, since \(reason): \(figures)"
        }
    }
}

extension Double {
    fileprivate var shortened: String { "\((self * 1000).rounded() / 1000)" }
}
