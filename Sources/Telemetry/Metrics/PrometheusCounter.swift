public import CoreMetrics
public import Synchronization

/// A number that only grows; any thread may add to it, and none waits.
public final class PrometheusCounter: Sendable, CounterHandler, FloatingPointCounterHandler {
    @usableFromInline let whole = Atomic<UInt64>(0)
    /// What was added in fractions, apart, so that the usual case is one instruction.
    @usableFromInline let fraction = AtomicDouble(0)

    /// A counter that no registry knows: it counts, but nobody reads it at a scrape.
    public init() {}

    /// Adds one.
    @inlinable
    public func increment() { whole.wrappingAdd(1, ordering: .relaxed) }

    /// Adds `amount`; nothing where it is negative, since a counter never falls.
    @inlinable
    public func increment(by amount: Int) {
        if amount > 0 { whole.wrappingAdd(UInt64(amount), ordering: .relaxed) }
    }

    /// Adds `amount`; nothing where it is negative, since a counter never falls.
    public func increment(by amount: Int64) {
        if amount > 0 { whole.wrappingAdd(UInt64(amount), ordering: .relaxed) }
    }

    /// Adds `amount`; nothing where it is negative or not finite.
    public func increment(by amount: Double) {
        if amount > 0, amount.isFinite { fraction.add(amount) }
    }

    /// Starts again at zero, as a restarted program does.
    public func reset() {
        whole.store(0, ordering: .relaxed)
        fraction.set(0)
    }

    /// What was counted so far.
    public var value: Double { Double(whole.load(ordering: .relaxed)) + fraction.value }
}
