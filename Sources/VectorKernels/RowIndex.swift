/// Which rows of a table are kept, and where: a bitmap with the number of kept rows before each 64 of them.
///
/// Two words for each 64 buckets, side by side, so that a look-up touches one cache line; see the C header.
public final class RowIndex: Sendable {
    /// Number of buckets.
    public let buckets: Int
    /// Number of rows that are kept.
    public let keptCount: Int
    private let memory: Words

    /// Memory that is written to once.
    private final class Words: @unchecked Sendable {
        // Sendable: filled before it is shared, never written to afterwards.
        let words: UnsafeMutableBufferPointer<UInt64>
        init(count: Int) {
            words = .allocate(capacity: count)
            words.initialize(repeating: 0)
        }
        deinit { words.deallocate() }
    }

    /// An index over a bitmap: bucket `b` is kept where bit `b mod 8` of byte `b / 8` is set.
    ///
    /// - Complexity: O(buckets / 8).
    public init(bitmap: UnsafeBufferPointer<UInt8>) {
        buckets = 8 * bitmap.count
        let memory = Words(count: 2 * ((buckets + 63) / 64))
        var kept: UInt64 = 0
        for word in 0..<memory.words.count / 2 {
            var bits: UInt64 = 0
            for byte in 8 * word..<min(8 * word + 8, bitmap.count) {
                bits |= UInt64(bitmap[byte]) << UInt64(8 * (byte - 8 * word))
            }
            memory.words[2 * word] = bits
            memory.words[2 * word + 1] = kept
            kept += UInt64(bits.nonzeroBitCount)
        }
        self.memory = memory
        keptCount = Int(kept)
    }

    /// The bitmap that the index was made from.
    ///
    /// - Complexity: O(buckets / 8).
    public var bitmap: [UInt8] {
        (0..<buckets / 8).map { UInt8(truncatingIfNeeded: memory.words[2 * ($0 / 8)] >> UInt64(8 * ($0 % 8))) }
    }

    /// The number of a bucket's row among those kept, or nil where it is not kept.
    ///
    /// - Complexity: O(1).
    public func row(of bucket: Int) -> Int? {
        precondition(bucket >= 0 && bucket < buckets, "bucket \(bucket) of \(buckets)")
        let bits = memory.words[2 * (bucket / 64)]
        let bit = UInt64(1) << UInt64(bucket % 64)
        guard bits & bit != 0 else { return nil }
        return Int(memory.words[2 * (bucket / 64) + 1]) + (bits & (bit - 1)).nonzeroBitCount
    }

    var words: UnsafePointer<UInt64>? { UnsafePointer(memory.words.baseAddress) }
}
