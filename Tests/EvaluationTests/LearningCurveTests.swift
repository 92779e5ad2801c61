import TestSupport
import Testing

@testable import Evaluation

@Suite struct LearningCurveTests {
    private let sizes = [100.0, 200, 400, 800, 1600]

    @Test func `a power law is found again from its own points`() {
        let power = Power(rows: sizes, errors: sizes.map { 2.4 * exponential(-0.35 * naturalLog($0)) })
        #expect(abs(power.exponent - 0.35) < 1e-12)
        let error = 2.4 * exponential(-0.35 * naturalLog(3200.0))
        #expect(abs(power.error(at: 3200) - error) < 1e-12)
        #expect(abs(power.gain(from: 1600) - (2.4 * exponential(-0.35 * naturalLog(1600.0)) - error)) < 1e-12)
    }

    @Test func `errors that do not fall promise nothing, and errors never exceed one`() {
        #expect(abs(Power(rows: sizes, errors: [0.2, 0.2, 0.2, 0.2, 0.2]).gain(from: 1600)) < 1e-12)
        #expect(Power(rows: sizes, errors: [0.2, 0.3, 0.5, 0.9, 1]).error(at: 1e9) == 1)
    }

    /// Models whose answers are wrong with the probability of a power law.
    private func figures(
        rows: Int, exponent: Double, factor: Double, seed: UInt64, resamples: Int = 100, weighted: Bool = false,
        common: Double = 0.8
    ) throws -> LearningCurveFigures {
        var random = SplitMix64(seed: seed)
        let truth = (0..<rows).map { _ in Int.random(in: 0..<3, using: &random) }
        // What makes a row hard is mostly the same for all models, as with real ones.
        let hardness = truth.map { _ in Double.random(in: 0..<1, using: &random) }
        var fits: [LearningCurveFigures.Fit] = []
        for (index, size) in sizes.enumerated() {
            for _ in 0..<(index == sizes.count - 1 ? 1 : 3) {
                let error = factor * exponential(-exponent * naturalLog(size))
                let answers = truth.indices.map { row in
                    let isCommon = Double.random(in: 0..<1, using: &random) < common
                    let level = isCommon ? hardness[row] : Double.random(in: 0..<1, using: &random)
                    return level < error ? (truth[row] + 1) % 3 : truth[row]
                }
                fits.append(.init(share: size / 1600, rows: Int(size), answers: answers))
            }
        }
        let weights = truth.map { _ in weighted ? Double.random(in: 0.5...2, using: &random) : 1 }
        return try LearningCurveFigures(
            fits, truth: truth, weights: weights, labels: 3, method: "simulated.", bootstrap: .few(resamples))
    }

    @Test func `accuracies and the forecast follow the models, and lie in their intervals`() throws {
        let figures = try figures(rows: 1500, exponent: 0.5, factor: 6, seed: 3, weighted: true)
        #expect(figures.points.map(\.fits) == [3, 3, 3, 3, 1])
        #expect(figures.points.map(\.rows) == sizes)
        for point in figures.points {
            let value = try #require(point.accuracy.value)
            #expect(point.accuracy.interval?.contains(value) == true)
            #expect(point.range.contains(value))
        }
        // 0.15 → 0.106 by the power law that was simulated.
        let gain = try #require(figures.doubling.gain.value)
        #expect(abs(gain - 0.044) < 0.02)
        #expect(figures.doubling.gain.interval?.contains(0.044) == true)
        #expect(figures.exponent.interval?.contains(0.5) == true)
        #expect(figures.advice.hasSuffix("more data is worth it."), "\(figures.advice)")
    }

    @Test func `a flat curve advises against more of the same`() throws {
        let figures = try figures(rows: 3000, exponent: 0, factor: 0.1, seed: 4)
        #expect(figures.advice.contains("hardly worth it"), "\(figures.advice)")
    }

    @Test func `few rows cannot tell`() throws {
        let figures = try figures(rows: 40, exponent: 0, factor: 0.3, seed: 5, common: 0)
        #expect(figures.advice.contains("cannot be told"), "\(figures.advice)")
    }

    @Test func `models without any error have a curve, too`() throws {
        let truth = [0, 1, 0, 1]
        let fits = [0.25, 0.5, 1].map { LearningCurveFigures.Fit(share: $0, rows: Int($0 * 100), answers: truth) }
        let figures = try LearningCurveFigures(
            fits, truth: truth, weights: [1, 1, 1, 1], labels: 2, method: "", bootstrap: .few(20))
        #expect(figures.points.allSatisfy { $0.accuracy.value == 1 })
        #expect(try #require(figures.doubling.gain.value) >= 0)
    }

    @Test func `missing answers and too few sizes are refused`() throws {
        let fit = LearningCurveFigures.Fit(share: 1, rows: 10, answers: [0])
        #expect(throws: EvaluationError.self) {
            try LearningCurveFigures([fit], truth: [0, 1], weights: [1, 1], labels: 2, method: "")
        }
        #expect(throws: EvaluationError.self) {
            try LearningCurveFigures([fit], truth: [0], weights: [1], labels: 2, method: "")
        }
    }

    @Test func `resamples are the same whatever the number of threads`() throws {
        let fits = sizes.map {
            LearningCurveFigures.Fit(share: $0 / 1600, rows: Int($0), answers: (0..<50).map { $0 % 3 })
        }
        let truth = (0..<50).map { $0 % 2 }
        func figures(_ threads: Int) throws -> LearningCurveFigures {
            try LearningCurveFigures(
                fits, truth: truth, weights: truth.map { _ in 1 }, labels: 3, method: "",
                bootstrap: .few(50, threads: threads))
        }
        #expect(try figures(1) == figures(3))
    }
}
