import Testing

@testable import Evaluation

@Suite("Coverage curve")
struct CoverageCurveTests {
    @Test func `Each point has the threshold that lets through at least its share of rows`() throws {
        // Most confident first: right, right, wrong, right.
        let rows = try binaryRows([(1, 0.75), (0, 0), (0, 0.875), (1, 0.625)])
        let curve = Evaluation(rows, bootstrap: .none).coverageCurve
        #expect(curve.points.count == 20)
        #expect(isClose(curve.points[0].coverage, 0.05))
        #expect(
            curve.points.map(\.threshold)
                == [1, 0.875, 0.75, 0.625].flatMap { Array(repeating: $0, count: 5) })
        #expect(
            curve.points.map(\.covered) == [0.25, 0.5, 0.75, 1].flatMap { Array(repeating: $0, count: 5) })
        #expect(isClose(curve.points[4].accuracy, 1))
        #expect(isClose(curve.points[9].accuracy, 0.5))
        #expect(isClose(curve.points[14].accuracy, 2.0 / 3))
        #expect(isClose(curve.points[19].accuracy, 3.0 / 4))
        #expect(isClose(curve.areaUnderRisk, (0 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4) / 4))
    }

    @Test func `Rows of equal confidence are let through together`() throws {
        let rows = try binaryRows([(1, 0.75), (0, 0.75), (1, 1), (1, 0.75)])
        let curve = Evaluation(rows, bootstrap: .none).coverageCurve
        #expect(curve.points[4].covered == 0.25)
        #expect(curve.points[5].covered == 1)
        #expect(curve.points[5].accuracy == 0.75)
        #expect(isClose(curve.areaUnderRisk, 0.75 * 0.25))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `At full coverage the accuracy is the accuracy`(seed: UInt64) throws {
        let evaluation = Evaluation(
            try RandomRows(seed: seed, rows: 333, labels: 3, weighted: true).scored(), bootstrap: .none)
        let last = try #require(evaluation.coverageCurve.points.last)
        #expect(last.coverage == 1)
        #expect(isClose(last.covered, 1))
        #expect(isClose(last.accuracy, evaluation.accuracy.value))
        #expect(
            zip(evaluation.coverageCurve.points, evaluation.coverageCurve.points.dropFirst())
                .allSatisfy { $0.threshold >= $1.threshold && $0.covered <= $1.covered })
    }
}
