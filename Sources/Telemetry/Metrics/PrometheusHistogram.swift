public import CoreMetrics
import Synchronization

/// Counts values by size in fixed buckets; any thread may add one, and none waits.
public final class PrometheusHistogram: Sendable, RecorderHandler, TimerHandler {
    /// The buckets' upper bounds.
    public let bounds: HistogramBounds
    /// One count for each bound and one for what lies above; not yet cumulative.
    private let counts: AtomicCounts
    private let sum = AtomicDouble(0)

    /// A histogram that no registry knows: it counts, but nobody reads it at a scrape.
    public init(bounds: HistogramBounds) {
        self.bounds = bounds
        counts = AtomicCounts(bounds.values.count + 1)
    }

    /// Adds a value; what is not finite is left out, since it would spoil the sum for good.
    public func observe(_ value: Double) {
        guard value.isFinite else { return }
        // Most latencies are small, and bounds few: a search from below is as fast as halving.
        var bucket = 0
        for bound in bounds.values {
            if value <= bound { break }
            bucket += 1
        }
        counts.increment(bucket)
        sum.add(value)
    }

    /// Adds a duration, in a histogram of seconds.
    public func observe(nanoseconds: UInt64) { observe(Double(nanoseconds) / 1e9) }

    /// Adds a value.
    public func record(_ value: Double) { observe(value) }

    /// Adds a value.
    public func record(_ value: Int64) { observe(Double(value)) }

    /// Adds a duration, in a histogram of seconds.
    public func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }

    /// What it holds; buckets are cumulative, and the last one counts every value.
    public func snapshot() -> (buckets: [UInt64], sum: Double) {
        // The count of all values is the last bucket and not a number of its own, so that the two never disagree
        // while other threads add.
        var total: UInt64 = 0
        var buckets: [UInt64] = []
        for index in 0..<counts.count {
            total &+= counts[index]
            buckets.append(total)
        }
        return (buckets, sum.value)
    }
}

/// A row of counters of a length known at run time.
private struct AtomicCounts: ~Copyable, @unchecked Sendable {
    // Sendable: the memory lives as long as the value, and is only touched through atomic operations.
    private let base: UnsafeMutablePointer<Atomic<UInt64>>
    let count: Int

    init(_ count: Int) {
        self.count = count
        base = .allocate(capacity: count)
        for index in 0..<count { (base + index).initialize(to: Atomic(0)) }
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    func increment(_ index: Int) {
        precondition(index >= 0 && index < count)
        base[index].wrappingAdd(1, ordering: .relaxed)
    }

    subscript(index: Int) -> UInt64 {
        precondition(index >= 0 && index < count)
        return base[index].load(ordering: .relaxed)
    }
}
