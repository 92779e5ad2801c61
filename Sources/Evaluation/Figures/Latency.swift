/// How long classifications took, in microseconds.
public struct Latency: Sendable, Hashable {
    /// The median.
    public let p50: Double
    /// The time that 99 of 100 classifications did not exceed.
    public let p99: Double

    /// Percentiles by nearest rank, which are always times that were measured; nil without any.
    init?(_ microseconds: [Double]) {
        guard !microseconds.isEmpty else { return nil }
        let sorted = microseconds.sorted()
        p50 = sorted[(sorted.count * 50 + 99) / 100 - 1]
        p99 = sorted[(sorted.count * 99 + 99) / 100 - 1]
    }
}
