import Foundation
import Inference
import TestSupport
import Testing

@testable import Training

private func choose(
    _ data: HeldOutLogits, groups: [UInt64]? = nil, shift: [Double] = []
) -> CalibrationChoice {
    CalibrationChoice(data, groups: groups ?? data.rows.map { UInt64($0) }, shift: shift, seed: 1)
}

/// Rows whose truth is drawn from a Dirichlet calibration of what the logits say.
func confused(rows: Int, matrix: [[Double]], offsets: [Double], seed: UInt64) -> HeldOutLogits {
    var random = SplitMix64(seed: seed)
    let count = matrix.count
    var data = HeldOutLogits(
        rows: Array(0..<rows), logits: [], truths: [], weights: [Float](repeating: 1, count: rows), labelCount: count)
    for _ in 0..<rows {
        let logits = (0..<count).map { _ in Double.random(in: -3...3, using: &random) }
        let normalizer = log(logits.reduce(0) { $0 + exp($1) })
        let terms = (0..<count).map { row in
            exp(offsets[row] + (0..<count).reduce(0) { $0 + matrix[row][$1] * (logits[$1] - normalizer) })
        }
        var point = Double.random(in: 0..<terms.reduce(0, +), using: &random)
        var truth = count - 1
        for (label, term) in terms.enumerated() {
            if point < term {
                truth = label
                break
            }
            point -= term
        }
        data.logits += logits.map { Float($0) }
        data.truths.append(truth)
    }
    return data
}

@Suite("Choosing a calibration")
struct CalibrationChoiceTests {
    private static let mixing = [[1.0, 0, 0.9], [0, 1, 0], [-0.6, 0.3, 0.5]]

    @Test("A temperature suffices where nothing else is wrong, vector scaling is taken where labels are biased")
    func temperatureAndVector() {
        for seed in 0..<5 {
            let plain = choose(heldOut(rows: 1500, labels: 3, seed: 50 + UInt64(seed)))
            #expect(plain.kind == .temperature, "seed \(seed): \(plain.trials)")
        }
        var biased = heldOut(rows: 2000, labels: 3, seed: 32)
        for row in biased.truths.indices { biased.logits[row * 3] += 3 }
        let chosen = choose(biased)
        #expect(chosen.kind == .vector)
        let offsets = chosen.calibration.offsets
        #expect(offsets[0] < offsets[1] - 0.7 && offsets[0] < offsets[2] - 0.7)
        let few = choose(biased.filter { $0 < 100 })
        #expect(few.kind == .temperature && few.trials.count == 1)
    }

    @Test("A matrix is taken where labels are mixed up, and halves the loss that the others leave")
    func matrix() {
        let data = confused(rows: 3000, matrix: Self.mixing, offsets: [0, 0.4, -0.4], seed: 33)
        let chosen = choose(data)
        guard case .dirichlet = chosen.kind else {
            Issue.record("\(chosen.trials)")
            return
        }
        let fresh = confused(rows: 3000, matrix: Self.mixing, offsets: [0, 0.4, -0.4], seed: 34)
        let truth = Calibration(
            scales: [1, 1, 1], offsets: [0, 0.4, -0.4], matrix: Self.mixing.flatMap { $0.map { Float($0) } })
        let best = CalibrationFitting.logLoss(fresh, truth)
        let vector = CalibrationFitting.logLoss(fresh, CalibrationFitting.fitOne(data, isVector: true))
        let found = CalibrationFitting.logLoss(fresh, chosen.calibration)
        #expect(found - best < (vector - best) / 2, "best \(best), vector \(vector), found \(found)")
    }

    @Test("Offsets for the label mix are taken where the mix is another than the one trained on")
    func shifted() {
        // Logits that are right for equal shares, on rows of which label 0 has most.
        var data = heldOut(rows: 4000, labels: 3, sharpness: 1, seed: 35)
        data.weights = data.truths.map { $0 == 0 ? 8 : 1 }
        let shift = [log(8.0) * 2 / 3, -log(8.0) / 3, -log(8.0) / 3]
        let chosen = choose(data, shift: shift)
        #expect(chosen.kind == .shiftedTemperature, "\(chosen.trials)")
        #expect(zip(chosen.calibration.offsets, shift).allSatisfy { abs(Double($0) - $1) < 1e-5 })
        // The same offsets where they are wrong are not.
        data.weights = data.truths.map { _ in 1 }
        #expect(choose(data, shift: shift).kind == .temperature)
    }

    @Test("Rows of a group are judged together and count as one in the noise")
    func groups() {
        // Ten copies of each row: gains look ten times as certain unless copies count as one.
        let some = heldOut(rows: 200, labels: 3, seed: 36)
        var copies = some
        var groups = some.rows.map { UInt64($0) }
        for _ in 1..<10 {
            copies.rows += some.rows
            copies.logits += some.logits
            copies.truths += some.truths
            copies.weights += some.weights
            groups += some.rows.map { UInt64($0) }
        }
        let chosen = choose(copies, groups: groups)
        #expect(chosen.kind == .temperature, "\(chosen.trials)")
        for (group, part) in zip(groups, chosen.parts) { #expect(part == chosen.parts[Int(group)]) }
    }

    @Test("One group, no rows and one row give a temperature that nothing was compared with")
    func degenerate() {
        let data = heldOut(rows: 300, labels: 3, seed: 37)
        for (data, groups) in [
            (data, [UInt64](repeating: 7, count: 300)), (data.filter { _ in false }, []),
            (data.filter { $0 == 0 }, [1]),
        ] {
            let chosen = choose(data, groups: groups)
            #expect(chosen.kind == .temperature && chosen.crossFitted.isEmpty)
            #expect(chosen.calibration.scales.allSatisfy { $0.isFinite && $0 > 0 })
        }
    }

    @Test("Rows that can be told apart without error get a finite scale, and no probability of 0 or 1")
    func separable() {
        for rows in [4, 100, 5000] {
            let data = HeldOutLogits(
                rows: Array(0..<rows), logits: (0..<rows).flatMap { $0 % 2 == 0 ? [Float(1), -1] : [-1, 1] },
                truths: (0..<rows).map { $0 % 2 }, weights: [Float](repeating: 1, count: rows), labelCount: 2)
            let chosen = choose(data)
            var largest: Float = 0
            data.forEachProbability(chosen.calibration) { _, p in largest = max(largest, p.max() ?? 1) }
            // Platt's target: (n + 1) / (n + 2).
            #expect(abs(Double(largest) - Double(rows + 1) / Double(rows + 2)) < 1e-3, "\(rows) rows: \(largest)")
        }
    }
}

@Suite("Dirichlet calibration")
struct DirichletTests {
    private func objective(_ data: HeldOutLogits, penalty: Double = 0.1) -> DirichletObjective {
        DirichletObjective(data: data, scale: 0.7, penalty: penalty, baseOffsets: [0.2, -0.2, 0])
    }

    @Test("Gradient and Hessian are those of central differences")
    func derivatives() {
        let objective = objective(heldOut(rows: 700, labels: 3, seed: 60))
        let n = objective.dimension
        var random = SplitMix64(seed: 61)
        let point = objective.identity.map { $0 + Double.random(in: -0.3...0.3, using: &random) }
        func derivatives(_ point: [Double]) -> (value: Double, gradient: [Double], hessian: [Double]) {
            var gradient = [Double](repeating: .nan, count: n)
            var hessian = [Double](repeating: .nan, count: n * n)
            let value = objective.evaluate(at: point, gradient: &gradient, hessian: &hessian)
            return (value, gradient, hessian)
        }
        let here = derivatives(point)
        #expect(abs(here.value - objective.value(at: point)) < 1e-12)
        for index in 0..<n {
            var above = point
            var below = point
            above[index] += 1e-5
            below[index] -= 1e-5
            let slope = (objective.value(at: above) - objective.value(at: below)) / 2e-5
            #expect(abs(here.gradient[index] - slope) < 1e-7, "parameter \(index)")
            let (upper, lower) = (derivatives(above).gradient, derivatives(below).gradient)
            for row in index..<n {
                // Squares are summed in float32, which is enough for a Newton step.
                let curvature = (upper[row] - lower[row]) / 2e-5
                #expect(abs(here.hessian[row * n + index] - curvature) < 1e-5, "row \(row), column \(index)")
            }
        }
    }

    @Test(
        "The matrix is the one that SciPy finds", .enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"),
        arguments: [1, 0.1, 0.01])
    func scipy(penalty: Double) throws {
        struct Input: Encodable {
            var logits: [[Double]]
            var truths: [Int]
            var weights: [Double]
            var scale: Double
            var penalty: Double
            var base: [Double]
        }
        let count = 4
        let data = heldOut(rows: 400, labels: count, sharpness: 3, seed: 62)
        let base = [0.3, 0, -0.3, 0]
        let fitted = CalibrationFitting.fitDirichlet(data, penalty: penalty, baseOffsets: base)
        let script = """
            import json, sys
            import numpy as np
            from scipy.optimize import minimize
            p = json.load(sys.stdin)
            u = p["scale"] * np.array(p["logits"]); y = np.array(p["truths"])
            w = np.array(p["weights"]); w = w / w.sum()
            q = u - np.log(np.exp(u - u.max(1, keepdims=True)).sum(1, keepdims=True)) - u.max(1, keepdims=True)
            n, k = q.shape
            e = 1 / (n + 2)
            t = np.full((n, k), e / (k - 1)); t[np.arange(n), y] = 1 - e
            base = np.array(p["base"]); lam = p["penalty"]
            def f(x):
                m, b = x[:k * k].reshape(k, k), x[k * k:]
                z = q @ m.T + b
                z = z - z.max(1, keepdims=True)
                lse = np.log(np.exp(z).sum(1))
                off = m - np.diag(np.diag(m))
                loss = (w * (lse - (t * z).sum(1))).sum() + lam / (k * (k - 1)) * (off ** 2).sum() \\
                    + lam / k * ((b - base) ** 2).sum()
                r = w[:, None] * (np.exp(z) / np.exp(z).sum(1, keepdims=True) - t)
                g = r.T @ q + 2 * lam / (k * (k - 1)) * off
                return loss, np.concatenate([g.ravel(), r.sum(0) + 2 * lam / k * (b - base)])
            x = np.concatenate([np.eye(k).ravel(), base])
            r = minimize(f, x, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
            print(json.dumps(list(r.x)))
            """
        let expected: [Double] = try PythonOracle.run(
            script,
            json: Input(
                logits: data.truths.indices.map { row in (0..<count).map { Double(data.logits[row * count + $0]) } },
                truths: data.truths, weights: data.weights.map(Double.init), scale: Double(fitted.scales[0]),
                penalty: penalty, base: base))
        let found = (fitted.matrix ?? []) + fitted.offsets
        #expect(found.count == expected.count)
        for (one, other) in zip(found, expected) { #expect(abs(Double(one) - other) < 2e-3, "\(found) \(expected)") }
    }
}
