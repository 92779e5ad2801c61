import TestSupport
import Testing

@testable import Evaluation

@Suite("Comparison")
struct ComparisonTests {
    @Test func `Outcomes, agreement and changed rows follow the predictions`() throws {
        let reference = try binaryRows([(0, 0.1), (0, 0.9), (1, 0.9), (1, 0.1), (1, 0.1)])
        let candidate = try binaryRows([(0, 0.1), (0, 0.2), (1, 0.2), (1, 0.1), (1, 0.75)])
        let comparison = try Comparison(of: candidate, against: reference, bootstrap: .few())
        #expect(comparison.rows == 5)
        #expect(comparison.outcomes.bothRight == 1)
        #expect(comparison.outcomes.onlyCandidateRight == 2)
        #expect(comparison.outcomes.onlyReferenceRight == 1)
        #expect(comparison.outcomes.bothWrong == 1)
        #expect(comparison.mcNemarP == 1)
        #expect(comparison.agreement.rows == [[2, 1], [2, 0]])
        #expect(isClose(comparison.agreementShare, 0.4))
        #expect(comparison.changed.map(\.row) == [1, 2, 4])
        #expect(comparison.changed[0] == .init(row: 1, truth: 0, reference: 1, candidate: 0))
        #expect(isClose(comparison.accuracy.difference.value, 0.2))
        #expect(isClose(comparison.accuracy.candidate, 0.6))
        #expect(isClose(comparison.accuracy.reference, 0.4))
    }

    @Test func `A model differs from itself in nothing`() throws {
        let rows = try RandomRows(seed: 61, rows: 100, labels: 3, weighted: true).scored()
        let comparison = try Comparison(of: rows, against: rows, bootstrap: .few())
        for difference in [
            comparison.accuracy, comparison.accuracyAcceptable, comparison.macroF1, comparison.logLoss,
        ] {
            #expect(difference.difference == Estimate(value: 0, interval: Interval(low: 0, high: 0)))
        }
        #expect(comparison.mcNemarP == 1)
        #expect(comparison.changed.isEmpty)
        #expect(comparison.agreementShare == 1)
    }

    @Test(arguments: [UInt64(62), 63])
    func
        `Differences are those of two evaluations, turn their sign with the roles, and lie in their intervals`(
            seed: UInt64
        ) throws
    {
        let one = RandomRows(seed: seed, rows: 400, labels: 3, weighted: true)
        var two = one
        two.probabilities = RandomRows(seed: seed + 100, rows: 400, labels: 3).probabilities
        let (candidate, reference) = (try one.scored(), try two.scored())
        let forth = try Comparison(of: candidate, against: reference, bootstrap: .few())
        let back = try Comparison(of: reference, against: candidate, bootstrap: .few(threads: 5))
        let (first, second) = (
            Evaluation(candidate, bootstrap: .none), Evaluation(reference, bootstrap: .none)
        )
        let paths: [(KeyPath<Comparison, Comparison.Difference>, Metric)] = [
            (\.accuracy, .accuracy), (\.macroF1, .macroF1), (\.logLoss, .logLoss),
            (\.accuracyAcceptable, .accuracyAcceptable),
        ]
        for (path, metric) in paths {
            let difference = forth[keyPath: path].difference
            let value = try #require(difference.value)
            let interval = try #require(difference.interval)
            #expect(isClose(forth[keyPath: path].candidate, first[metric].value))
            #expect(isClose(forth[keyPath: path].reference, second[metric].value))
            #expect(interval.contains(value), "seed \(seed), \(metric)")
            let turned = back[keyPath: path].difference
            #expect(isClose(turned.value, -value))
            #expect(isClose(turned.interval?.low, -interval.high), "seed \(seed), \(metric)")
        }
        #expect(forth.mcNemarP == back.mcNemarP)
    }

    @Test func `Pairing makes the interval of a small change narrow`() throws {
        let reference = RandomRows(seed: 64, rows: 1000, labels: 2)
        var candidate = reference
        // Ten rows are turned around.
        for row in 0..<10 { candidate.probabilities.swapAt(2 * row, 2 * row + 1) }
        let comparison = try Comparison(
            of: candidate.scored(), against: reference.scored(), bootstrap: .few())
        let interval = try #require(comparison.accuracy.difference.interval)
        let alone = try #require(Evaluation(reference.scored(), bootstrap: .few()).accuracy.interval)
        #expect(interval.high - interval.low < 0.4 * (alone.high - alone.low))
    }

    @Test(arguments: [(0, 0, 1.0), (3, 3, 1), (1, 0, 1), (5, 0, 0.0625), (0, 6, 0.03125), (1, 7, 0.0703125)])
    func `McNemar's p is exact`(first: Int, second: Int, p: Double) {
        #expect(isClose(exactMcNemarP(onlyFirst: first, onlySecond: second), p))
    }

    @Test func `Rows of other data are refused with the reason`() throws {
        let base = RandomRows(seed: 65, rows: 5, labels: 3)
        func message(_ change: (inout RandomRows) -> Void) throws -> String? {
            var other = base
            change(&other)
            let (one, two) = (try base.scored(), try other.scored())
            let error = #expect(throws: EvaluationError.self) {
                try Comparison(of: one, against: two, bootstrap: .none)
            }
            #expect(error?.code == .differentRows)
            return error?.message
        }
        #expect(try message { $0.labels.swapAt(0, 1) }?.contains("labels") == true)
        #expect(try message { $0 = $0.picking([0, 1]) }?.contains("5 rows and the other 2") == true)
        #expect(try message { $0.truth[3] = ($0.truth[3] + 1) % 3 }?.contains("row 4") == true)
        #expect(try message { $0.weights[0] = 2 }?.contains("row 1") == true)
        let alternative = base.alternative[1] == nil ? (base.truth[1] + 1) % 3 : nil
        #expect(try message { $0.alternative[1] = alternative }?.contains("row 2") == true)
    }
}
