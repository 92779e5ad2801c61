internal import Dispatch
internal import Synchronization

/// What parts of some work tell the thread that waits for them, and what it tells them.
final class WorkSignal: Sendable {
    private let news = Mutex<[Int]>([])
    private let arrived = DispatchSemaphore(value: 0)
    private let stopped = Atomic<Bool>(false)

    /// Whether the work is to end where it is.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Tells that `count` more rows have been passed over; false where the work is to end.
    func passed(_ count: Int) -> Bool {
        tell(count)
        return !isStopped
    }

    fileprivate func stop() { stopped.store(true, ordering: .relaxed) }

    fileprivate func tell(_ count: Int) {
        news.withLock { $0.append(count) }
        arrived.signal()
    }

    /// Waits for the next piece of news.
    fileprivate func next() -> Int {
        arrived.wait()
        return news.withLock { $0.removeFirst() }
    }
}

extension Parallel {
    /// What a thread tells when it finds no part left.
    private static let done = -1

    /// The results of `body` for each part, in order, as `map` gives them; meanwhile the calling thread tells `passed` of
    /// each piece of work that parts told of, and stops them where it returns false.
    ///
    /// - Returns: nil where the work was stopped.
    func map<Result: Sendable>(
        _ parts: Int, passed: (_ rows: Int) -> Bool, _ body: @escaping @Sendable (Int, WorkSignal) -> Result
    ) -> [Result]? {
        let signal = WorkSignal()
        let results = SharedBuffer<Result?>(count: parts, repeating: nil)
        let next = PartCounter()
        var working = min(max(threads, 1), parts)
        for _ in 0..<working {
            DispatchQueue.global().async {
                while !signal.isStopped, let part = next.take(below: parts) { results[part] = body(part, signal) }
                signal.tell(Self.done)
            }
        }
        while working > 0 {
            let rows = signal.next()
            if rows == Self.done {
                working -= 1
            } else if !signal.isStopped, !passed(rows) {
                signal.stop()
            }
        }
        return signal.isStopped ? nil : (0..<parts).compactMap { results[$0] }
    }
}

/// Numbers the parts.
private final class PartCounter: Sendable {
    private let next = Atomic<Int>(0)

    func take(below count: Int) -> Int? {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return part < count ? part : nil
    }
}
