import FeatureExtraction
import TestSupport
import Testing

@Suite struct WindowTests {
    private let settings = FeatureSettings(askWindow: 100, otherWindow: 64)

    @Test("a text as long as the window is read whole, one byte more is truncated")
    func border() {
        let whole = ExtractionInput(String(repeating: "ab ", count: 33) + "c").extract(settings)
        #expect(!whole.isTruncated)
        #expect(whole.tokenCount == 34)
        let cut = ExtractionInput(String(repeating: "ab ", count: 33) + "cd").extract(settings)
        #expect(cut.isTruncated)
    }

    @Test(
        "a truncated text has the n-grams of its head and its tail on lines of their own", arguments: 0..<40)
    func headAndTail(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let scalars = Array("ab c.dé漢字 ?1 \n".unicodeScalars)
        var text = ""
        for _ in 0..<Int.random(in: 120...400, using: &random) {
            text.unicodeScalars.append(random.pick(scalars))
        }
        let bytes = Array(text.utf8)
        // Cuts fall between scalars, towards the outside.
        var head = Array(bytes.prefix(50))
        if bytes[50] & 0xC0 == 0x80 {
            while let last = head.popLast(), last & 0xC0 == 0x80 {}
        }
        let tail = Array(bytes.suffix(50).drop { $0 & 0xC0 == 0x80 })
        let found = ExtractionInput(bytes).extract(settings)
        let expected = ExtractionInput(head + [0x0A] + tail).extract()
        for family in [FeatureFamily.words, .characters, .opening, .closing] {
            #expect(
                found[family] == expected[family], "seed \(seed), \(family.name): \(text.debugDescription)")
        }
        #expect(found.coverageKeys == expected.coverageKeys)
        #expect(found.isTruncated)
    }

    @Test("what stands between head and tail changes byte counts only")
    func middle() {
        let a = ExtractionInput("Head. " + String(repeating: "x", count: 200) + " tail?").extract(settings)
        let b = ExtractionInput(
            "Head. " + String(repeating: "x", count: 90) + "7$\n8=" + String(repeating: "x", count: 105)
                + " tail?")
        #expect(a.slots.dropLast() == b.extract(settings).slots.dropLast())
        #expect(a[.structure] != b.extract(settings)[.structure])
    }

    @Test("only a truncated ask has the feature; a truncated context is reported all the same")
    func truncatedFeature() {
        #expect(structure(String(repeating: "a ", count: 20_000))["truncated"] == "yes")
        #expect(structure("short")["truncated"] == nil)
        var input = ExtractionInput("short")
        input.context = Array(repeating: 0x61, count: 10_000)
        #expect(structure(input)["truncated"] == nil)
        #expect(input.extract().isTruncated)
    }

    @Test("runs of continuation bytes at the cut neither trap nor move it by more than three bytes")
    func continuationBytes() {
        let found = ExtractionInput(Array(repeating: 0x80, count: 1000)).extract(settings)
        // 47 bytes of head and 47 of tail, each ill-formed: one token U+FFFD each.
        #expect(found.tokenCount == 94)
    }
}
