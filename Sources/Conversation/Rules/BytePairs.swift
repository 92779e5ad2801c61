/// A set of pairs of bytes, ASCII letters of either case.
struct BytePairs: Sendable {
    private var bits = [UInt64](repeating: 0, count: 1024)

    /// Adds `first` with each of `seconds`, or with anything where that is nil.
    mutating func insert(_ first: UInt8, _ seconds: [UInt8]?) {
        for first in Self.cases(of: first) {
            for second in seconds ?? Array(0...255) {
                for second in Self.cases(of: second) {
                    bits[Int(first) << 2 | Int(second >> 6)] |= 1 << UInt64(second & 63)
                }
            }
        }
    }

    @inline(__always)
    func contains(_ first: UInt8, _ second: UInt8) -> Bool {
        bits[Int(first) << 2 | Int(second >> 6)] >> UInt64(second & 63) & 1 == 1
    }

    private static func cases(of byte: UInt8) -> [UInt8] {
        byte.folded &- 0x61 < 26 ? [byte.folded, byte.folded & 0xDF] : [byte]
    }
}
