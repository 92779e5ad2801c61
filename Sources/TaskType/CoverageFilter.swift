internal import VectorKernels

/// A bitmap of the character 3-grams that occurred in training: a Bloom filter with one hash.
///
/// Tells a request in a script or a style never seen in training, on which a softmax may be confidently wrong.
public struct CoverageFilter: @unchecked Sendable {
    // Sendable: the memory is never written to and `owner`, which keeps it alive, is Sendable.
    private let bits: UnsafeBufferPointer<UInt8>
    private let owner: (any AnyObject & Sendable)?

    /// Requests with a smaller share of known 3-grams have their confidence flattened and are `uncertain`.
    public static let sufficientCoverage: Float = 0.5

    /// A filter over a power of two of bytes that live as long as `owner`.
    public init(bits: UnsafeBufferPointer<UInt8>, owner: any AnyObject & Sendable) {
        precondition(bits.count > 0 && bits.count & (bits.count - 1) == 0, "\(bits.count) bytes, not a power of two")
        self.bits = bits
        self.owner = owner
    }

    /// Number of bytes.
    public var byteCount: Int { bits.count }

    /// The bitmap, for writing it to a file.
    public var bytes: [UInt8] { Array(bits) }

    /// Share of `keys` that are in the filter; 1 for no keys, since then nothing is unknown.
    func coverage(of keys: UnsafeBufferPointer<UInt32>) -> Float {
        guard !keys.isEmpty else { return 1 }
        return Float(KeyBitmap.countMembers(of: keys, in: bits)) / Float(keys.count)
    }
}
