import TestSupport
import Testing

@testable import DataCare

@Suite struct DataSplitTests {
    private let sides = [
        DataSplit.Side(name: "train", share: 0.7), DataSplit.Side(name: "validation", share: 0.1),
        DataSplit.Side(name: "test", share: 0.2),
    ]

    private func split(
        _ table: RowTable, by order: DataSplit.Order = .label, seed: UInt64 = 1, sides: [DataSplit.Side]? = nil
    ) throws -> DataSplit {
        try DataSplit(
            table, DuplicateIndex(table, threshold: 0.8, threads: 2), sides: sides ?? self.sides, by: order, seed: seed)
    }

    /// Random rows with copies, near copies and groups.
    private func randomRows(_ count: Int, seed: UInt64) -> [TestRow] {
        var random = SplitMix64(seed: seed)
        var texts = randomTexts(count, words: 8...18, &random)
        for index in texts.indices where Int.random(in: 0..<4, using: &random) == 0 {
            texts[index] = edited(texts[Int.random(in: 0...index, using: &random)], &random)
        }
        return texts.map { text in
            TestRow(
                text: text, label: ["a", "b", "c"].randomElement(using: &random),
                group: Bool.random(using: &random) ? "g\(Int.random(in: 0..<40, using: &random))" : "",
                timestamp: "2026-01-\(Int.random(in: 10...28, using: &random))")
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4], [DataSplit.Order.label, .time])
    func `groups and nearly equal texts stay on one side`(seed: UInt64, order: DataSplit.Order) throws {
        let rows = randomRows(100, seed: seed)
        let split = try split(try table(rows), by: order, seed: seed)
        let shingles = rows.map { Shingles($0.text) }
        for left in rows.indices {
            for right in rows.indices where right > left && split.assignments[left] != split.assignments[right] {
                #expect(rows[left].group.isEmpty || rows[left].group != rows[right].group, "seed \(seed)")
                #expect(shingles[left].jaccard(shingles[right]) < 0.8, "seed \(seed): \(left), \(right)")
            }
        }
    }

    @Test func `every side has its share of each label`() throws {
        var random = SplitMix64(seed: 7)
        let rows = randomTexts(200, &random).enumerated().map { index, text in
            TestRow(text: text, label: index % 10 == 0 ? "rare" : index % 3 == 0 ? "b" : "a")
        }
        let table = try table(rows)
        let split = try split(table)
        for (label, name) in table.labelNames.enumerated() {
            let total = rows.count { $0.label == name }
            for (side, counts) in zip(sides, split.counts) {
                #expect(abs(Double(counts[label]) - side.share * Double(total)) <= 1.5, "\(name) in \(side.name)")
            }
        }
        #expect(split.notes.isEmpty, "\(split.notes)")
    }

    @Test func `the seed decides, and nothing else`() throws {
        let table = try table(randomRows(90, seed: 9))
        let first = try split(table, seed: 5).assignments
        #expect(try split(table, seed: 5).assignments == first)
        #expect(try split(table, seed: 6).assignments != first)
    }

    @Test func `by time, what is trained on is older than what is judged on`() throws {
        var random = SplitMix64(seed: 8)
        let rows = randomTexts(100, &random).map { text in
            TestRow(text: text, timestamp: "2026-02-\(Int.random(in: 10...28, using: &random))")
        }
        let split = try split(try table(rows), by: .time)
        func days(_ side: Int) -> [String] {
            rows.indices.filter { split.assignments[$0] == side }.map { rows[$0].timestamp }
        }
        #expect(try #require(days(0).max()) < #require(days(1).min()))
        #expect(try #require(days(1).max()) < #require(days(2).min()))
        #expect((60...80).contains(days(0).count))
    }

    @Test func `a group that goes on later takes its older rows along, which is said`() throws {
        var random = SplitMix64(seed: 3)
        let rows = randomTexts(20, &random).enumerated().map { index, text in
            TestRow(text: text, group: index == 0 || index == 19 ? "same" : "", timestamp: "2026-03-\(10 + index)")
        }
        let split = try split(
            try table(rows), by: .time,
            sides: [DataSplit.Side(name: "train", share: 0.8), DataSplit.Side(name: "test", share: 0.2)])
        #expect(split.assignments[0] == 1 && split.assignments[19] == 1)
        #expect(split.notes.contains { $0.contains("1 row is older") }, "\(split.notes)")
    }

    @Test func `rows without a timestamp cannot be ordered by time`() throws {
        let table = try table([
            TestRow(text: "one", timestamp: "2026-01-01"), TestRow(text: "two"), TestRow(text: "three"),
        ])
        let error = #expect(throws: DataCareError.self) { try split(table, by: .time) }
        #expect(error?.message.contains("2 rows of 3 have no timestamp") == true, "\(error?.message ?? "")")
    }

    @Test func `groups that leave a side empty are refused with their size`() throws {
        var random = SplitMix64(seed: 2)
        let one = try table(randomTexts(10, &random).map { TestRow(text: $0, group: "all") })
        #expect(try message { try split(one) }.contains("1 unit"))
        let three = try table(
            randomTexts(12, &random).enumerated().map {
                TestRow(text: $1, group: $0 < 10 ? "most" : "g\($0)", timestamp: "2026-01-01")
            })
        #expect(try message { try split(three, by: .time) }.contains("no row is left for validation"))
    }

    @Test func `a label that a side lacks is named`() throws {
        var random = SplitMix64(seed: 4)
        let rows = randomTexts(30, &random).enumerated().map { TestRow(text: $1, label: $0 == 0 ? "lone" : "a") }
        let notes = try split(try table(rows)).notes
        #expect(notes.contains { $0.contains("has no row of lone") }, "\(notes)")
    }

    private func message(_ body: () throws -> DataSplit) throws -> String {
        do {
            _ = try body()
            return ""
        } catch let error as DataCareError {
            return error.message
        }
    }
}
