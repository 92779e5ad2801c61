/// What reading a word needs to know of ASCII letters and digits, the most frequent scalars by far.
struct LetterTable: @unchecked Sendable {
    // Sendable: the memory is written in `init` only and never freed.

    /// The folded letter or digit that a byte stands for, 0 for all other bytes.
    let folded: UncheckedBuffer<UInt8>
    /// Hash states of the character n-grams that begin with a scalar below 0x80, borders among them.
    let firstStates: UncheckedBuffer<UInt64>

    /// Script of the ASCII letters.
    static let latin = 1

    static let shared = LetterTable()

    private init() {
        folded = .zeros(count: 0x100)
        firstStates = .zeros(count: 0x80)
        for scalar: UInt32 in 0..<0x80 {
            let properties = ScalarProperties(scalar)
            if properties.isWord { folded[Int(scalar)] = UInt8(properties.fold(scalar)) }
            firstStates[Int(scalar)] = FeatureHash.extend(FeatureHash.family(.characters), with: UInt64(scalar))
        }
    }
}
