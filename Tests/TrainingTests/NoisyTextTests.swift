import TestSupport
import Testing

@testable import Training

/// Texts of several scripts, with marks, digits and code.
private func randomText(_ random: inout SplitMix64) -> String {
    let pieces = [
        "Write", "a", "function", "that's", "x == 3;", "Wie", "groß", "ist", "das?", "你好，世界。", "напиши",
        "e\u{301}te\u{301}",
        "👩‍👩‍👧", "well-known", "İstanbul", "\n\n", "- 12.5 %", "مرحبا؟", "don’t", "",
    ]
    return (0..<Int.random(in: 1...40, using: &random))
        .map { _ in pieces.randomElement(using: &random) ?? "" }.joined(separator: " ")
}

private func noise(
    _ kinds: Set<TrainingNoise.Kind>, weight: Double = 0.5, typoRate: Double = 0.05
) throws -> TrainingNoise {
    try TrainingNoise(kinds: kinds, weight: weight, typoRate: typoRate)
}

/// The copy of a text under a seed.
private func copied(_ text: String, _ noise: TrainingNoise, seed: UInt64) -> String? {
    var noisy = NoisyText(noise, seed: seed)
    return noisy.copy(of: text)
}

@Suite("Texts with noise")
struct NoisyTextTests {
    @Test("A copy follows from text and seed alone, differs from its text, and holds something")
    func deterministic() throws {
        var random = SplitMix64(seed: 91)
        let all = try noise(Set(TrainingNoise.Kind.allCases))
        var distinct: Set<String> = []
        for round in 0..<400 {
            let text = randomText(&random)
            let copy = copied(text, all, seed: UInt64(round))
            #expect(copy == copied(text, all, seed: UInt64(round)), "text \(text.debugDescription), seed \(round)")
            if let copy {
                #expect(copy != text)
                #expect(copy.contains { !$0.isWhitespace })
                distinct.insert(copy)
            }
        }
        #expect(distinct.count > 300)
    }

    @Test("About as many characters have an error as asked for, and few texts are left as they are")
    func typoRate() throws {
        var random = SplitMix64(seed: 92)
        let letters = Array("abcdefghijklmnopqrstuvwxyz ")
        for rate in [0.05, 0.1] {
            var changed = 0
            var total = 0
            for seed in 0..<60 as Range<UInt64> {
                let text = String((0..<100).map { _ in letters.randomElement(using: &random) ?? "a" })
                let copy = try #require(copied(text, try noise([.typos], typoRate: rate), seed: seed))
                changed += Self.distance(Array(text), Array(copy))
                total += text.count
            }
            // A swap counts twice by this distance, and two errors may meet in one place.
            let share = Double(changed) / Double(total)
            #expect(share > 0.7 * rate && share < 1.5 * rate, "\(share) for \(rate)")
        }
    }

    @Test("Typing errors leave digits, marks and line breaks alone", arguments: 0..<30 as Range<UInt64>)
    func typosKeepTheRest(seed: UInt64) throws {
        let text = "if (x1 == 42) {\n    return 7;\n}\nwhy does this not stop after 10 rounds?"
        let copy = try #require(copied(text, try noise([.typos], typoRate: 0.2), seed: seed))
        func rest(_ text: String) -> String { String(text.filter { !$0.isLetter && $0 != " " }) }
        #expect(rest(copy) == rest(text), "\(copy)")
    }

    @Test("Without punctuation, letters, digits and symbols are what they were")
    func punctuation() throws {
        let text = "What's a well-known e-mail, Dr. Ito? (1+2=3) ¿Y tú? 你好，世界。"
        var seen: Set<String> = []
        for seed in 0..<40 as Range<UInt64> {
            let copy = try #require(copied(text, try noise([.punctuation]), seed: seed))
            seen.insert(copy)
            #expect(copy.filter { !$0.isPunctuation } == text.filter { !$0.isPunctuation })
            #expect(!copy.contains { ".,?¿，。".contains($0) })
        }
        #expect(
            seen == [
                "What's a well-known e-mail Dr Ito (1+2=3) Y tú 你好世界",
                "What's a well-known e-mail Dr Ito 1+2=3 Y tú 你好世界",
                "Whats a wellknown email Dr Ito 1+2=3 Y tú 你好世界",
            ])
    }

    @Test("Case changes to small letters mostly, to capitals at times")
    func casing() throws {
        var counts: [String: Int] = [:]
        for seed in 0..<400 as Range<UInt64> {
            let copy = try #require(copied("Why Does GROSS cost more?", try noise([.casing]), seed: seed))
            counts[copy, default: 0] += 1
        }
        #expect(Set(counts.keys) == ["why does gross cost more?", "WHY DOES GROSS COST MORE?"])
        #expect(try #require(counts["WHY DOES GROSS COST MORE?"]) < 100)
    }

    @Test("Where noise finds nothing to change, or leaves nothing, there is no copy")
    func nothing() throws {
        for (kinds, text) in [
            ([TrainingNoise.Kind.typos], "12345!?"), ([.casing], "你好 世界"), ([.punctuation], "no marks here"),
            ([.punctuation], "?!…"), ([.typos, .punctuation, .casing], "  \n"), ([.typos], ""),
        ] {
            for seed in 0..<20 as Range<UInt64> {
                #expect(
                    copied(text, try noise(Set(kinds)), seed: seed) == nil, "\(text.debugDescription), seed \(seed)")
            }
        }
    }

    @Test("Numbers out of range and no kind are refused")
    func refusals() {
        for weight in [0, -1, 1.5, .nan, .infinity] {
            #expect(throws: TrainingError.self) { try noise([.typos], weight: weight) }
        }
        for rate in [0, -0.1, 0.31, .nan] {
            #expect(throws: TrainingError.self) { try noise([.typos], typoRate: rate) }
        }
        #expect(throws: TrainingError.self) { try noise([]) }
    }

    /// Levenshtein's distance.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (i, a) in one.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in other.enumerated() {
                let value = min(row[j] + 1, row[j + 1] + 1, previous + (a == b ? 0 : 1))
                previous = row[j + 1]
                row[j + 1] = value
            }
        }
        return row[other.count]
    }
}
