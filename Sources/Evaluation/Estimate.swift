/// A 95 % interval.
public struct Interval: Sendable, Hashable {
    /// The lower end.
    public let low: Double
    /// The upper end, not below `low`.
    public let high: Double

    /// The interval between two ends.
    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// Whether `value` lies in the interval, ends included.
    public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// A figure and how far it may be off.
public struct Estimate: Sendable, Hashable {
    /// The figure on the rows at hand; nil where it cannot be computed, such as a mean over no rows.
    public let value: Double?
    /// The 95 % interval; nil where there is none.
    public let interval: Interval?

    /// A figure with its interval.
    public init(value: Double?, interval: Interval?) {
        self.value = value
        self.interval = interval
    }
}
