/// How many outcomes an arm had, and how good they were together.
public struct ArmTally: Sendable, Equatable {
    /// Number of outcomes.
    public var count = 0
    /// Sum of their scores, each from 0 to 1.
    public var sum = 0.0

    /// No outcomes.
    public init() {}

    /// So many outcomes.
    public init(count: Int, sum: Double) {
        self.count = count
        self.sum = sum
    }

    /// Mean score; nil without outcomes.
    public var mean: Double? { count > 0 ? sum / Double(count) : nil }

    /// Adds an outcome; a score outside 0 to 1 counts as the nearer end.
    public mutating func add(_ score: Double) {
        count += 1
        sum += min(max(score, 0), 1)
    }
}
