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
        // Arrays of a type of our own, no dictionaries: the runtime would look for their keys' conformances, which takes
        // longer than all the rest at a program's start.
        var words: [MaskTable.Entry] = []
        var phrases: [MaskTable.Entry] = []
        var phraseWords: [MaskTable.Entry] = []
        var salutations: [MaskTable.Entry] = []
        var signatures: [MaskTable.Entry] = []
        for (index, rule) in all.enumerated() {
            switch rule.matcher {
            case .courtesies where rules.count < Self.mostRules:
                let bit = UInt32(1) << UInt32(rules.count)
                rules.append(index)
                for pattern in rule.patterns {
                    for word in Self.hashes(pattern) { words.append(.init(key: word, mask: bit)) }
                }
                for pattern in rule.beside {
                    let phrase = Self.hashes(pattern)
                    phrases.append(.init(key: Self.phrase(phrase[...]), mask: bit))
                    for word in phrase { phraseWords.append(.init(key: word, mask: bit)) }
                }
            case .salutations:
                salutationRule = salutationRule ?? index
                for pattern in rule.patterns {
                    if let word = Self.hashes(pattern).first { salutations.append(.init(key: word, mask: 1)) }
                }
            case .signatures:
                signatureRule = signatureRule ?? index
                for pattern in rule.patterns {
                    signatures.append(.init(key: Self.phrase(Self.hashes(pattern)[...]), mask: 1))
                }
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
