import TestSupport
import Testing

@testable import Evaluation

/// Rows that belong together, and intervals that know of it.
@Suite struct ClusterTests {
    private func scored(_ rows: RandomRows, groups: [String?] = []) throws -> ScoredRows {
        try ScoredRows(
            labels: rows.labels, truth: rows.truth, probabilities: rows.probabilities, weights: rows.weights,
            uncertain: rows.uncertain, groups: groups,
            slices: [.init(name: "half", values: rows.truth.map { $0 < 2 ? "low" : "high" })])
    }

    @Test func `groups are numbered by their first rows, and rows without one stand for themselves`() throws {
        let clusters = try #require(RowClusters(groups: ["b", nil, "a", "b", "", "a", ""]))
        #expect(clusters.ofRow == [0, 1, 2, 0, 3, 2, 4])
        #expect(clusters.count == 5)
        #expect(RowClusters(groups: ["a", nil, "b", nil, ""]) == nil)
        #expect(RowClusters(groups: []) == nil)
        let part = try #require(clusters.part([5, 3, 0, 2]))
        #expect(part.ofRow == [0, 1, 1, 0] && part.count == 2)
        #expect(clusters.part([0, 1, 2]) == nil)
    }

    @Test func `a resample takes whole groups, as many as there are, and none where there is but one`() throws {
        var random = SplitMix64(seed: 3)
        let groups = (0..<60).map { _ in "g\(Int.random(in: 0..<9, using: &random))" }
        let clusters = try #require(RowClusters(groups: groups))
        let draws = try Bootstrap.few(50).run(rows: 60, clusters: clusters) { $0 }
        for counts in draws {
            var times = [UInt32?](repeating: nil, count: clusters.count)
            for (row, count) in counts.enumerated() {
                let cluster = Int(clusters.ofRow[row])
                #expect(times[cluster] == nil || times[cluster] == count)
                times[cluster] = count
            }
            #expect(times.compactMap(\.self).reduce(0, +) == UInt32(clusters.count))
        }
        #expect(Set(draws).count > 40)
        #expect(try Bootstrap.few(50, threads: 5).run(rows: 60, clusters: clusters) { $0 } == draws)
        let single = RowClusters(groups: [String](repeating: "all", count: 60))
        #expect(try Bootstrap.few(50).run(rows: 60, clusters: single) { $0 }.isEmpty)
    }

    @Test(arguments: [2, 5])
    func `copies of rows in groups have the intervals of the rows, and without groups narrower ones`(copies: Int) throws
    {
        let rows = RandomRows(seed: UInt64(copies), rows: 150, labels: 4)
        let order = (0..<150).flatMap { [Int](repeating: $0, count: copies) }
        let groups = order.map { "g\($0)" }
        let bootstrap = try Bootstrap.few(300)
        let plain = Evaluation(try scored(rows), bootstrap: bootstrap)
        let grouped = Evaluation(try scored(rows.picking(order), groups: groups), bootstrap: bootstrap)
        let loose = Evaluation(try scored(rows.picking(order)), bootstrap: bootstrap)
        func intervals(_ evaluation: Evaluation) -> [Interval?] {
            [evaluation.accuracy, evaluation.macroF1, evaluation.logLoss, evaluation.brier].map(\.interval)
                + evaluation.perLabel.flatMap { [$0.precisionInterval, $0.recallInterval, $0.f1Interval] }
                + evaluation.slices[0].values.flatMap { [$0.accuracy.interval, $0.macroF1.interval] }
                + evaluation.coverageCurve.points.map(\.interval) + evaluation.reliability.bins.map(\.accuracy.interval)
        }
        let wanted = intervals(plain)
        let found = intervals(grouped)
        #expect(wanted.count == found.count)
        for (one, other) in zip(found, wanted) {
            #expect(isClose(one?.low, other?.low, tolerance: 1e-9) && isClose(one?.high, other?.high, tolerance: 1e-9))
        }
        func width(_ evaluation: Evaluation) throws -> Double {
            let interval = try #require(evaluation.accuracy.interval)
            return interval.high - interval.low
        }
        let ratio = try width(plain) / width(loose)
        #expect(abs(ratio / Double(copies).squareRoot() - 1) < 0.2, "\(ratio)")
        #expect(grouped.bootstrap.groups == 150 && plain.bootstrap.groups == nil)
    }

    @Test func `a loss that copies of few rows seem to show is not shown by their groups`() throws {
        // 8 of 40 conversations are lost, 4 won: nothing to go by. Thirty rows of each make 1,200.
        var truth: [Int] = []
        var answers: (one: [Float], other: [Float]) = ([], [])
        var groups: [String?] = []
        for conversation in 0..<40 {
            for _ in 0..<30 {
                truth.append(conversation % 2)
                groups.append("c\(conversation)")
                let right: [Float] = conversation % 2 == 0 ? [0.8, 0.2] : [0.2, 0.8]
                answers.one += conversation < 8 ? right.reversed() : right
                answers.other += (8..<12).contains(conversation) ? right.reversed() : right
            }
        }
        func findings(_ groups: [String?]) throws -> (evidence: PromotionEvidence, kinds: [PromotionFinding.Kind]) {
            func rows(_ probabilities: [Float]) throws -> ScoredRows {
                try ScoredRows(labels: ["a", "b"], truth: truth, probabilities: probabilities, groups: groups)
            }
            let evidence = try PromotionEvidence(rows(answers.one), rows(answers.other), bootstrap: .few(400))
            return (evidence, PromotionGate.findings(evidence, PromotionRule()).map(\.kind))
        }
        #expect(try findings([]).kinds.first == .worse)
        let grouped = try findings(groups)
        #expect(grouped.kinds.first == .tooFewRows, "\(grouped.kinds)")
        #expect(grouped.evidence.bootstrap.groups == 40)
        #expect(try findings([]).evidence.mcNemarP == grouped.evidence.mcNemarP)
        let single = try findings(groups.map { _ in "all" })
        #expect(single.evidence.accuracy.difference.interval == nil)
        #expect(single.kinds.first == .tooFewRows)
    }

    @Test func `reports say how many groups were drawn, and what McNemar's test leaves out`() throws {
        let rows = RandomRows(seed: 5, rows: 80, labels: 3)
        let groups = (0..<80).map { "g\($0 / 4)" }
        let one = try scored(rows, groups: groups)
        let comparison = try Comparison(of: one, against: one, bootstrap: .few(20))
        #expect(comparison.bootstrap.sentence.contains("bootstrap of 20 groups of rows drawn whole"))
        #expect(comparison.bootstrap.sentence.contains("So few groups make intervals too narrow"))
        #expect(comparison.bootstrap.independenceNote?.contains("takes rows as independent") == true)
        #expect(comparison.bootstrap.json.serialized.contains("\"groups\": 20"))
        let plain = try Comparison(of: scored(rows), against: scored(rows), bootstrap: .few(20))
        #expect(plain.bootstrap.independenceNote == nil)
        #expect(!plain.bootstrap.json.serialized.contains("groups"))
        #expect(throws: EvaluationError.self) { try Comparison(of: one, against: try scored(rows)) }
        #expect(throws: EvaluationError.self) { try scored(rows, groups: ["too few"]) }
    }
}
