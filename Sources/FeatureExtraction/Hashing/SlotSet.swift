/// The distinct features of one family in one request.
///
/// A *slot* is `bucket << 1 | sign`. Features are binary: a slot that occurs again is not added again. One bit
/// a slot remembers what was seen, so that neither hashing nor scanning is needed to tell.
struct SlotSet {
    private let seen: UncheckedBuffer<UInt64>
    private let slots: UncheckedBuffer<UInt32>
    /// Right shift that leaves bucket and sign of a finished hash.
    private let shift: UInt64
    private(set) var count = 0

    init(bucketBits: Int) {
        let slotCount = 2 << bucketBits
        seen = .zeros(count: max(slotCount / 64, 1))
        slots = .zeros(count: slotCount + 1)
        shift = UInt64(63 - bucketBits)
    }

    func deallocate() {
        seen.deallocate()
        slots.deallocate()
    }

    /// The slot of a hash state.
    @inline(__always)
    func slot(of state: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: FeatureHash.finish(state) &>> shift) }

    /// The slot of a finished hash.
    @inline(__always)
    func slot(ofFinal hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash &>> shift) }

    /// Adds the feature with hash `state`.
    ///
    /// Shifts are masked (`&>>`): plain ones compile to a test for overshift.
    ///
    /// The write is unconditional and only the count depends on whether the slot is new: whether a feature is
    /// new cannot be predicted, and a mispredicted branch costs more than the write.
    @inline(__always)
    mutating func insert(_ state: UInt64) { insert(slot: slot(of: state)) }

    /// Adds a slot.
    @inline(__always)
    private mutating func insert(slot: UInt32) {
        let word = Int(slot >> 6)
        let bits = seen[word]
        let position = UInt64(slot & 63)
        seen[word] = bits | (1 &<< position)
        slots[count] = slot
        count &+= Int(truncatingIfNeeded: ~(bits &>> position) & 1)
    }

    /// Adds slots, in their order.
    ///
    /// - Complexity: O(candidates).
    mutating func insert(_ candidates: UnsafeBufferPointer<UInt32>) {
        var set = self
        for slot in candidates { set.insert(slot: slot) }
        self = set
    }

    /// Forgets everything, in time proportional to what was inserted.
    mutating func removeAll() {
        for index in 0..<count { seen[Int(slots[index] >> 6)] = 0 }
        count = 0
    }

    /// The slots in order of first occurrence.
    var elements: UnsafeBufferPointer<UInt32> { slots.prefix(count) }
}
