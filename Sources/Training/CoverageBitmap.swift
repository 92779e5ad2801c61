internal import TaskType

/// The keys seen in training, in a bitmap that is folded to the size they need.
///
/// A key's bit is the key modulo the number of bits, a power of two: so the upper half of a bitmap laid over the
/// lower half is the bitmap of half the size.
struct CoverageBitmap: Sendable {
    private var bits = [UInt8](repeating: 0, count: 1 << 20)

    /// Share of bits that may be set: the share of unseen keys that pass for seen.
    private static let fillLimit = 0.1
    private static let smallestByteCount = 1 << 10

    mutating func insert(_ keys: Set<UInt32>) {
        let mask = UInt32(bits.count * 8 - 1)
        for key in keys { bits[Int((key & mask) >> 3)] |= 1 << UInt8(key & 7) }
    }

    /// Adds the members of another bitmap, whose size is a power of two as well.
    mutating func insert(_ filter: CoverageFilter) {
        let other = filter.bytes
        for index in 0..<max(bits.count, other.count) { bits[index % bits.count] |= other[index % other.count] }
    }

    /// The smallest bitmap with no more bits set than the limit, or the largest there is.
    func folded() -> [UInt8] {
        var bits = bits
        while bits.count > Self.smallestByteCount {
            let half = bits.count / 2
            let smaller = (0..<half).map { bits[$0] | bits[$0 + half] }
            let set = smaller.reduce(0) { $0 + $1.nonzeroBitCount }
            if Double(set) > Self.fillLimit * Double(half * 8) { break }
            bits = smaller
        }
        return bits
    }
}
