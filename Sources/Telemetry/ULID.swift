/// Universally unique identifiers that sort by time (github.com/ulid/spec): 48 bits of milliseconds, 80 of chance.
public struct ULIDGenerator: Sendable {
    private var generator = SystemRandomNumberGenerator()
    private var lastTime: UInt64 = 0
    private var high: UInt16 = 0
    private var low: UInt64 = 0

    /// A generator; each thread keeps its own.
    public init() {}

    /// The next identifier, 26 characters of Crockford's base 32; within one millisecond they ascend.
    public mutating func next(milliseconds: UInt64) -> String {
        if milliseconds > lastTime {
            lastTime = milliseconds
            high = generator.next()
            low = generator.next()
        } else {
            low &+= 1
            if low == 0 { high &+= 1 }
        }
        return String(unsafeUninitializedCapacity: 26) { buffer in
            for index in 0..<10 { buffer[index] = Self.digit(lastTime >> UInt64(45 - 5 * index)) }
            // The 80 bits of chance are 16 digits: the first three and a bit come from `high`.
            for index in 0..<16 {
                let shift = 75 - 5 * index
                let bits =
                    shift >= 64
                    ? UInt64(high) >> UInt64(shift - 64)
                    : low >> UInt64(shift) | (shift > 59 ? UInt64(high) << UInt64(64 - shift) : 0)
                buffer[10 + index] = Self.digit(bits)
            }
            return 26
        }
    }

    private static func digit(_ bits: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 31)
        // 0-9, then the letters without I, L, O and U.
        switch value {
        case 0...9: return 0x30 + value
        case 10...17: return 0x41 + value - 10
        case 18...19: return 0x4A + value - 18
        case 20...21: return 0x4D + value - 20
        case 22...26: return 0x50 + value - 22
        default: return 0x56 + value - 27
        }
    }
}
