import FeatureExtraction
import TestSupport
import Testing

@Suite struct NamingTests {
    @Test("describing gives the slots of extracting, in their order", arguments: 0..<10)
    func sameSlots(seed: UInt64) {
        var texts = RandomTexts(seed: 100 + seed)
        for _ in 0..<60 {
            let input = texts.input(upTo: 300)
            let settings = texts.settings()
            let extracted = input.extract(settings)
            let described = input.describe(settings)
            for family in FeatureFamily.allCases {
                var seen: Set<UInt32> = []
                let slots = described.filter { $0.family == family && seen.insert($0.slot).inserted }.map(
                    \.slot)
                #expect(slots == extracted[family], "seed \(seed), \(family.name): \(input.ask.hexadecimal)")
            }
        }
    }

    @Test("word n-grams are named by the text they cover, with ^ for a border")
    func words() {
        let settings = FeatureSettings(maximumWordOrder: 3)
        #expect(
            names("Write  a\nTest 42.", .words, settings) == [
                "word:Write", "word:^Write", "word:a", "word:Write  a", "word:^Write  a", "word:Test",
                "word:^Test",
                "word:<2d>", "word:42", "word:Test 42", "word:^Test 42", "word:.", "word:42.",
                "word:Test 42.",
            ])
    }

    @Test("character n-grams show the borders of their word")
    func characters() {
        #expect(
            names("ab", .characters) == [
                "chars:<a", "chars:<ab", "chars:<ab>", "chars:ab", "chars:ab>", "chars:b>",
            ])
        #expect(names("漢字", .characters) == ["chars:漢", "chars:漢字", "chars:字"])
    }

    @Test("opening and closing are named by position, place and phrase")
    func openingAndClosing() {
        #expect(
            names("Do it", .opening) == [
                "opening[0]:Do", "opening:Do", "prefix:Do", "opening[1]:it", "opening:it", "prefix:Do it",
            ])
        #expect(
            names("Do it", .closing) == [
                "closing[0]:it", "closing:it", "closing[1]:Do", "closing:Do", "suffix:Do it",
            ])
        #expect(names("a b c d e f g h", .opening).count == 6 * 2 + 4)
        #expect(names("a b c d e f g h", .closing).count == 6 * 2 + 3)
    }

    @Test("indentation is named by its white space")
    func indentation() {
        #expect(
            names("a\n    b", .words).suffix(4)
                == ["word:    ", "word:^    ", "word:b", "word:    b"])
    }

    @Test("context and document have names of their own, and shorter n-grams")
    func otherTexts() {
        var input = ExtractionInput("ask")
        input.context = Array("one two three".utf8)
        input.document = Array("four five".utf8)
        let found = input.describe(FeatureSettings(maximumWordOrder: 3))
        #expect(
            found.filter { $0.family == .context }.map(\.name) == [
                "context:one", "context:^one", "context:two", "context:one two", "context:three",
                "context:two three",
            ])
        #expect(found.filter { $0.family == .document }.map(\.name) == ["document:four", "document:five"])
    }
}
