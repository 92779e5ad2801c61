import FeatureExtraction
import Foundation
import Samples
import TestSupport
import Testing

@testable import Training

/// Rows of `samples` as trials see them.
func tuningRows(_ samples: [Sample], features: FeatureSettings = smallFeatures) throws -> TuningRows {
    let (dataset, active, labels) = try compacted(samples, features: features)
    return TuningRows(dataset, active: active, labelCount: labels.count, learnt: dataset.rowCount)
}

/// A solver over all of `rows`.
private func solver(
    _ rows: TuningRows, _ loss: LinearLoss, _ weighting: FeatureWeighting, weights: [Float], seed: UInt64 = 1
) -> DualCoordinateDescent {
    let all = Array(0..<rows.rowCount)
    return solver(
        rows, loss, factors: SquaredFactors(weighting, rows: rows, trained: all, rowWeights: weights), trained: all,
        weights: weights, seed: seed)
}

/// A solver over some of `rows`.
private func solver(
    _ rows: TuningRows, _ loss: LinearLoss, factors: SquaredFactors, trained: [Int], weights: [Float],
    familyWeights: [Float]? = nil, seed: UInt64 = 1, isStopped: Bool = false
) -> DualCoordinateDescent {
    DualCoordinateDescent(
        RowPasses(rows.features, trained: trained), truths: rows.labels, rowWeights: weights,
        labelCount: rows.labelCount, featureCount: rows.active.count, loss: loss,
        familyWeights: familyWeights ?? rows.settings.familyWeights, factors: factors, seed: seed,
        goesOn: { _ in !isStopped })
}

extension TuningRows {
    /// The value of every feature of a row, before factors.
    fileprivate func dense(_ row: Int) -> [Int: Double] {
        var values: [Int: Double] = [:]
        for family in 0..<FeatureFamily.count {
            let segment = row * FeatureFamily.count + family
            let range = segments[segment]..<segments[segment + 1]
            let scale = Double(settings.familyWeights[family]) / Double(max(range.count, 1)).squareRoot()
            for slot in slots[range] { values[Int(slot >> 1), default: 0] += slot & 1 == 1 ? -scale : scale }
        }
        return values
    }
}

@Suite("Dual coordinate descent")
struct DualCoordinateDescentTests {
    /// The objective and the length of its gradient, in the obvious way.
    ///
    /// C · Σ w · loss + ½ ‖V‖², with the gradient with respect to V; `weights` are folded: V times the factor.
    private func primal(
        _ rows: TuningRows, _ loss: LinearLoss, c: Double, rowWeights: [Float], weights: [Float],
        squares: SquaredFactors
    ) -> (value: Double, gradient: Double) {
        let count = rows.labelCount
        let bias = rows.active.count * count
        func square(_ feature: Int, _ label: Int) -> Double {
            switch squares {
            case .shared(let values): Double(values[feature])
            case .perLabel(let values): Double(values[feature * count + label])
            }
        }
        // Biases have no penalty.
        var gradient = weights.indices.map { $0 < bias ? Double(weights[$0]) : 0 }
        var value = 0.0
        for index in weights.indices {
            // V = W / factor; features with the factor 0 take no part.
            let factor = index < bias ? square(index / count, index % count) : 1
            if index < bias, factor > 0 { value += Double(weights[index]) * Double(weights[index]) / factor / 2 }
        }
        for row in 0..<rows.rowCount {
            let features = rows.dense(row)
            var z = (0..<count).map { label in
                Double(weights[bias + label])
                    + features.reduce(0.0) { $0 + $1.value * Double(weights[$1.key * count + label]) }
            }
            let truth = Int(rows.labels[row])
            let scale = c * Double(rowWeights[row])
            if loss == .softmax {
                let largest = z.max() ?? 0
                let sum = z.reduce(0.0) { $0 + exp($1 - largest) }
                value += scale * (largest + log(sum) - z[truth])
                z = z.map { exp($0 - largest) / sum }
                z[truth] -= 1
            } else {
                for label in 0..<count {
                    let sign: Double = label == truth ? 1 : -1
                    let slack = max(0, 1 - sign * z[label])
                    value += scale * slack * slack
                    z[label] = -2 * sign * slack
                }
            }
            for label in 0..<count {
                gradient[bias + label] += scale * z[label]
                for (feature, x) in features {
                    gradient[feature * count + label] += scale * z[label] * x * square(feature, label)
                }
            }
        }
        return (value, gradient.reduce(0.0) { $0 + $1 * $1 }.squareRoot())
    }

    @Test(
        "The weights end where the gradient of the objective vanishes, for every loss, weighting and kind of sample weight",
        arguments: [
            (LinearLoss.squaredHinge, FeatureWeighting.inverseDocumentFrequency), (.squaredHinge, .none),
            (.squaredHinge, .logCountRatio), (.softmax, .inverseDocumentFrequency), (.softmax, .none),
        ])
    func optimum(loss: LinearLoss, weighting: FeatureWeighting) throws {
        let rows = try tuningRows(randomSamples(160, labels: 3, seed: 21))
        var random = SplitMix64(seed: 22)
        let weights = (0..<rows.rowCount).map { _ in Float(Int.random(in: 1...4, using: &random)) / 2 }
        let squares = SquaredFactors(
            weighting, rows: rows, trained: Array(0..<rows.rowCount), rowWeights: weights)
        var solver = solver(rows, loss, weighting, weights: weights)
        let start = primal(
            rows, loss, c: 1, rowWeights: weights, weights: solver.weights, squares: squares)
        for c in [0.3, 1.0] {
            // Fits go on from each other, so that more of them lead closer to the optimum.
            for _ in 0..<8 { _ = solver.fit(c: c, tolerance: 1e-6) }
        }
        let end = primal(rows, loss, c: 1, rowWeights: weights, weights: solver.weights, squares: squares)
        #expect(end.value < start.value)
        #expect(end.gradient < 2e-3 * start.gradient, "\(end) after \(start)")
    }

    @Test("A path ends at the same optimum as a fit that begins at its last C")
    func warmStart() throws {
        let rows = try tuningRows(randomSamples(200, labels: 4, seed: 23))
        let weights = [Float](repeating: 1, count: rows.rowCount)
        for loss in [LinearLoss.squaredHinge, .softmax] {
            var warm = solver(rows, loss, .none, weights: weights)
            for c in [0.1, 0.5, 2] { _ = warm.fit(c: c, tolerance: 1e-5) }
            var cold = solver(rows, loss, .none, weights: weights)
            for _ in 0..<3 { _ = cold.fit(c: 2, tolerance: 1e-5) }
            let all = Array(0..<rows.rowCount)
            let lengths = rows.settings.familyWeights
            let first = rows.logits(warm.weights, familyWeights: lengths, of: all)
            let second = rows.logits(cold.weights, familyWeights: lengths, of: all)
            let difference = zip(first, second).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < 0.03, "\(loss)")
        }
    }

    @Test("Rows that are decoded chunk by chunk, blocks drawn anew in each pass, lead to as low a value as rows held")
    func chunks() throws {
        let (dataset, active, labels) = try compacted(randomSamples(6000, labels: 3, seed: 27))
        let isTrained = (0..<6000).map { $0 % 4 != 0 }
        let weights = isTrained.map { Float($0 ? 1 : 0) }
        // Four of the twelve blocks at a time; numbers in the texts make rows of a block alike.
        let chunk = dataset.featureCount * 3 / 4 / 12 * 4 - 2000
        for loss in [LinearLoss.squaredHinge, .softmax] {
            func fit(_ passes: RowPasses) -> (value: Double, passes: Int, visits: Int) {
                var visits = 0
                var solver = DualCoordinateDescent(
                    passes, truths: dataset.labels, rowWeights: weights, labelCount: labels.count,
                    featureCount: active.count, loss: loss, familyWeights: dataset.settings.familyWeights,
                    factors: .shared([Float](repeating: 1, count: active.count)), seed: 1,
                    goesOn: {
                        visits += $0
                        return true
                    })
                _ = solver.fit(c: 1, tolerance: LinearTraining.tolerance)
                var objective = LinearObjective(
                    dataset: dataset, labelCount: labels.count, loss: loss, rowWeights: weights,
                    featureFactors: [Float](repeating: 1, count: active.count),
                    regularization: 1 / Double(weights.count { $0 > 0 }), parallel: Parallel(threads: 2))
                var gradient = [Float](repeating: 0, count: objective.dimension)
                return (objective.evaluate(at: solver.weights, gradient: &gradient), solver.passCount, visits)
            }
            let held = fit(RowPasses(DecodedRows(dataset), trained: isTrained.indices.filter { isTrained[$0] }))
            let chunked = fit(RowPasses(dataset, isTrained: isTrained, chunk: chunk))
            #expect(held.passes < DualCoordinateDescent.passLimit, "\(loss)")
            #expect(chunked.value != held.value && chunked.value < 1.002 * held.value, "\(loss): \(chunked), \(held)")
            // Rows beyond the margins rest in between, those of softmax never.
            let trained = isTrained.count { $0 }
            #expect(held.visits == held.passes * trained)
            let all = chunked.passes * trained
            #expect(loss == .softmax ? chunked.visits == all : chunked.visits < all, "\(loss): \(chunked) of \(all)")
        }
    }

    @Test("The same seed gives the same weights, and a request to stop ends the fit")
    func reproducible() throws {
        let rows = try tuningRows(randomSamples(150, seed: 24))
        let weights = [Float](repeating: 1, count: rows.rowCount)
        var results: [[Float]] = []
        for seed: UInt64 in [1, 1, 2] {
            var solver = solver(rows, .squaredHinge, .inverseDocumentFrequency, weights: weights, seed: seed)
            _ = solver.fit(c: 1, tolerance: 0.1)
            results.append(solver.weights)
        }
        #expect(results[0] == results[1])
        #expect(results[0] != results[2])
        var stopped = solver(
            rows, .squaredHinge, factors: .shared([Float](repeating: 1, count: rows.active.count)),
            trained: Array(0..<rows.rowCount), weights: weights, isStopped: true)
        let isDone = stopped.fit(c: 1, tolerance: 0.1)
        #expect(!isDone)
    }

    @Test("Rows of weight 0 and families of length 0 leave no trace")
    func leftOut() throws {
        let rows = try tuningRows(randomSamples(120, seed: 25))
        var weights = [Float](repeating: 1, count: rows.rowCount)
        for row in stride(from: 0, to: rows.rowCount, by: 3) { weights[row] = 0 }
        var lengths = rows.settings.familyWeights
        lengths[FeatureFamily.characters.rawValue] = 0
        let squares = SquaredFactors.shared([Float](repeating: 1, count: rows.active.count))
        func fit(_ trained: [Int], _ weights: [Float]) -> [Float] {
            var solver = solver(
                rows, .squaredHinge, factors: squares, trained: trained, weights: weights, familyWeights: lengths)
            for _ in 0..<4 { _ = solver.fit(c: 1, tolerance: 1e-6) }
            return solver.weights
        }
        let weighted = fit(Array(0..<rows.rowCount), weights)
        let removed = fit((0..<rows.rowCount).filter { weights[$0] > 0 }, weights)
        let difference = zip(weighted, removed).map { abs($0 - $1) }.max() ?? 1
        #expect(difference < 1e-3)
        let family = FeatureFamily.characters.rawValue
        let range = rows.active.offsets[family] * rows.labelCount..<rows.active.offsets[family + 1] * rows.labelCount
        #expect(!range.isEmpty)
        #expect(weighted[range].allSatisfy { $0 == 0 })
    }

    @Test("Log-count ratios are those of the definition")
    func logCountRatios() throws {
        let rows = try tuningRows(randomSamples(60, labels: 2, noise: 0, seed: 26))
        let weights = [Float](repeating: 1, count: rows.rowCount)
        guard
            case .perLabel(let squares) = SquaredFactors(
                .logCountRatio, rows: rows, trained: Array(0..<rows.rowCount), rowWeights: weights)
        else {
            Issue.record("one factor a label is expected")
            return
        }
        let range = rows.active.offsets[0]..<rows.active.offsets[1]
        var counts = [Int: [Double]]()
        for row in 0..<rows.rowCount {
            let segment = row * FeatureFamily.count
            for slot in rows.slots[rows.segments[segment]..<rows.segments[segment + 1]] {
                counts[Int(slot >> 1), default: [0, 0]][Int(rows.labels[row])] += 1
            }
        }
        let totals = (0..<2).map { label in counts.values.reduce(0.0) { $0 + $1[label] } }
        var ratios = [Int: Double]()
        for (feature, count) in counts {
            let p = (1 + count[0]) / (Double(range.count) + totals[0])
            let q = (1 + count[1]) / (Double(range.count) + totals[1])
            ratios[feature] = log(p / q)
        }
        let mean =
            counts.reduce(0.0) { $0 + pow(ratios[$1.key] ?? 0, 2) * ($1.value[0] + $1.value[1]) }
            / (totals[0] + totals[1])
        for (feature, ratio) in ratios {
            #expect(abs(Double(squares[feature * 2]) - ratio * ratio / mean) < 1e-4 * max(1, ratio * ratio / mean))
            // With two labels, one's ratio is the other's negative.
            #expect(abs(squares[feature * 2] - squares[feature * 2 + 1]) < 1e-4)
        }
    }
}
