/// How long to wait before a request is sent again: exponential, with jitter from a seed.
struct RetryDelay: Sendable {
    /// Seconds before the first retry, on average three quarters of it.
    let base: Double
    let seed: UInt64

    /// No wait is longer, however many there were.
    static let longest = 60.0

    /// Seconds before retry number `attempt` (from 0) of the row `row`: between half of `base` times 2 to the power of
    /// `attempt` and the whole, so that requests that failed together do not come back together.
    func seconds(row: Int, attempt: Int) -> Double {
        let whole = min(Self.longest, base * Double(1 << min(attempt, 20)))
        // SplitMix64 (Steele, Lea and Flood 2014) of seed, row and attempt.
        var bits = seed &+ 0x9E37_79B9_7F4A_7C15 &* (UInt64(truncatingIfNeeded: row) << 8 &+ UInt64(attempt) &+ 1)
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return whole * (0.5 + 0.5 * Double(bits >> 11) / Double(1 << 53))
    }
}
