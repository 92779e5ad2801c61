import TestSupport
import Testing

@testable import Evaluation

@Suite("Bootstrap")
struct BootstrapTests {
    @Test(arguments: [UInt64(31), 32, 33, 34], [false, true])
    func `Intervals contain their estimates`(seed: UInt64, weighted: Bool) throws {
        let rows = try RandomRows(seed: seed, rows: 500, labels: 4, weighted: weighted).scored()
        let evaluation = Evaluation(rows, bootstrap: try .few())
        for metric in Metric.allCases {
            let value = try #require(evaluation[metric].value)
            let interval = try #require(evaluation[metric].interval)
            #expect(interval.contains(value), "seed \(seed), \(metric): \(interval), \(value)")
            #expect(interval.low < interval.high)
        }
    }

    @Test func `The number of threads changes nothing`() throws {
        let rows = try RandomRows(seed: 35, rows: 200, labels: 3).scored()
        let evaluations = try [1, 2, 7, nil].map { threads in
            Evaluation(rows, bootstrap: try Bootstrap(resamples: 53, seed: 9, threads: threads))
        }
        for other in evaluations.dropFirst() { #expect(other == evaluations[0]) }
    }

    @Test func `Another seed gives other intervals around the same estimates`() throws {
        let rows = try RandomRows(seed: 36, rows: 200, labels: 3).scored()
        let one = Evaluation(rows, bootstrap: try .few(seed: 1))
        let two = Evaluation(rows, bootstrap: try .few(seed: 2))
        #expect(one.logLoss.value == two.logLoss.value)
        #expect(one.logLoss.interval != two.logLoss.interval)
    }

    @Test func `Every resample draws as many rows as there are, each about as often as any other`() throws {
        let counts = try Bootstrap(resamples: 2000, seed: 3).run(rows: 10) { $0 }
        #expect(counts.count == 2000)
        #expect(counts.allSatisfy { $0.reduce(0, +) == 10 })
        #expect(Set(counts).count > 1500)
        for row in 0..<10 {
            let drawn = counts.reduce(0) { $0 + Int($1[row]) }
            // 20,000 draws of probability 1/10: five standard deviations are 212.
            #expect(abs(drawn - 2000) < 212, "row \(row): \(drawn)")
        }
    }

    @Test func `The interval of an accuracy is as wide as theory says`() throws {
        let rows = try binaryRows((0..<2000).map { ($0 % 5 == 0 ? 0 : 1, 0.9) })
        let evaluation = Evaluation(rows, bootstrap: try Bootstrap(resamples: 1000, seed: 4))
        let interval = try #require(evaluation.accuracy.interval)
        let half = 1.96 * (0.8 * 0.2 / 2000).squareRoot()
        #expect(isClose(interval.low, 0.8 - half, tolerance: 0.004))
        #expect(isClose(interval.high, 0.8 + half, tolerance: 0.004))
    }

    @Test func `Without resamples there are figures but no intervals`() throws {
        let evaluation = Evaluation(try binaryRows([(0, 0.1)]), bootstrap: .none)
        #expect(evaluation.accuracy == Estimate(value: 1, interval: nil))
        #expect(evaluation.calibrationError.interval == nil)
    }

    @Test(arguments: [-1, 1_000_001])
    func `Impossible numbers of resamples are refused`(resamples: Int) {
        let error = #expect(throws: EvaluationError.self) { try Bootstrap(resamples: resamples) }
        #expect(error?.code == .invalidBootstrap)
    }

    @Test func `No threads at all are refused`() {
        #expect(throws: EvaluationError.self) { try Bootstrap(threads: 0) }
    }

    @Test(arguments: [UInt64(41), 42, 43])
    func `The order of rows does not matter to any estimate`(seed: UInt64) throws {
        var random = RandomRows(seed: seed, rows: 300, labels: 3, weighted: true)
        // Repeated rows make equal confidences.
        random = random.picking((0..<300).map { $0 % 100 })
        let one = Evaluation(try random.scored(), bootstrap: .none)
        let two = Evaluation(try random.shuffled(seed: seed).scored(), bootstrap: .none)
        for metric in Metric.allCases { #expect(isClose(one[metric].value, two[metric].value), "\(metric)") }
        #expect(isClose(one.coverageCurve.areaUnderRisk, two.coverageCurve.areaUnderRisk))
        for (left, right) in zip(one.coverageCurve.points, two.coverageCurve.points) {
            #expect(left.threshold == right.threshold)
            #expect(isClose(left.accuracy, right.accuracy))
        }
        #expect(one.baselines.majority.label == two.baselines.majority.label)
        #expect(isClose(one.accuracyCertain, two.accuracyCertain))
    }

    @Test(arguments: [UInt64(44), 45])
    func `Whole weights count as repeated rows in every estimate`(seed: UInt64) throws {
        var weighted = RandomRows(seed: seed, rows: 120, labels: 3)
        weighted.weights = (0..<120).map { Double(1 + $0 % 3) }
        var repeated = weighted.picking((0..<120).flatMap { Array(repeating: $0, count: 1 + $0 % 3) })
        repeated.weights = []
        let one = Evaluation(try weighted.scored(), bootstrap: .none)
        let two = Evaluation(try repeated.scored(), bootstrap: .none)
        // The calibration error's excess is left out: it depends on the number of independent rows.
        for metric in Metric.allCases where metric != .ece {
            #expect(isClose(one[metric].value, two[metric].value), "\(metric)")
        }
        #expect(isClose(one.calibrationErrorPlain, two.calibrationErrorPlain))
        #expect(isClose(one.coverageCurve.areaUnderRisk, two.coverageCurve.areaUnderRisk))
        for (left, right) in zip(one.confusion.cells, two.confusion.cells) { #expect(isClose(left, right)) }
    }
}
