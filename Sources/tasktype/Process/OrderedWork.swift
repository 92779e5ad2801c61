import Dispatch
import Synchronization

/// Pieces of work done on several threads whose results come out in the order of the pieces.
///
/// The thread that hands in the pieces goes on reading while others work; it waits once so many are under way that
/// memory stays bounded. Results are delivered one at a time, by whichever thread completes the next one in order.
final class OrderedWork<Result: Sendable>: Sendable {
    private struct Delivery {
        var next = 0
        var waiting: [Int: Result] = [:]
    }

    private let delivery = Mutex(Delivery())
    private let deliver: @Sendable (Result) -> Void
    private let room: DispatchSemaphore
    private let queue = DispatchQueue(label: "tasktype.work", attributes: .concurrent)
    private let group = DispatchGroup()
    private let isParallel: Bool
    private let places: DispatchSemaphore
    private let count = Atomic<Int>(0)

    /// Work on `threads` threads; with one, the caller's, and nothing is started.
    init(threads: Int, deliver: @escaping @Sendable (Result) -> Void) {
        self.deliver = deliver
        isParallel = threads > 1
        // One piece under way a thread, and another one ready for it.
        places = DispatchSemaphore(value: threads)
        room = DispatchSemaphore(value: 3 * threads)
    }

    /// Hands in the next piece; called from one thread.
    func add(_ work: @escaping @Sendable () -> Result) {
        guard isParallel else { return deliver(work()) }
        let index = count.wrappingAdd(1, ordering: .relaxed).oldValue
        room.wait()
        queue.async(group: group) { [self] in
            places.wait()
            let result = work()
            places.signal()
            delivery.withLock { delivery in
                delivery.waiting[index] = result
                while let ready = delivery.waiting.removeValue(forKey: delivery.next) {
                    deliver(ready)
                    delivery.next += 1
                    room.signal()
                }
            }
        }
    }

    /// Waits until all results are delivered.
    func finish() { group.wait() }
}
