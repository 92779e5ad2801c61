import Samples
import TestSupport
import Testing

@testable import DataCare

@Suite struct DuplicateIndexTests {
    /// Random texts, of which some are repeated as they are and some with a word more.
    private func corpus(_ count: Int, seed: UInt64) -> [String] {
        var random = SplitMix64(seed: seed)
        var texts = randomTexts(count, words: 14...24, &random)
        for _ in 0..<count / 2 {
            guard let text = texts.randomElement(using: &random) else { continue }
            texts.append(Bool.random(using: &random) ? text.uppercased() : edited(text, &random))
        }
        return texts.shuffled(using: &random)
    }

    /// The clusters that comparing all pairs gives.
    private func clustersOfAllPairs(_ texts: [String], threshold: Double) -> [Int32] {
        let shingles = texts.map { Shingles($0) }
        var sets = UnionFind(count: texts.count)
        for left in texts.indices {
            for right in texts.indices where right > left {
                if shingles[left].jaccard(shingles[right]) >= threshold { sets.unite(left, right) }
            }
        }
        return sets.roots()
    }

    /// A pair at the threshold is missed with probability 4e-4, and most pairs here are well above it.
    @Test(arguments: [UInt64(1), 2, 3])
    func `clusters are those of comparing all pairs`(seed: UInt64) throws {
        let texts = corpus(80, seed: seed)
        let table = try table(texts.map { TestRow(text: $0) })
        let index = try DuplicateIndex(table, threshold: 0.8, threads: 2)
        #expect(index.clusters == clustersOfAllPairs(texts, threshold: 0.8), "seed \(seed)")
        #expect(index.comparisonsLeftOut == 0)
    }

    @Test func `threads make no difference`() throws {
        let texts = corpus(60, seed: 4)
        let rows = texts.map { TestRow(text: $0) }
        let one = try DuplicateIndex(try table(rows, threads: 1), threshold: 0.7, threads: 1)
        let many = try DuplicateIndex(try table(rows, threads: 5), threshold: 0.7, threads: 5)
        #expect(one.clusters == many.clusters)
        #expect(one.firstCopies == many.firstCopies)
    }

    @Test func `exact duplicates are told from near ones`() throws {
        let long = "please write a short story about a lighthouse keeper who finds a message in a bottle"
        let table = try table([
            TestRow(text: long), TestRow(text: long + "!"), TestRow(text: long.uppercased()),
            TestRow(text: "what is it"),
        ])
        let index = try DuplicateIndex(table, threshold: 0.8, threads: 1)
        #expect(index.firstCopies == [0, 1, 0, 3])
        #expect(index.clusters == [0, 0, 0, 3])
        let exact = try DuplicateIndex(table, threshold: 1, threads: 1)
        #expect(exact.clusters == [0, 1, 0, 3])
    }

    @Test func `an empty table has no duplicates`() throws {
        #expect(try DuplicateIndex(try table([]), threshold: 0.8, threads: 2).clusters.isEmpty)
    }

    @Test func `texts come back from the spool as they were`() throws {
        var random = SplitMix64(seed: 5)
        let texts = randomTexts(30, &random) + ["naïve, \"quoted\"\nlines", "日本語"]
        let table = try table(texts.map { TestRow(text: $0) })
        for (row, text) in texts.enumerated() {
            #expect(String(decoding: try table.text(row), as: UTF8.self) == text)
            #expect(try table.record(row).cells().first?.value == text)
        }
    }
}
