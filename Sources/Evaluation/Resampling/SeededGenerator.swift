/// SplitMix64 (Steele, Lea and Flood 2014): one independent stream for each resample.
///
/// A stream depends on the seed and on the number of the resample alone, so that results do not depend on
/// which thread draws which resample.
package struct SeededGenerator {
    private var state: UInt64

    package init(seed: UInt64, stream: Int) {
        // Hashing both keeps the streams of neighbouring seeds and numbers apart.
        state = Self.mix(Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ UInt64(truncatingIfNeeded: stream))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// An index below `count`; the bias of the multiplication is below `count` / 2^64.
    package mutating func index(below count: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
    }
}
