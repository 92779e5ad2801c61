import TestSupport
import Testing

@testable import FeatureExtraction

@Suite struct BoundsTests {
    @Test(
        "100 MB on one line give no more features than a window of them",
        arguments: [0x61, 0x28, 0xFF] as [UInt8])
    func hugeLine(byte: UInt8) {
        let settings = FeatureSettings()
        let huge = ExtractionInput(Array(repeating: byte, count: 100_000_000)).extract(settings)
        #expect(huge.isTruncated)
        #expect(huge.tokenCount <= settings.askWindow)
        #expect(huge.coverageKeys.count <= settings.askWindow)
        #expect(huge.slots.reduce(0) { $0 + $1.count } <= 10 * settings.askWindow)
    }

    @Test(
        "a million repetitions of anything are read within the memory of a scratch",
        arguments: [
            "a", "1", "'", "a'", ".", "?!", "```", "漢", "ก", "😀", "\u{200D}", "\u{301}", "\r", "\r\n", "\t",
            "\u{FEFF}a", "( ", "- ", "at x(",
        ])
    func repetitions(text: String) {
        let settings = FeatureSettings(askWindow: 1_048_576)
        var scratch = FeatureScratch(settings: settings)
        let input = ExtractionInput(String(repeating: text, count: 1_048_576 / text.utf8.count))
        let found = input.extract(with: FeatureExtractor(settings: settings), into: &scratch)
        #expect(found.coverageKeys.count <= settings.askWindow)
        #expect(!found.isTruncated)
    }

    @Test("the densest text, a letter and a gap, fills no more than its memory")
    func densest() {
        let settings = FeatureSettings(bucketBits: [4, 4, 4, 4, 4, 4, 4])
        var text: [UInt8] = []
        var random = SplitMix64(seed: 7)
        while text.count < settings.askWindow {
            text += [UInt8.random(in: 0x61...0x7A, using: &random), 0x20]
        }
        let found = ExtractionInput(text).extract(settings)
        // Every slot of the tiny tables is taken, and none twice.
        for family in [FeatureFamily.words, .characters] {
            #expect(found[family].count <= 32)
            #expect(Set(found[family]).count == found[family].count)
        }
        #expect(found[.words].count == 32)
    }

    @Test("no bytes trap", arguments: 0..<20)
    func anyBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let settings = FeatureSettings(askWindow: 128, otherWindow: 64)
        let extractor = FeatureExtractor(settings: settings)
        var scratch = FeatureScratch(settings: settings)
        for _ in 0..<200 {
            var input = ExtractionInput(bytes(&random))
            input.context = bytes(&random)
            input.document = bytes(&random)
            let found = input.extract(with: extractor, into: &scratch)
            #expect(!found[.structure].isEmpty)
            #expect(found.coverageKeys.count <= 128)
        }
    }

    private func bytes(_ random: inout SplitMix64) -> [UInt8] {
        (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    @Test("a scratch that was used before gives what a new one gives", arguments: 0..<10)
    func reuse(seed: UInt64) {
        var texts = RandomTexts(seed: seed)
        let settings = FeatureSettings(askWindow: 512, otherWindow: 128)
        let extractor = FeatureExtractor(settings: settings)
        var scratch = FeatureScratch(settings: settings)
        for _ in 0..<100 {
            let input = texts.input(upTo: 700)
            let reused = input.extract(with: extractor, into: &scratch)
            #expect(reused == input.extract(settings), "seed \(seed): \(input.ask.hexadecimal)")
        }
    }

    @Test("scratches are sized for settings at their limits", arguments: [1...1, 1...5, 5...5])
    func limits(orders: ClosedRange<Int>) {
        let settings = FeatureSettings(
            bucketBits: [4, 4, 4, 4, 4, 4, 24], maximumWordOrder: 1, characterOrders: orders, askWindow: 64,
            otherWindow: 64)
        let found = ExtractionInput("abc 漢字 def").extract(settings)
        // 3-grams of abc and def with borders, pairs of the unspaced run; whatever the orders.
        #expect(found.coverageKeys.count == 3 + 1 + 3)
    }

    @Test("settings that no extractor accepts say what is wrong")
    func problems() {
        #expect(FeatureSettings().problem == nil)
        #expect(FeatureSettings(bucketBits: [16]).problem?.contains("7 families") == true)
        #expect(
            FeatureSettings(bucketBits: [3, 4, 4, 4, 4, 4, 4]).problem?.contains("4 to 24, not 3") == true)
        #expect(FeatureSettings(bucketBits: [25, 4, 4, 4, 4, 4, 4]).problem?.contains("not 25") == true)
        #expect(FeatureSettings(familyWeights: [1]).problem?.contains("not 1") == true)
        #expect(FeatureSettings(familyWeights: [.nan, 1, 1, 1, 1, 1, 1]).problem?.contains("finite") == true)
        #expect(FeatureSettings(maximumWordOrder: 4).problem?.contains("1 to 3 words, not 4") == true)
        #expect(FeatureSettings(characterOrders: 0...5).problem?.contains("1 to 5 characters") == true)
        #expect(FeatureSettings(askWindow: 63).problem?.contains("63") == true)
        #expect(FeatureSettings(otherWindow: 1 << 21).problem?.contains("1 MiB") == true)
    }
}
