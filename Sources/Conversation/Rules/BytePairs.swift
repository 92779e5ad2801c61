/// A set of pairs of bytes, ASCII letters of either case.
struct BytePairs: Sendable {
    private var bits = [UInt64](repeating: 0, count: 1024)

    /// Adds `first` with each of `seconds`, or with anything where that is nil.
    mutating func insert(_ first: UInt8, _ seconds: [UInt8]?) {
        add(first, seconds)
        if first &- 0x61 < 26 || first &- 0x41 < 26 { add(first ^ 0x20, seconds) }
    }

    private mutating func add(_ first: UInt8, _ seconds: [UInt8]?) {
        guard let seconds else {
            for place in 0..<4 { bits[Int(first) << 2 | place] = .max }
            return
        }
        for second in seconds {
            add(first, second)
            if second &- 0x61 < 26 || second &- 0x41 < 26 { add(first, second ^ 0x20) }
        }
    }

    private mutating func add(_ first: UInt8, _ second: UInt8) {
        bits[Int(first) << 2 | Int(second >> 6)] |= 1 << UInt64(second & 63)
    }

    @inline(__always)
    func contains(_ first: UInt8, _ second: UInt8) -> Bool {
        bits[Int(first) << 2 | Int(second >> 6)] >> UInt64(second & 63) & 1 == 1
    }
}
