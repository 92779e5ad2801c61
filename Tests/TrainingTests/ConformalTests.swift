import Foundation
import Inference
import TestSupport
import Testing

@testable import Training

@Suite("Conformal thresholds and target shares")
struct ConformalTests {
    private func thresholds(
        _ data: HeldOutLogits, coverage: Double, _ sets: CandidateSets = .perLabel
    ) -> ConformalThresholds {
        ConformalThresholds(data, .identity(labelCount: data.labelCount), coverage: coverage, sets: sets)
    }

    @Test(
        "Quantiles are those of NumPy, marginal and by label",
        .enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"), arguments: [0.5, 0.8, 0.9, 0.95])
    func numpy(coverage: Double) throws {
        struct Input: Encodable {
            var logits: [[Float]]
            var truths: [Int]
            var coverage: Double
        }
        var data = heldOut(rows: 333, labels: 4, seed: 70)
        data.weights = data.weights.map { _ in 1 }
        let script = """
            import json, sys
            import numpy as np
            p = json.load(sys.stdin)
            z = np.array(p["logits"]); y = np.array(p["truths"]); c = p["coverage"]
            e = np.exp(z - z.max(1, keepdims=True)); pr = e / e.sum(1, keepdims=True)
            s = 1 - pr[np.arange(len(y)), y]
            def q(s):
                level = np.ceil((len(s) + 1) * c) / len(s)
                return 1 - float(np.quantile(s, level, method="inverted_cdf")) if level <= 1 else 0
            print(json.dumps([q(s)] + [q(s[y == k]) for k in range(z.shape[1])]))
            """
        let expected: [Double] = try PythonOracle.run(
            script,
            json: Input(
                logits: data.truths.indices.map { row in (0..<4).map { data.logits[row * 4 + $0] } },
                truths: data.truths, coverage: coverage))
        let found = thresholds(data, coverage: coverage)
        let values = [found.marginal] + (found.perLabel ?? [])
        #expect(zip(values, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 }, "\(values) \(expected)")
        #expect(found.fallbacks.isEmpty && values.count == 5)
        #expect(thresholds(data, coverage: coverage, .marginal).perLabel == nil)
    }

    @Test("A row of weight 2 counts as the row twice, but for the one row that is to come")
    func weights() {
        for seed in 0..<20 {
            var data = heldOut(rows: 150, labels: 3, seed: 80 + UInt64(seed))
            data.weights = data.weights.indices.map { $0 % 3 == 0 ? 2 : 1 }
            let once = ConformalThresholds.quantile(
                data.truths.indices.map { (Float($0), Double(data.weights[$0])) }, coverage: 0.9)
            // Weights 2, 1, 1, …: 200 in all and 4/3 for the row to come; 181.2 are needed from the top.
            var covered = 0.0
            var expected: Float?
            for row in data.truths.indices.reversed() {
                covered += Double(data.weights[row])
                if covered >= 0.9 * (200 + 4.0 / 3) {
                    expected = Float(row)
                    break
                }
            }
            #expect(once == expected && once != nil)
            // Scaling all weights changes nothing.
            var scaled = data
            scaled.weights = data.weights.map { $0 * 0.125 }
            #expect(thresholds(scaled, coverage: 0.9) == thresholds(data, coverage: 0.9))
        }
    }

    @Test("A label with too few rows has the threshold of all labels, and is named")
    func fallback() {
        var data = heldOut(rows: 400, labels: 3, seed: 71)
        var left = 10
        data = data.filter { row in
            guard data.truths[row] == 2 else { return true }
            left -= 1
            return left >= 0
        }
        // Ten rows can vouch for 90 % (rank 10 of 10), not for 95 %.
        #expect(thresholds(data, coverage: 0.9).fallbacks.isEmpty)
        let found = thresholds(data, coverage: 0.95)
        #expect(found.fallbacks == [2])
        #expect(found.perLabel?[2] == found.marginal)
        let none = thresholds(data.filter { data.truths[$0] != 1 }, coverage: 0.9)
        #expect(none.fallbacks == [1])
    }

    @Test("Sets by label cover each label's rows, where marginal ones leave a hard label out")
    func perLabelCoverage() {
        var held = [[Double]](repeating: [0, 0], count: 3)
        var totals = [Double](repeating: 0, count: 3)
        for seed in 0..<20 {
            var all = heldOut(rows: 1200, labels: 3, seed: 200 + UInt64(seed))
            // Label 2 is underestimated, so that its truths have low probabilities.
            for row in all.truths.indices { all.logits[row * 3 + 2] -= 2 }
            all.weights = all.weights.map { _ in 1 }
            let fitted = thresholds(all.filter { $0 < 600 }, coverage: 0.9)
            let fresh = all.filter { $0 >= 600 }
            fresh.forEachProbability(.identity(labelCount: 3)) { row, p in
                let truth = fresh.truths[row]
                totals[truth] += 1
                if p[truth] >= fitted.marginal { held[truth][0] += 1 }
                if p[truth] >= fitted.perLabel?[truth] ?? 1 { held[truth][1] += 1 }
            }
        }
        for label in 0..<3 {
            let share = held[label][1] / totals[label]
            #expect(share > 0.88 && share < 0.93, "label \(label): \(share)")
        }
        #expect(held[2][0] / totals[2] < 0.85)
    }

    @Test("A target share for all answers is reached, and would not be by any higher threshold")
    func overallShare() {
        for seed in 0..<10 {
            let data = heldOut(rows: 300, labels: 4, seed: 90 + UInt64(seed))
            for share in [0.05, 0.5, 0.8, 1] {
                let found = DecisionFitting.thresholds(
                    data, .identity(labelCount: 4), overall: share, byLabel: [nil, nil, nil, nil])
                #expect(Set(found).count == 1)
                guard let threshold = found[0] else {
                    Issue.record("no threshold")
                    continue
                }
                var total = 0.0
                var reached = 0.0
                var above = 0.0
                data.forEachProbability(.identity(labelCount: 4)) { row, p in
                    let confidence = p.max() ?? 0
                    let weight = Double(data.weights[row])
                    total += weight
                    if confidence >= threshold { reached += weight }
                    if confidence > threshold { above += weight }
                }
                #expect(reached >= share * total - 1e-9)
                if threshold > 0 { #expect(above < share * total) }
                #expect(share < 1 || threshold == 0)
            }
        }
    }

    @Test("Target shares by label are reached by each label's answers; labels without one keep theirs")
    func shareByLabel() throws {
        let data = heldOut(rows: 600, labels: 3, seed: 91)
        var options = TrainingOptions()
        options.targetPrecision = 0.7
        options.targetShares = TargetShares(labels: ["a": 0.6])
        let plain = DecisionFitting.thresholds(data, .identity(labelCount: 3), precision: 0.7)
        let found = Decisions(data, .identity(labelCount: 3), labels: ["a", "b", "c"], options: options)
        #expect(found.thresholds[1...] == plain[1...])
        var total = 0.0
        var reached = 0.0
        data.forEachProbability(.identity(labelCount: 3)) { row, p in
            guard p[0] > p[1], p[0] > p[2] else { return }
            total += Double(data.weights[row])
            if p[0] >= found.thresholds[0] { reached += Double(data.weights[row]) }
        }
        #expect(reached >= 0.6 * total && reached < 0.65 * total)
        options.targetShares = TargetShares(others: 1, labels: ["a": 0.6])
        #expect(
            Decisions(data, .identity(labelCount: 3), labels: ["a", "b", "c"], options: options).thresholds[1...] == [
                0, 0,
            ])
    }

    @Test("Shares out of range, of unknown labels, or both for all and by label are problems")
    func problems() {
        let names = ["a", "b"]
        #expect(TargetShares(overall: 0.8).problem(labels: names) == nil)
        #expect(TargetShares(others: 0.8, labels: ["a": 1]).problem(labels: names) == nil)
        for share in [0, -0.1, 1.1, .nan, .infinity] {
            #expect(TargetShares(overall: share).problem(labels: names)?.contains("target share") == true)
            #expect(TargetShares(labels: ["a": share]).problem(labels: names)?.contains("target share") == true)
        }
        #expect(TargetShares(labels: ["poem": 0.5]).problem(labels: names)?.contains("poem") == true)
        #expect(TargetShares(overall: 0.5, others: 0.5).problem(labels: names)?.contains("not both") == true)
    }
}
