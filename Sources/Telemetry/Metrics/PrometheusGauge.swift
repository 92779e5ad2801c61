public import CoreMetrics

/// A number that rises and falls; any thread may change it, and none waits.
public final class PrometheusGauge: Sendable, MeterHandler, RecorderHandler {
    @usableFromInline let number = AtomicDouble(0)

    /// A gauge that no registry knows: it holds its number, but nobody reads it at a scrape.
    public init() {}

    /// Adds one.
    @inlinable
    public func increment() { number.add(1) }

    /// Takes one away.
    @inlinable
    public func decrement() { number.add(-1) }

    /// Adds `amount`.
    public func increment(by amount: Double) { number.add(amount) }

    /// Takes `amount` away.
    public func decrement(by amount: Double) { number.add(-amount) }

    /// Sets the number.
    @inlinable
    public func set(_ value: Double) { number.set(value) }

    /// Sets the number.
    public func set(_ value: Int64) { number.set(Double(value)) }

    /// Sets the number: a recorder that does not aggregate shows its last value.
    public func record(_ value: Double) { number.set(value) }

    /// Sets the number: a recorder that does not aggregate shows its last value.
    public func record(_ value: Int64) { number.set(Double(value)) }

    /// The number now.
    public var value: Double { number.value }
}
