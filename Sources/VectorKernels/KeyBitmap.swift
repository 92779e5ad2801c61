internal import CVectorKernels

/// Membership of 32-bit keys in a bitmap with a power of two of bits.
public enum KeyBitmap {
    /// Number of `keys` whose bit is set; a key's bit is the key modulo the number of bits.
    ///
    /// - Complexity: O(keys).
    public static func countMembers(of keys: UnsafeBufferPointer<UInt32>, in bitmap: UnsafeBufferPointer<UInt8>) -> Int
    {
        guard let bits = bitmap.baseAddress, let first = keys.baseAddress else { return 0 }
        precondition(bitmap.count & (bitmap.count - 1) == 0, "bitmap of \(bitmap.count) bytes, not a power of two")
        return tasktype_count_set_bits(bits, UInt32(truncatingIfNeeded: bitmap.count * 8 - 1), first, keys.count)
    }
}
