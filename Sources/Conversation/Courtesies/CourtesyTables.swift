/// Words and phrases of courtesy, by rule, ready for looking up.
struct CourtesyTables: Sendable {
    /// At most so many rules are told apart, one bit each.
    static let mostRules = 32
    /// Longest phrase in words.
    static let longestPhrase = 6

    /// Rules in whose sentences a word may stand, one bit a rule.
    let words: MaskTable
    /// Rules that a phrase makes sure of, one bit a rule.
    let phrases: MaskTable
    /// Rules in whose phrases a word occurs, one bit a rule.
    let phraseWords: MaskTable
    /// First words of salutations, which may name whom they greet.
    let salutations: MaskTable
    /// Beginnings of the first line of a signature, as phrases.
    let signatures: MaskTable
    /// Index of the rule of each bit.
    private(set) var rules: [Int] = []
    private(set) var salutationRule: Int?
    private(set) var signatureRule: Int?

    var isEmpty: Bool { rules.isEmpty && salutationRule == nil && signatureRule == nil }

    init(_ all: [AskRule]) {
        var words: [UInt64: UInt32] = [:]
        var phrases: [UInt64: UInt32] = [:]
        var phraseWords: [UInt64: UInt32] = [:]
        var salutations: [UInt64: UInt32] = [:]
        var signatures: [UInt64: UInt32] = [:]
        for (index, rule) in all.enumerated() {
            switch rule.matcher {
            case .courtesies where rules.count < Self.mostRules:
                let bit = UInt32(1) << UInt32(rules.count)
                rules.append(index)
                for word in rule.patterns.flatMap(Self.hashes) { words[word, default: 0] |= bit }
                for phrase in rule.beside.map(Self.hashes) {
                    phrases[Self.phrase(phrase[...]), default: 0] |= bit
                    for word in phrase { phraseWords[word, default: 0] |= bit }
                }
            case .salutations:
                salutationRule = salutationRule ?? index
                for word in rule.patterns.compactMap({ Self.hashes($0).first }) { salutations[word] = 1 }
            case .signatures:
                signatureRule = signatureRule ?? index
                for pattern in rule.patterns { signatures[Self.phrase(Self.hashes(pattern)[...])] = 1 }
            default: break
            }
        }
        self.words = MaskTable(words)
        self.phrases = MaskTable(phrases)
        self.phraseWords = MaskTable(phraseWords)
        self.salutations = MaskTable(salutations)
        self.signatures = MaskTable(signatures)
    }

    /// Whether a courtesy may hold the word.
    func mayKnow(_ word: UInt64) -> Bool { words[word] != 0 || phraseWords[word] != 0 }

    /// The hashes of the words of a text.
    static func hashes(_ text: String) -> [UInt64] {
        var text = text
        return text.withUTF8 { bytes in
            let bytes = bytes.span
            var scan = WordScan(0..<bytes.count)
            var hashes: [UInt64] = []
            while let word = scan.next(in: bytes) { hashes.append(word.hash) }
            return hashes
        }
    }

    /// The hash of a phrase from those of its words.
    static func phrase(_ words: ArraySlice<UInt64>) -> UInt64 {
        words.reduce(WordScan.seed) { WordScan.combine($0, $1) }
    }
}
