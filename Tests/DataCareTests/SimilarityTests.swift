import Foundation
import TestSupport
import Testing

@testable import DataCare

@Suite struct SimilarityTests {
    @Test func `the Jaccard similarity is that of sets of strings`() {
        var random = SplitMix64(seed: 11)
        for text in randomTexts(60, &random) {
            let other = edited(text, &random)
            let expected = jaccardOfStrings(text, other)
            #expect(abs(Shingles(text).jaccard(Shingles(other)) - expected) < 1e-12, "\(text) | \(other)")
        }
    }

    @Test(arguments: [
        ("Who painted THIS?", "who  painted\n\tthis?"), ("ｗｉｄｅ ２０２６", "wide 2026"), ("a\u{200D}b", "ab"),
        ("  spaces around  ", "spaces around"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
    ])
    func `case, width and white space make no difference`(first: String, second: String) {
        #expect(Shingles(first).hashes == Shingles(second).hashes)
        #expect(MinHash.signature(of: first) == MinHash.signature(of: second))
    }

    @Test func `other letters do make a difference`() {
        #expect(Shingles("same length a").jaccard(Shingles("same length b")) < 1)
        #expect(Shingles("abc").jaccard(Shingles("abd")) == 0)
        #expect(Shingles("").jaccard(Shingles("")) == 1)
    }

    /// 100 independent functions agree each with probability p = J + (1 − J)/256.
    ///
    /// Over `pairs` pairs the sum of the
    /// agreements has the variance Σ 100·p(1 − p); five standard deviations are exceeded once in 1.7 million runs, and
    /// the seed is fixed. A bias, or functions that depend on each other, would show in the sum or in the spread.
    @Test func `signatures agree as often as the true similarity says, within binomial bounds`() {
        var random = SplitMix64(seed: 12)
        var agreements = 0.0
        var expected = 0.0
        var variance = 0.0
        var standardized = 0.0
        let pairs = 150
        for _ in 0..<pairs {
            // Similarities from near 0 to near 1: a share of the words is common.
            let words = randomTexts(1, words: 20...20, &random)[0].split(separator: " ")
            let common = Int.random(in: 0...19, using: &random)
            let other = words[..<common].map(String.init) + (common..<20).map { _ in randomWord(&random) }
            let (first, second) = (words.joined(separator: " "), other.joined(separator: " "))
            let similarity = Shingles(first).jaccard(Shingles(second))
            let probability = similarity + (1 - similarity) / 256
            let agreeing = Double(zip(MinHash.signature(of: first), MinHash.signature(of: second)).count { $0 == $1 })
            agreements += agreeing
            expected += 100 * probability
            variance += 100 * probability * (1 - probability)
            standardized += pow(agreeing - 100 * probability, 2) / max(100 * probability * (1 - probability), 0.1)
        }
        #expect(abs(agreements - expected) < 5 * variance.squareRoot(), "\(agreements), expected \(expected)")
        // The mean square of standardised deviations is 1 ± √(2/150) for independent functions.
        let spread = standardized / Double(pairs)
        #expect(spread > 0.5 && spread < 1.6, "\(spread)")
    }

    @Test func `a text of many megabytes is read by its head and tail`() {
        let head = String(repeating: "abcdefg ", count: 5000)
        let first = head + String(repeating: "x", count: 200_000) + head
        let second = head + String(repeating: "y", count: 300_000) + head
        #expect(Shingles(first).hashes == Shingles(second).hashes)
        #expect(Shingles(first).hashes.count <= Shingles.window)
    }
}
