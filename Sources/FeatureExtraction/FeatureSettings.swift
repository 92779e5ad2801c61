/// Everything that decides which features a text has; stored in the weights file.
///
/// Two extractors with equal settings give bit-identical features on every platform.
public struct FeatureSettings: Sendable, Equatable {
    /// Version of the feature definition in `docs/features.md`.
    public static let currentVersion = 1

    /// Binary logarithm of each family's number of buckets, by `FeatureFamily.rawValue`; 4 to 24.
    public var bucketBits: [Int]
    /// Length to which each family is normalised, by `FeatureFamily.rawValue`.
    public var familyWeights: [Float]
    /// Longest word n-gram, 1 to 3.
    public var maximumWordOrder: Int
    /// Shortest and longest character n-gram inside words, within 1...5.
    public var characterOrders: ClosedRange<Int>
    /// Bytes of the ask that are tokenised, half from its head and half from its tail.
    public var askWindow: Int
    /// Bytes of the context, and of the document, that are tokenised.
    public var otherWindow: Int

    /// The defaults of version 1.
    public init(
        bucketBits: [Int] = [16, 16, 14, 14, 14, 14, 12],
        familyWeights: [Float] = [0.75, 1, 0.35, 0.2, 0.3, 0.2, 0.2],
        maximumWordOrder: Int = 2,
        characterOrders: ClosedRange<Int> = 2...5,
        askWindow: Int = 16_384,
        otherWindow: Int = 8_192
    ) {
        self.bucketBits = bucketBits
        self.familyWeights = familyWeights
        self.maximumWordOrder = maximumWordOrder
        self.characterOrders = characterOrders
        self.askWindow = askWindow
        self.otherWindow = otherWindow
    }

    /// Number of buckets of `family`.
    public func bucketCount(of family: FeatureFamily) -> Int { 1 << bucketBits[family.rawValue] }

    /// One sentence about the first setting that no extractor accepts, or nil.
    public var problem: String? {
        if bucketBits.count != FeatureFamily.count {
            return "bucket bits are needed for \(FeatureFamily.count) families, not \(bucketBits.count)"
        }
        if let bits = bucketBits.first(where: { !(4...24).contains($0) }) {
            return "bucket bits must be 4 to 24, not \(bits)"
        }
        if familyWeights.count != FeatureFamily.count {
            return "weights are needed for \(FeatureFamily.count) families, not \(familyWeights.count)"
        }
        if let weight = familyWeights.first(where: { !($0.isFinite && $0 >= 0) }) {
            return "family weights must be finite and not negative, not \(weight)"
        }
        if !(1...3).contains(maximumWordOrder) {
            return "word n-grams have 1 to 3 words, not \(maximumWordOrder)"
        }
        if characterOrders.lowerBound < 1 || characterOrders.upperBound > 5 {
            return "character n-grams have 1 to 5 characters, not \(characterOrders)"
        }
        if !(64...1_048_576).contains(askWindow) || !(64...1_048_576).contains(otherWindow) {
            return "windows must be 64 bytes to 1 MiB, not \(askWindow) and \(otherWindow)"
        }
        return nil
    }
}
