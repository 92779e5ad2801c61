/// The hash behind every feature; defined in `docs/features.md` and frozen with version 1.
///
/// A state takes one symbol at a time, so the n-grams of one start share their prefix. The step is a
/// multiplicative mix (after Knuth's golden-ratio hashing) with a fold of the high half into the low one;
/// the last multiplication moves the entropy to the top bits, from which bucket and sign are taken.
enum FeatureHash {
    static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
    static let finalMultiplier: UInt64 = 0xD6E8_FEB8_6659_FD93
    static let origin: UInt64 = 0x7461_736B_7479_7065  // "tasktype"

    @inline(__always)
    static func extend(_ state: UInt64, with symbol: UInt64) -> UInt64 {
        let mixed = (state ^ symbol) &* multiplier
        return mixed ^ (mixed >> 32)
    }

    /// Top bits of the result: bucket, then sign.
    @inline(__always)
    static func finish(_ state: UInt64) -> UInt64 { state &* finalMultiplier }

    /// Start of all n-grams of a namespace.
    @inline(__always)
    static func seed(_ namespace: UInt64) -> UInt64 { extend(origin, with: namespace) }

    static var token: UInt64 { @inline(__always) get { seed(0x100) } }
    static var shape: UInt64 { @inline(__always) get { seed(0x101) } }
    static var indentation: UInt64 { @inline(__always) get { seed(0x102) } }
    static var border: UInt64 { @inline(__always) get { seed(0x103) } }

    @inline(__always)
    static func family(_ family: FeatureFamily) -> UInt64 { seed(UInt64(family.rawValue) + 1) }

    /// Hash of a token given as text, as the tokeniser would compute it for an already folded word.
    static func token(_ text: String) -> UInt64 {
        text.unicodeScalars.reduce(token) { extend($0, with: UInt64($1.value)) }
    }
}
