/// Families whose features are extracted, of those that may be left out.
struct UsedFamilies: BitwiseCopyable {
    let characters: Bool
    let opening: Bool
    let closing: Bool
    let structure: Bool

    static let all = UsedFamilies(FeatureSettings(familyWeights: Array(repeating: 1, count: FeatureFamily.count)))

    /// The families whose weight is not 0: from the others, no prediction follows.
    init(_ settings: FeatureSettings) {
        func isUsed(_ family: FeatureFamily) -> Bool { settings.familyWeights[family.rawValue] > 0 }
        characters = isUsed(.characters)
        opening = isUsed(.opening)
        closing = isUsed(.closing)
        structure = isUsed(.structure)
    }
}
