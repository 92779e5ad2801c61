internal import FeatureExtraction

/// MinHash signatures (Broder 1997) of 100 hash functions, of each of which 8 bits are kept (b-bit minwise hashing, Li
/// and König 2010): 100 bytes a text, whatever its length.
///
/// Two signatures agree at a position with probability J + (1 − J)/256, where J is the Jaccard similarity of the texts'
/// shingles. Twenty bands of five positions select candidates: texts with J = 0.8 share a band with probability 0.9996,
/// texts with J = 0.3 with 0.05.
package enum MinHash {
    /// Bytes of a signature.
    package static let length = bands * rowsPerBand
    static let bands = 20
    static let rowsPerBand = 5

    /// Functions are computed eight at a time.
    private static let lanes = 13

    private static let constants: (seeds: [SIMD8<UInt32>], factors: [SIMD8<UInt32>]) = {
        var generator = SeededGenerator(seed: 0x4D69_6E48_6173_6801)
        var seeds: [SIMD8<UInt32>] = []
        var factors: [SIMD8<UInt32>] = []
        for _ in 0..<lanes {
            var seed = SIMD8<UInt32>()
            var factor = SIMD8<UInt32>()
            for lane in 0..<8 {
                seed[lane] = UInt32(truncatingIfNeeded: generator.next())
                factor[lane] = UInt32(truncatingIfNeeded: generator.next()) | 1
            }
            seeds.append(seed)
            factors.append(factor)
        }
        return (seeds, factors)
    }()

    /// Appends the signature of a text, given as folded scalars.
    ///
    /// - Complexity: O(shingles × 100).
    static func append(_ scalars: [UInt32], to signature: inout [UInt8]) {
        let (seeds, factors) = constants
        var smallest = [SIMD8<UInt32>](repeating: SIMD8(repeating: .max), count: lanes)
        seeds.withUnsafeBufferPointer { seeds in
            factors.withUnsafeBufferPointer { factors in
                smallest.withUnsafeMutableBufferPointer { smallest in
                    Shingles.forEach(of: scalars) { shingle in
                        let value = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: shingle))
                        for lane in 0..<lanes {
                            var hashed = (value ^ seeds[lane]) &* factors[lane]
                            hashed ^= hashed &>> 15
                            smallest[lane].replace(with: hashed, where: hashed .< smallest[lane])
                        }
                    }
                }
            }
        }
        for position in 0..<length {
            // The bits that the last step mixed best; the top ones are nearly all zero in a minimum.
            signature.append(UInt8(truncatingIfNeeded: smallest[position / 8][position % 8]))
        }
    }

    /// The signature of `text`.
    package static func signature(of text: String) -> [UInt8] {
        var folded = FoldedText()
        var signature: [UInt8] = []
        var text = text
        text.withUTF8 { folded.read($0) }
        append(folded.scalars, to: &signature)
        return signature
    }

    /// Jaccard similarity as two signatures tell it; unbiased, standard deviation at most 0.05.
    package static func estimate(_ first: some Collection<UInt8>, _ second: some Collection<UInt8>) -> Double {
        let agreement = Double(zip(first, second).count { $0 == $1 }) / Double(length)
        return (agreement - 1 / 256) / (1 - 1 / 256)
    }

    /// The five bytes of a band as a number of 40 bits.
    @inline(__always)
    static func key(band: Int, of signature: UnsafePointer<UInt8>) -> UInt64 {
        var key: UInt64 = 0
        for position in band * rowsPerBand..<(band + 1) * rowsPerBand { key = key << 8 | UInt64(signature[position]) }
        return key
    }
}
