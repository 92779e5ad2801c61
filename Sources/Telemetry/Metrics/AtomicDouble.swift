import Synchronization

/// A number that many threads change at once, without a lock: its bits are exchanged until nobody came between.
@usableFromInline
struct AtomicDouble: ~Copyable, Sendable {
    @usableFromInline let bits: Atomic<UInt64>

    @inlinable
    init(_ value: Double) { bits = Atomic(value.bitPattern) }

    @inlinable
    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    @inlinable
    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    @inlinable
    func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let result = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if result.exchanged { return }
            old = result.original
        }
    }
}
