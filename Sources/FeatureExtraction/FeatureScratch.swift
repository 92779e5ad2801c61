/// Working memory of one thread, and the features of the last request extracted into it.
///
/// About 2 MiB of address space with the default settings, of which small requests touch some tens of KiB.
/// Extraction allocates nothing once a scratch exists.
public struct FeatureScratch: ~Copyable {
    /// The settings that its tables were sized for.
    public let settings: FeatureSettings

    var families: UncheckedBuffer<SlotSet>
    var coverageKeys: UncheckedBuffer<UInt32>
    var word: UncheckedBuffer<UInt32>
    var wordOffsets: UncheckedBuffer<Int>
    var scriptCounts: UncheckedBuffer<Int>
    var languageVotes: UncheckedBuffer<Int>
    var recentTokens: UncheckedBuffer<UInt64>
    var recentOffsets: UncheckedBuffer<Int>
    var candidates: UncheckedBuffer<UInt32>
    var readWords: UncheckedBuffer<ReadWord>
    /// Tells the words of this text from those of earlier ones in `readWords`.
    private(set) var textNumber: UInt32 = 0

    /// Number of keys of the last request's coverage; see `withCoverageKeys`.
    public internal(set) var coverageKeyCount = 0
    /// Number of tokens of the ask inside its window.
    public internal(set) var tokenCount = 0
    /// Whether any text was longer than its window.
    public internal(set) var isTruncated = false

    /// Longest run of letters and digits that is one word; longer runs are cut.
    static let longestWord = 64
    static let recentCapacity = 8
    /// Slots of character n-grams that may wait to be added to their family when another word begins.
    static let candidateLimit = 1024

    /// Memory for requests under `settings`, which must be valid (`FeatureSettings.problem` is nil).
    public init(settings: FeatureSettings) {
        if let problem = settings.problem { preconditionFailure(problem) }
        self.settings = settings
        let families = UncheckedBuffer<SlotSet>(
            base: .allocate(capacity: FeatureFamily.count), count: FeatureFamily.count)
        for family in FeatureFamily.allCases {
            (families.base + family.rawValue).initialize(
                to: SlotSet(bucketBits: settings.bucketBits[family.rawValue]))
        }
        self.families = families
        coverageKeys = .zeros(count: settings.askWindow + 256)
        word = .zeros(count: Self.longestWord + 2)
        wordOffsets = .zeros(count: Self.longestWord + 3)
        scriptCounts = .zeros(count: 32)
        languageVotes = .zeros(count: 256)
        recentTokens = .zeros(count: Self.recentCapacity)
        recentOffsets = .zeros(count: 2 * Self.recentCapacity)
        candidates = .zeros(count: Self.candidateLimit + 4 * (Self.longestWord + 2) + 1)
        readWords = .zeros(count: ReadWord.capacity)
    }

    deinit {
        for family in 0..<FeatureFamily.count { families[family].deallocate() }
        families.base.deallocate()
        coverageKeys.deallocate()
        word.deallocate()
        wordOffsets.deallocate()
        scriptCounts.deallocate()
        languageVotes.deallocate()
        recentTokens.deallocate()
        recentOffsets.deallocate()
        candidates.deallocate()
        readWords.deallocate()
    }

    mutating func reset() {
        for family in 0..<FeatureFamily.count { families.base[family].removeAll() }
        for index in 0..<scriptCounts.count { scriptCounts[index] = 0 }
        for index in 0..<32 { languageVotes[index] = 0 }
        coverageKeyCount = 0
        tokenCount = 0
        isTruncated = false
        textNumber &+= 1
        if textNumber == 0 {
            for place in 0..<readWords.count { readWords[place] = ReadWord() }
            textNumber = 1
        }
    }

    /// Number of distinct features of `family` in the last request.
    public func count(of family: FeatureFamily) -> Int { families[family.rawValue].count }

    /// Calls `body` with the slots (`bucket << 1 | sign`) of `family`, in order of first occurrence.
    ///
    /// The buffer is valid only during the call.
    @inlinable
    public func withSlots<Result>(
        of family: FeatureFamily, _ body: (UnsafeBufferPointer<UInt32>) -> Result
    ) -> Result {
        body(slotBuffer(of: family))
    }

    /// Calls `body` with the 32-bit keys of the ask's character 3-grams, for the coverage filter.
    ///
    /// The buffer is valid only during the call.
    @inlinable
    public func withCoverageKeys<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
        body(coverageBuffer)
    }

    @usableFromInline
    func slotBuffer(of family: FeatureFamily) -> UnsafeBufferPointer<UInt32> {
        families[family.rawValue].elements
    }

    @usableFromInline
    var coverageBuffer: UnsafeBufferPointer<UInt32> { coverageKeys.prefix(coverageKeyCount) }

    /// Factor that gives `family` its configured length: weight / √count, or 0 where it has no features.
    public func scale(of family: FeatureFamily) -> Float {
        let count = families[family.rawValue].count
        return count == 0 ? 0 : settings.familyWeights[family.rawValue] / Float(count).squareRoot()
    }
}
