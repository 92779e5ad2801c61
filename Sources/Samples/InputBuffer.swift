/// A window on a file that always holds the record being read, and grows only where a record is longer.
///
/// `storage[start..<end]` are read and not yet consumed. Memory: the larger of the first size and four times the
/// longest record.
struct InputBuffer {
    private let input: any ByteInput
    private(set) var storage: [UInt8]
    private(set) var start = 0
    private(set) var end = 0
    /// Whether nothing follows what is in the buffer.
    private(set) var isAtEnd = false

    init(_ input: any ByteInput, size: Int) {
        self.input = input
        storage = [UInt8](repeating: 0, count: max(1, size))
    }

    /// Number of bytes at hand.
    var count: Int { end - start }

    /// Drops the first `count` bytes.
    mutating func consume(_ count: Int) {
        start += count
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Reads once, after making room; amortised O(bytes read).
    mutating func fill() throws(SampleError) {
        if end == storage.count {
            // Moving pays only while it frees at least half: else a long record would be moved for every byte read.
            if start >= storage.count / 2, start > 0 {
                let kept = start..<end
                storage.withUnsafeMutableBytes { buffer in
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[kept]))
                }
                end -= start
                start = 0
            } else {
                storage.append(contentsOf: repeatElement(0, count: storage.count))
            }
        }
        let position = end
        let source = input
        // Typed throws do not pass through the closure, so the result does.
        let outcome = storage.withUnsafeMutableBytes { buffer -> Result<Int, SampleError> in
            do throws(SampleError) {
                return .success(try source.read(into: .init(rebasing: buffer[position...])))
            } catch {
                return .failure(error)
            }
        }
        let count = try outcome.get()
        if count == 0 { isAtEnd = true }
        end += count
    }
}
