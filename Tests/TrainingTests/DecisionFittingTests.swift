import Foundation
import Inference
import TestSupport
import Testing

@testable import Training

/// Rows whose calibrated probabilities are given.
private func rows(_ rows: [(probabilities: [Float], truth: Int, weight: Float)]) -> HeldOutLogits {
    HeldOutLogits(
        rows: Array(rows.indices), logits: rows.flatMap { $0.probabilities.map { Float(log(Double($0))) } },
        truths: rows.map(\.truth), weights: rows.map(\.weight), labelCount: rows[0].probabilities.count)
}

private func near(_ value: Float, _ expected: Float) -> Bool { abs(value - expected) < 1e-6 }

private func marginal(_ data: HeldOutLogits, _ calibration: Calibration, coverage: Double) -> Float {
    ConformalThresholds(data, calibration, coverage: coverage, sets: .marginal).marginal
}

@Suite("Thresholds and candidates")
struct DecisionFittingTests {
    @Test("The threshold is the lowest confidence above which predictions are precise enough")
    func thresholds() {
        let data = rows([
            ([0.9, 0.1], 0, 1), ([0.8, 0.2], 0, 1), ([0.7, 0.3], 1, 1), ([0.6, 0.4], 1, 1),
            ([0.45, 0.55], 1, 1),
        ])
        let identity = Calibration.identity(labelCount: 2)
        // Of label 0's predictions, the first two are right and the last two wrong: 1, 1, 2/3, 1/2.
        let high = DecisionFitting.thresholds(data, identity, precision: 0.8)
        #expect(near(high[0], 0.8) && high[1] == 0)
        let middle = DecisionFitting.thresholds(data, identity, precision: 0.6)
        #expect(near(middle[0], 0.7))
        let low = DecisionFitting.thresholds(data, identity, precision: 0.5)
        #expect(low[0] == 0)
    }

    @Test("A label that is always wrong gets 1, one that is never predicted gets 0")
    func extremes() {
        let data = rows([([0.9, 0.05, 0.05], 1, 1), ([0.8, 0.1, 0.1], 2, 1), ([0.1, 0.8, 0.1], 1, 1)])
        let thresholds = DecisionFitting.thresholds(data, .identity(labelCount: 3), precision: 0.8)
        #expect(thresholds == [1, 0, 0])
    }

    @Test("Weights count in the precision, and equal confidences are never parted")
    func weightsAndTies() {
        let data = rows([([0.75, 0.25], 0, 1), ([0.75, 0.25], 1, 3), ([0.9, 0.1], 0, 1)])
        // With the tie, 2 of 5 parts are right; without it, all.
        #expect(near(DecisionFitting.thresholds(data, .identity(labelCount: 2), precision: 0.5)[0], 0.9))
        #expect(DecisionFitting.thresholds(data, .identity(labelCount: 2), precision: 0.4)[0] == 0)
    }

    @Test("Predictions from the threshold on have the precision, on random rows")
    func precisionHolds() {
        for seed in 0..<10 {
            let data = heldOut(rows: 500, labels: 4, seed: UInt64(seed))
            let calibration = CalibrationFitting.fitOne(data, isVector: false)
            let thresholds = DecisionFitting.thresholds(data, calibration, precision: 0.6)
            var right = [Double](repeating: 0, count: 4)
            var total = right
            data.forEachProbability(calibration) { row, probabilities in
                let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
                guard probabilities[best] >= thresholds[best] else { return }
                total[best] += Double(data.weights[row])
                if best == data.truths[row] { right[best] += Double(data.weights[row]) }
            }
            for label in 0..<4 { #expect(right[label] >= 0.6 * total[label] - 1e-9, "seed \(seed)") }
        }
    }

    @Test("The candidate threshold is the truth's probability at the conformal rank")
    func candidateThreshold() {
        // Nine rows: at 80 % the rank is ⌈10 · 0.8⌉ = 8, the second lowest probability of a truth.
        let truths: [Float] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
        let data = rows(truths.map { ([$0, 1 - $0], 0, 1) })
        let identity = Calibration.identity(labelCount: 2)
        #expect(near(marginal(data, identity, coverage: 0.8), 0.2))
        #expect(near(marginal(data, identity, coverage: 0.9), 0.1))
        #expect(near(marginal(data, identity, coverage: 0.1), 0.9))
        // Nine rows cannot vouch for 95 %: every label is a candidate.
        #expect(marginal(data, identity, coverage: 0.95) == 0)
    }

    @Test("At least the rank's number of held-out truths are candidates, exactly")
    func candidatesHoldTheTruth() {
        for seed in 0..<40 {
            var data = heldOut(rows: 97, labels: 7, seed: UInt64(seed))
            data.weights = data.weights.map { _ in 1 }
            let calibration = CalibrationFitting.fitOne(data, isVector: false)
            for coverage in [0.5, 0.8, 0.9, 0.95, 0.97] {
                let threshold = marginal(data, calibration, coverage: coverage)
                var held = 0
                data.forEachProbability(calibration) { row, probabilities in
                    if probabilities[data.truths[row]] >= threshold { held += 1 }
                }
                #expect(held >= Int((98 * coverage).rounded(.up)), "seed \(seed), coverage \(coverage)")
            }
        }
    }

    @Test("On rows that may change places with the fitted ones, coverage is near its target")
    func exchangeableCoverage() {
        var covered = 0
        var total = 0
        for seed in 0..<40 {
            let all = heldOut(rows: 400, labels: 5, seed: 100 + UInt64(seed))
            let fitted = all.filter { $0 < 200 }
            let fresh = all.filter { $0 >= 200 }
            let calibration = Calibration.identity(labelCount: 5)
            let threshold = marginal(fitted, calibration, coverage: 0.9)
            fresh.forEachProbability(calibration) { row, probabilities in
                total += 1
                if probabilities[fresh.truths[row]] >= threshold { covered += 1 }
            }
        }
        // 8,000 rows on 40 thresholds; the standard deviation of the mean is about 0.005.
        let share = Double(covered) / Double(total)
        #expect(share > 0.88 && share < 0.925, "\(share)")
    }
}
