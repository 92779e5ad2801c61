internal import Synchronization

/// Scratches that calls borrow and give back, without locks.
///
/// A slot holds the address of an idle scratch or zero. A call takes one by exchanging it for zero and gives it
/// back by a compare-and-exchange into an empty slot; where none is idle it makes one, and where no slot is free it
/// frees its own. So no two calls ever hold the same scratch.
final class ScratchPool: @unchecked Sendable {
    // Sendable: all shared state is atomic; what an address points to belongs to whoever took it.
    private static let slotCount = 64
    private let slots: UnsafeMutablePointer<Atomic<UInt>>

    init() {
        slots = .allocate(capacity: Self.slotCount)
        for index in 0..<Self.slotCount { (slots + index).initialize(to: Atomic(0)) }
    }

    deinit {
        for index in 0..<Self.slotCount {
            Self.free(slots[index].load(ordering: .acquiring))
            (slots + index).deinitialize(count: 1)
        }
        slots.deallocate()
    }

    private static func free(_ address: UInt) {
        guard let scratch = UnsafeMutablePointer<ClassificationScratch>(bitPattern: address) else { return }
        scratch.deinitialize(count: 1)
        scratch.deallocate()
    }

    /// Runs `body` with a scratch that nobody else uses meanwhile.
    func withScratch<Result>(
        for model: TaskModel, _ body: (inout ClassificationScratch) throws -> Result
    ) rethrows -> Result {
        var address: UInt = 0
        for index in 0..<Self.slotCount {
            address = slots[index].exchange(0, ordering: .acquiringAndReleasing)
            if address != 0 { break }
        }
        let scratch: UnsafeMutablePointer<ClassificationScratch>
        if let idle = UnsafeMutablePointer<ClassificationScratch>(bitPattern: address) {
            scratch = idle
        } else {
            scratch = .allocate(capacity: 1)
            scratch.initialize(to: ClassificationScratch(model: model))
        }
        defer { giveBack(scratch) }
        return try body(&scratch.pointee)
    }

    private func giveBack(_ scratch: UnsafeMutablePointer<ClassificationScratch>) {
        let address = UInt(bitPattern: scratch)
        for index in 0..<Self.slotCount {
            let (isStored, _) = slots[index].compareExchange(
                expected: 0, desired: address, ordering: .acquiringAndReleasing)
            if isStored { return }
        }
        Self.free(address)
    }
}
