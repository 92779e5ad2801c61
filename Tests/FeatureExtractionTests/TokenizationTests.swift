import FeatureExtraction
import Testing

@Suite struct TokenizationTests {
    /// Tokens of a text, without n-grams of them.
    private func tokens(_ text: String) -> [String] {
        names(text, .words, FeatureSettings(maximumWordOrder: 1)).map { String($0.dropFirst("word:".count)) }
    }

    private func areEqual(_ first: String, _ second: String) -> Bool {
        let (first, second) = (ExtractionInput(first).extract(), ExtractionInput(second).extract())
        return first.slots.dropLast() == second.slots.dropLast() && first.coverageKeys == second.coverageKeys
    }

    @Test(
        "case and width make no difference to words",
        arguments: [
            ("Hello WORLD", "hello world"), ("ÅNGSTRÖM ΣΊΣΥΦΟΣ", "ångström σίσυφοσ"), ("ς", "σ"),
            ("ПРИВЕТ", "привет"),
            ("Ｆｕｌｌ（１２）", "full(12)"), ("don’t", "don't"), ("ẞ", "ß"), ("८०० ١٢٣", "800 123"),
            ("a\u{3000}b", "a b"),
            ("🄰 ⓐ", "🄰 Ⓐ"), ("❤️", "❤"), ("co\u{AD}operate\u{200D}", "cooperate"),
        ])
    func folding(first: String, second: String) { #expect(areEqual(first, second)) }

    @Test(
        "what folding does not join stays apart",
        arguments: [
            ("straße", "strasse"), ("İ", "i"), ("ﬁ", "fi"), ("é", "e\u{301}"), ("resume", "résumé"),
            ("a b", "ab"), ("ｱ", "ア"),
        ])
    func notFolded(first: String, second: String) { #expect(!areEqual(first, second)) }

    @Test(
        "words keep the apostrophes and underscores inside them",
        arguments: [
            ("don't stop", ["don't", "stop"]), ("'tis rock'n'roll'", ["'", "tis", "rock'n'roll", "'"]),
            ("90's", ["<2d>", "90", "'", "s"]), ("__init__ x_1", ["__init__", "x_1"]),
            ("e2e 3d x86", ["e2e", "3d", "x86"]),
        ])
    func words(text: String, expected: [String]) { #expect(tokens(text) == expected) }

    @Test(
        "code symbols form tokens of up to three",
        arguments: [
            ("a==b", ["a", "==", "b"]), ("f();", ["f", "();"]), ("std::x->y", ["std", "::", "x", "->", "y"]),
            ("====", ["===", "="]), ("x, y.z", ["x", ",", "y", ".", "z"]), ("{ }", ["{", "}"]),
            ("``````", ["```", "```"]),
        ])
    func codeSymbols(text: String, expected: [String]) { #expect(tokens(text) == expected) }

    @Test(
        "numbers count by their shape beside their value",
        arguments: [
            ("7", ["<1d>", "7"]), ("2026", ["<4d>", "2026"]), ("3.14", ["<1d>", "3", ".", "<2d>", "14"]),
            ("٤٢", ["<2d>", "٤٢"]), ("123456789012", ["<9+d>", "123456789012"]), ("v2", ["v2"]),
        ])
    func numbers(text: String, expected: [String]) { #expect(tokens(text) == expected) }

    @Test("numbers of one shape have the same n-grams but for themselves")
    func shapes() {
        let first = Set(ExtractionInput("born in 1984 there").extract()[.words])
        let second = Set(ExtractionInput("born in 2026 there").extract()[.words])
        #expect(first.subtracting(second).count == 1)
        #expect(second.subtracting(first).count == 1)
    }

    @Test(
        "scripts without spaces give a token a letter and pairs as coverage keys",
        arguments: [
            ("漢字仮名", 4, 3), ("ひらがな", 4, 3), ("ไทย", 3, 2), ("ລາວ", 3, 2), ("ខ្មែរ", 5, 4), ("字", 1, 1),
            ("漢 字", 2, 2),
        ])
    func unspaced(text: String, tokens: Int, keys: Int) {
        let found = ExtractionInput(text).extract()
        #expect(found.tokenCount == tokens)
        #expect(found.coverageKeys.count == keys)
    }

    @Test(
        "scripts with spaces, Hangul among them, give a token a word",
        arguments: [
            ("한국어 단어", 2), ("नमस्ते दुनिया", 2), ("مرحبا بالعالم", 2), ("שלום עולם", 2), ("Ελληνική γλώσσα", 2),
        ])
    func spaced(text: String, count: Int) { #expect(ExtractionInput(text).extract().tokenCount == count) }

    @Test("a run of letters longer than 64 is cut into words of 64")
    func longWords() {
        #expect(tokens(String(repeating: "a", count: 64)).count == 1)
        let long = tokens(String(repeating: "a", count: 130))
        #expect(long.map(\.count) == [64, 64, 2])
        #expect(ExtractionInput(String(repeating: "字", count: 130)).extract().tokenCount == 130)
    }

    @Test("n-grams do not reach across sentences and lines")
    func borders() {
        let found = Set(names("One two. Three\nfour", .words))
        #expect(found.isSuperset(of: ["word:One two", "word:^Three", "word:^four", "word:two."]))
        #expect(found.isDisjoint(with: ["word:. Three", "word:Three\nfour"]))
        // A point inside a number or an abbreviation without a space ends nothing.
        #expect(names("v1.2 x", .words).contains("word:v1."))
        #expect(!names("3.14", .words).contains("word:^14"))
        #expect(names("好。再", .words).contains("word:^再"))
    }

    @Test("indentation is a token of three depths")
    func indentation() {
        func slots(_ spaces: String) -> Set<UInt32> {
            Set(ExtractionInput("x\n\(spaces)y").extract()[.words])
        }
        #expect(slots("") == slots(" "))
        #expect(slots("  ") == slots("   "))
        #expect(slots("    ") == slots("\t"))
        #expect(slots("\t\t") == slots(String(repeating: " ", count: 30)))
        #expect(Set([slots(""), slots("  "), slots("\t"), slots("\t\t")]).count == 4)
    }

    @Test("line breaks of all kinds are one line break")
    func lineBreaks() {
        let expected = ExtractionInput("a\nb").extract()[.words]
        for lineBreak in ["\r\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}"] {
            #expect(ExtractionInput("a\(lineBreak)b").extract()[.words] == expected)
        }
    }

    @Test("each family is normalised to its weight")
    func scales() {
        let settings = FeatureSettings(familyWeights: [0.5, 1, 2, 0, 1, 1, 1])
        var scratch = FeatureScratch(settings: settings)
        let found = ExtractionInput("one two three").extract(
            with: FeatureExtractor(settings: settings), into: &scratch)
        for (family, weight) in zip(FeatureFamily.allCases, [0.5, 1, 2, 0, 0, 0, 1] as [Float]) {
            let count = Float(found[family].count)
            let length = (count * scratch.scale(of: family) * scratch.scale(of: family)).squareRoot()
            #expect(abs(length - weight) < 1e-5, "\(family.name)")
        }
    }

    @Test("a word's coverage keys are counted as often as it stands there", arguments: ["word", "a", "naïve", "don't"])
    func repeatedWords(word: String) {
        let once = ExtractionInput(word).extract()
        let thrice = ExtractionInput("\(word) other \(word.uppercased()) \(word)").extract()
        let other = ExtractionInput("other").extract()
        let keys = once.coverageKeys
        #expect(thrice.coverageKeys == keys + other.coverageKeys + keys + keys)
        #expect(thrice[.characters] == once[.characters] + other[.characters])
    }

    @Test("words of one text are not taken for those of the text before")
    func nextText() {
        let extractor = FeatureExtractor()
        var scratch = FeatureScratch(settings: extractor.settings)
        let first = ExtractionInput("one word").extract(with: extractor, into: &scratch)
        let second = ExtractionInput("one word").extract(with: extractor, into: &scratch)
        #expect(first == second)
        #expect(!first[.characters].isEmpty)
    }

    @Test("families of weight 0 are left out where that is asked for, and change nothing else", arguments: 0..<20)
    func unusedFamilies(seed: UInt64) {
        var texts = RandomTexts(seed: 900 + seed)
        let input = texts.input(upTo: 200)
        let all = FeatureSettings(familyWeights: [1, 0, 0, 0, 1, 1, 0])
        var scratch = FeatureScratch(settings: all)
        let whole = input.extract(with: FeatureExtractor(settings: all), into: &scratch)
        let used = input.extract(with: FeatureExtractor(settings: all, leavesOutUnused: true), into: &scratch)
        for family in FeatureFamily.allCases {
            let isLeftOut = [.characters, .opening, .closing, .structure].contains(family)
            #expect(used[family] == (isLeftOut ? [] : whole[family]), "seed \(seed), \(family.name)")
        }
        #expect(used.coverageKeys == whole.coverageKeys, "seed \(seed)")
        #expect(used.tokenCount == whole.tokenCount && used.isTruncated == whole.isTruncated)
        #expect(!whole[.structure].isEmpty)
    }
}
