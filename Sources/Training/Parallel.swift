internal import Dispatch
internal import Synchronization

/// Work divided into numbered parts that any number of threads may take.
///
/// The parts and what is done with their results depend on the data only, never on the number of threads, which is
/// what makes training reproducible.
struct Parallel: Sendable {
    /// Number of threads that work at the same time.
    let threads: Int

    /// Calls `body` once for each part; parts begin in order, and all have ended on return.
    func forEach(_ parts: Int, _ body: @Sendable (Int) -> Void) {
        if threads <= 1 || parts <= 1 {
            for part in 0..<parts { body(part) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, parts)) { _ in
            while true {
                let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if part >= parts { return }
                body(part)
            }
        }
    }

    /// The results of `body` for each part, in order.
    func map<Result: Sendable>(_ parts: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        let results = SharedBuffer<Result?>(count: parts, repeating: nil)
        forEach(parts) { results[$0] = body($0) }
        return (0..<parts).compactMap { results[$0] }
    }
}

/// Memory whose elements are written by different threads, each element by one at a time.
///
/// Invariant, kept by the users in this module: between two calls of `Parallel.forEach` only one thread touches the
/// buffer, and within one call no two parts touch the same element unless both only read it.
final class SharedBuffer<Element>: @unchecked Sendable {
    // Sendable: see the invariant.
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(count: Int, repeating value: Element) {
        self.count = count
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: value, count: count)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
            return base[index]
        }
        set {
            precondition(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
            base[index] = newValue
        }
    }

    var buffer: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: count) }
}
