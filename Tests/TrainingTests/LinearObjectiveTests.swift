import Foundation
import TestSupport
import Testing

@testable import Training

/// The training problem as its documentation states it, in double precision and without any haste.
private struct PlainProblem {
    let rows: [[Int: Double]]
    let truths: [Int]
    let weights: [Double]
    let labelCount: Int
    let activeCount: Int
    let regularization: Double

    /// A feature's factor multiplies its value in every row.
    init(_ dataset: Dataset, _ rowWeights: [Float], labelCount: Int, factors: [Float], regularization: Double) {
        rows = (0..<dataset.rowCount).map { dataset.dense($0, factors: factors) }
        truths = dataset.labels.map(Int.init)
        weights = rowWeights.map(Double.init)
        self.labelCount = labelCount
        activeCount = factors.count
        self.regularization = regularization
    }

    func logits(_ point: [Double], row: Int) -> [Double] {
        (0..<labelCount).map { label in
            rows[row].reduce(point[activeCount * labelCount + label]) { sum, feature in
                sum + feature.value * point[feature.key * labelCount + label]
            }
        }
    }

    func value(_ loss: LinearLoss, _ point: [Double]) -> Double {
        var sum = 0.0
        for row in rows.indices where weights[row] > 0 {
            let z = logits(point, row: row)
            let lost: Double =
                switch loss {
                case .softmax: log(z.reduce(0) { $0 + exp($1) }) - z[truths[row]]
                case .logistic:
                    z.enumerated().reduce(0) {
                        $0 + log(1 + exp($1.offset == truths[row] ? -$1.element : $1.element))
                    }
                case .squaredHinge:
                    z.enumerated().reduce(0) {
                        $0 + pow(max(0, 1 - ($1.offset == truths[row] ? 1 : -1) * $1.element), 2)
                    }
                }
            sum += weights[row] * lost
        }
        let square = point[..<(activeCount * labelCount)].reduce(0) { $0 + $1 * $1 }
        return sum / weights.reduce(0, +) + regularization / 2 * square
    }
}

@Suite("Linear objective")
struct LinearObjectiveTests {
    @Test(
        "Value and gradient are those of the documented problem, by central differences",
        arguments: LinearLoss.allCases)
    func finiteDifferences(loss: LinearLoss) throws {
        let (dataset, active, labels) = try compacted(randomSamples(40, seed: 1))
        var random = SplitMix64(seed: 2)
        // Rows without weight take no part.
        let weights = (0..<40).map { $0 % 7 == 0 ? 0 : Float.random(in: 0.2...3, using: &random) }
        let factors = (0..<active.count).map { _ in Float.random(in: 0.5...2, using: &random) }
        var objective = LinearObjective(
            dataset: dataset, labelCount: labels.count, loss: loss, rowWeights: weights,
            featureFactors: factors,
            regularization: 0.01, parallel: Parallel(threads: 1))
        let plain = PlainProblem(
            dataset, weights, labelCount: labels.count, factors: factors, regularization: 0.01)
        let point = (0..<objective.dimension).map { _ in Float.random(in: -1...1, using: &random) }
        var gradient = [Float](repeating: .nan, count: objective.dimension)
        let value = objective.evaluate(at: point, gradient: &gradient)
        let exact = point.map(Double.init)
        #expect(abs(value - plain.value(loss, exact)) < 1e-5 * (1 + abs(value)))
        let biases = (active.count * labels.count..<objective.dimension)
        for index in Array(biases)
            + (0..<120).map({ _ in Int.random(in: 0..<objective.dimension, using: &random) })
        {
            let step = 1e-4
            var above = exact
            var below = exact
            above[index] += step
            below[index] -= step
            let slope = (plain.value(loss, above) - plain.value(loss, below)) / (2 * step)
            #expect(abs(Double(gradient[index]) - slope) < 2e-5 * (1 + abs(slope)), "parameter \(index)")
        }
    }

    @Test("Extreme logits give finite values and gradients", arguments: LinearLoss.allCases)
    func extremeLogits(loss: LinearLoss) {
        for logits: [Float] in [
            [1000, -1000, 0], [-1000, 1000, 1000], [0, 0, 0], [1, -1, -1], [1e4, 1e4, 1e4],
        ] {
            for truth in 0..<3 {
                var slopes = logits
                let value = slopes.withUnsafeMutableBufferPointer {
                    LinearObjective.differentiate(loss, $0, truth: truth)
                }
                #expect(value.isFinite && value >= 0)
                #expect(slopes.allSatisfy { $0.isFinite })
            }
        }
    }

    @Test(
        "Value, gradient and logits have the same bits for every number of threads",
        arguments: LinearLoss.allCases)
    func threads(loss: LinearLoss) throws {
        // Several blocks, so that there is something to divide.
        let (dataset, active, labels) = try compacted(randomSamples(3000, labels: 4, seed: 3))
        #expect(dataset.blockCount == 6)
        var random = SplitMix64(seed: 4)
        let point = (0..<active.count * 4 + 4).map { _ in Float.random(in: -1...1, using: &random) }
        let weights = (0..<3000).map { _ in Float.random(in: 0...2, using: &random) }
        var answers: [(UInt64, [UInt32], [UInt32])] = []
        for threads in [1, 2, 3, 8] {
            var objective = LinearObjective(
                dataset: dataset, labelCount: labels.count, loss: loss, rowWeights: weights,
                featureFactors: active.inverseDocumentFrequencies,
                regularization: 0.001, parallel: Parallel(threads: threads))
            var gradient = [Float](repeating: 0, count: objective.dimension)
            for _ in 0..<3 {
                let value = objective.evaluate(at: point, gradient: &gradient)
                answers.append(
                    (value.bitPattern, gradient.map(\.bitPattern), objective.logits(point).map(\.bitPattern)))
            }
        }
        for answer in answers {
            #expect(answer.0 == answers[0].0)
            #expect(answer.1 == answers[0].1)
            #expect(answer.2 == answers[0].2)
        }
    }

    @Test("Logits are those of the dense rows")
    func logits() throws {
        let (dataset, active, labels) = try compacted(randomSamples(700, seed: 5))
        var random = SplitMix64(seed: 6)
        let point = (0..<active.count * 3 + 3).map { _ in Float.random(in: -1...1, using: &random) }
        let objective = LinearObjective(
            dataset: dataset, labelCount: labels.count, loss: .softmax,
            rowWeights: dataset.weights,
            featureFactors: active.inverseDocumentFrequencies, regularization: 0,
            parallel: Parallel(threads: 2))
        let plain = PlainProblem(
            dataset, dataset.weights, labelCount: 3, factors: active.inverseDocumentFrequencies,
            regularization: 0)
        let logits = objective.logits(point)
        for row in [0, 1, 511, 512, 513, 699] {
            for (label, expected) in plain.logits(point.map(Double.init), row: row).enumerated() {
                #expect(abs(Double(logits[row * 3 + label]) - expected) < 1e-5 * (1 + abs(expected)))
            }
        }
    }

    @Test("Weights times factors give the same logits without factors")
    func effectiveParameters() throws {
        let (dataset, active, labels) = try compacted(randomSamples(200, seed: 7))
        var random = SplitMix64(seed: 8)
        let point = (0..<active.count * 3 + 3).map { _ in Float.random(in: -1...1, using: &random) }
        func objective(_ factors: [Float]) -> LinearObjective {
            LinearObjective(
                dataset: dataset, labelCount: labels.count, loss: .softmax, rowWeights: dataset.weights,
                featureFactors: factors, regularization: 0, parallel: Parallel(threads: 2))
        }
        let weighted = objective((0..<active.count).map { _ in Float.random(in: 0.5...2, using: &random) })
        let plain = objective([Float](repeating: 1, count: active.count))
        #expect(plain.logits(weighted.effectiveParameters(point)) == weighted.logits(point))
    }
}
