internal import Dispatch
internal import Synchronization

/// Rows decoded side by side, and the order to visit them in.
struct RowChunk: Sendable {
    var rows = DecodedRows()
    var visits: [RowPasses.Visit] = []
    /// Where the next chunk begins.
    var end = 0

    /// Calls `visit` with one chunk after the other up to that which ends at `end`, or until it returns false.
    ///
    /// - Parameters:
    ///   - decodesAhead: Whether another thread decodes a chunk while the one before it is visited: a third of a pass over
    ///     many rows is decoding. Two chunks are held then.
    ///   - decode: Fills a chunk, which holds what an earlier one held, and sets its end; called in order.
    static func forEach(
        to end: Int, decodesAhead: Bool, decode: @escaping @Sendable (_ start: Int, _ chunk: inout RowChunk) -> Void,
        visit: (inout RowChunk) -> Bool
    ) {
        if decodesAhead { return ChunksAhead(decode: decode).forEach(to: end, visit: visit) }
        var chunk = RowChunk()
        while chunk.end < end {
            decode(chunk.end, &chunk)
            guard visit(&chunk) else { return }
        }
    }
}

/// Chunks that are decoded by one thread while another visits the ones before them.
private struct ChunksAhead {
    private final class Place: Sendable {
        let chunk = Mutex(RowChunk())
        let isDecoded = DispatchSemaphore(value: 0)
    }

    let decode: @Sendable (_ start: Int, _ chunk: inout RowChunk) -> Void
    private let places = (Place(), Place())
    /// A queue of its own gets a thread even where all others wait for theirs.
    private let queue = DispatchQueue(label: "tasktype.decoding")

    init(decode: @escaping @Sendable (_ start: Int, _ chunk: inout RowChunk) -> Void) {
        self.decode = decode
    }

    func forEach(to end: Int, visit: (inout RowChunk) -> Bool) {
        guard end > 0 else { return }
        var (current, next) = places
        begin(at: 0, in: current)
        var goesOn = true
        while goesOn {
            current.isDecoded.wait()
            goesOn = current.chunk.withLock { chunk in
                if chunk.end < end { begin(at: chunk.end, in: next) }
                return visit(&chunk) && chunk.end < end
            }
            swap(&current, &next)
        }
        // Nobody waits for the chunk that may still be on its way.
        queue.sync {}
    }

    private func begin(at start: Int, in place: Place) {
        queue.async { [decode] in
            place.chunk.withLock { decode(start, &$0) }
            place.isDecoded.signal()
        }
    }
}
