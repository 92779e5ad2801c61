import Samples
import TestSupport
import Testing

@testable import DataCare

@Suite struct DeduplicationTests {
    private func kept(_ rows: [TestRow], _ conflicts: Deduplication.Conflicts = .drop, threshold: Double = 0.8) throws
        -> [Int]
    {
        let table = try table(rows)
        let index = try DuplicateIndex(table, threshold: threshold, threads: 2)
        return try Deduplication(table, index, conflicts: conflicts).kept
    }

    private static let long = "please write a short story about a lighthouse keeper who finds a message in a bottle"

    @Test func `the first of equal rows stays`() throws {
        #expect(
            try kept([TestRow(text: "one"), TestRow(text: "ONE"), TestRow(text: "two"), TestRow(text: " one ")]) == [
                0, 2,
            ])
    }

    @Test func `the first row with the label that most accept stays`() throws {
        let rows = [
            TestRow(text: "one", label: "a", alternative: "b"), TestRow(text: "one", label: "b"),
            TestRow(text: "one", label: "b", alternative: "a"), TestRow(text: "one", label: "b"),
        ]
        #expect(try kept(rows) == [1])
    }

    @Test(arguments: [
        (Deduplication.Conflicts.drop, [3]), (.keep, [0, 1, 3]), (.majority, [0, 3]),
    ])
    func `contradictory rows are dealt with as stated`(policy: Deduplication.Conflicts, expected: [Int]) throws {
        let rows = [
            TestRow(text: "one", label: "a"), TestRow(text: "one", label: "b"), TestRow(text: "one", label: "a"),
            TestRow(text: "two", label: "a"),
        ]
        #expect(try kept(rows, policy) == expected)
    }

    @Test func `a tie has no majority`() throws {
        #expect(try kept([TestRow(text: "one", label: "a"), TestRow(text: "one", label: "b")], .majority) == [])
    }

    @Test func `a second acceptable label is agreement, not contradiction`() throws {
        let rows = [TestRow(text: "one", label: "a", alternative: "b"), TestRow(text: "one", label: "b")]
        let table = try table(rows)
        let result = try Deduplication(table, DuplicateIndex(table, threshold: 0.8, threads: 1), conflicts: .drop)
        #expect(result.conflicts.isEmpty)
        #expect(result.kept.count == 1)
    }

    @Test func `nearly equal rows go only where their labels agree`() throws {
        #expect(try kept([TestRow(text: Self.long), TestRow(text: Self.long + "!")]) == [0])
        #expect(try kept([TestRow(text: Self.long), TestRow(text: Self.long + "!", label: "b")]) == [0, 1])
        #expect(try kept([TestRow(text: Self.long), TestRow(text: Self.long + "!")], threshold: 1) == [0, 1])
    }

    @Test func `a row is compared with rows that stay, not with those that went`() throws {
        // Each is near the next, the first and the last are not.
        var words = (0..<16).map { "word\($0)\($0)" }
        var texts = [words.joined(separator: " ")]
        for step in 0..<4 {
            words[3 * step] = "other\(step)"
            texts.append(words.joined(separator: " "))
        }
        let similarities = texts.map { Shingles(texts[0]).jaccard(Shingles($0)) }
        let near = zip(texts, texts.dropFirst()).map { Shingles($0).jaccard(Shingles($1)) }.min() ?? 0
        let threshold = near - 0.01
        let expected = similarities.firstIndex { $0 < threshold } ?? 0
        #expect(expected > 1)
        #expect(try kept(texts.map { TestRow(text: $0) }, threshold: max(0.5, threshold)).prefix(2) == [0, expected])
    }

    /// What is written is read and deduplicated again, with every policy: nothing more goes.
    @Test(arguments: Deduplication.Conflicts.allCases, [UInt64(1), 2])
    func `deduplicating twice is deduplicating once`(policy: Deduplication.Conflicts, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var texts = randomTexts(50, words: 10...20, &random)
        for _ in 0..<60 {
            guard let text = texts.randomElement(using: &random) else { continue }
            texts.append(Bool.random(using: &random) ? text : edited(text, &random))
        }
        let rows = texts.shuffled(using: &random).map { text in
            TestRow(
                text: text, label: ["a", "b"].randomElement(using: &random) ?? "a",
                alternative: ["", "", "b"].randomElement(using: &random) ?? "")
        }
        let folder = try ScratchFolder()
        func deduplicate(_ input: String, to output: String) throws -> Int {
            let table = try table(paths: [input])
            let index = try DuplicateIndex(table, threshold: 0.8, threads: 2)
            let result = try Deduplication(table, index, conflicts: policy)
            var writer = try RecordWriter(output, rowsOf: table)
            for row in result.kept { writer.append(try table.record(row)) }
            try writer.finish()
            return result.kept.count
        }
        let first = try deduplicate(try folder.write(csv(rows), to: "rows.csv"), to: folder("once.csv"))
        let second = try deduplicate(folder("once.csv"), to: folder("twice.csv"))
        #expect(first == second, "seed \(seed)")
        #expect(try folder.content("once.csv") == folder.content("twice.csv"), "seed \(seed)")
        #expect(first < rows.count)
    }
}
