import TestSupport
import Testing

@testable import Evaluation

@Suite("Calibration error")
struct CalibrationErrorTests {
    private func error(_ rows: ScoredRows) -> CalibrationError {
        CalibrationTable(rows, order: ConfidenceOrder(rows)).error
    }

    @Test func `Fewer rows than bins get a bin each`() throws {
        // Gaps: 0.75 − 1, 0.875 − 0, 1 − 1.
        let found = error(try binaryRows([(1, 0.75), (0, 0.875), (1, 1)]))
        #expect(isClose(found.plain, (0.25 + 0.875 + 0) / 3))
        // An accuracy of 0 or 1 has no spread, so nothing is taken off.
        #expect(isClose(found.debiased, found.plain))
    }

    @Test func `Equal confidences share a bin`() throws {
        let found = error(try binaryRows([(1, 0.75), (1, 0.75), (1, 0.75), (0, 0.75)]))
        #expect(found.plain == 0)
    }

    @Test func `Bins hold equal numbers of rows`() throws {
        // 30 confidences rising from 0.5; two a bin, always one hit and one miss.
        let rows = try binaryRows((0..<30).map { ($0 % 2, 0.5 + Float($0 + 1) / 64) })
        let gaps: [Double] = (0..<15).map { (Double(2 * $0) + 1.5) / 64 }
        let wanted = gaps.reduce(0, +) / 15
        #expect(isClose(error(rows).plain, wanted))
    }

    @Test func `The folded normal has the mean of |X| where that is known`() {
        #expect(isClose(meanOfFoldedNormal(mean: 0, deviation: 2), 2 * (2 / Double.pi).squareRoot()))
        #expect(meanOfFoldedNormal(mean: -3, deviation: 0) == 3)
        #expect(isClose(meanOfFoldedNormal(mean: -9, deviation: 1), 9))
    }

    @Test func `On calibrated rows the debiased error is nearer to zero than the plain one`() throws {
        var generator = SplitMix64(seed: 5)
        var plain = 0.0
        var debiased = 0.0
        for _ in 0..<50 {
            let rows = try binaryRows(
                (0..<300).map { _ in
                    let confidence = Float.random(in: 0.5...1, using: &generator)
                    return (Float.random(in: 0..<1, using: &generator) < confidence ? 1 : 0, confidence)
                })
            let found = error(rows)
            plain += found.plain / 50
            debiased += found.debiased / 50
        }
        // The gap seen stands in for the true one, so √2 − 1 of the excess is found where that is zero.
        #expect(plain > 0.05)
        #expect(isClose(debiased, (2 - 2.0.squareRoot()) * plain, tolerance: 0.01))
    }

    @Test func `A constant overconfidence is found at its size`() throws {
        var generator = SplitMix64(seed: 6)
        let rows = try binaryRows(
            (0..<20_000).map { _ in
                let confidence = Float.random(in: 0.7...0.95, using: &generator)
                return (Float.random(in: 0..<1, using: &generator) < confidence - 0.15 ? 1 : 0, confidence)
            })
        let evaluation = Evaluation(rows, bootstrap: try .few(100))
        #expect(isClose(evaluation.calibrationError.value, 0.15, tolerance: 0.01))
        #expect(evaluation.calibrationError.interval?.contains(0.15) == true)
        #expect(evaluation.calibrationErrorPlain >= evaluation.calibrationError.value ?? 1)
    }
}
