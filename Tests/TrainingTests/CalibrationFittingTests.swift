import Foundation
import Inference
import TestSupport
import Testing

@testable import Training

/// Held-out logits that are wrong often enough for every calibration to have a finite optimum.
func heldOut(rows: Int, labels: Int, sharpness: Double = 2, seed: UInt64) -> HeldOutLogits {
    var random = SplitMix64(seed: seed)
    var data = HeldOutLogits(rows: Array(0..<rows), logits: [], truths: [], weights: [], labelCount: labels)
    for _ in 0..<rows {
        let logits = (0..<labels).map { _ in Double.random(in: -2...2, using: &random) }
        // The truth is drawn from the softmax of a third of what the logits say: they are too sure of themselves.
        let terms = logits.map { exp($0 / 1.5) }
        var point = Double.random(in: 0..<terms.reduce(0, +), using: &random)
        var truth = labels - 1
        for (label, term) in terms.enumerated() {
            if point < term {
                truth = label
                break
            }
            point -= term
        }
        data.logits += logits.map { Float($0 * sharpness) }
        data.truths.append(truth)
        data.weights.append(Float(Int.random(in: 1...4, using: &random)) / 2)
    }
    return data
}

@Suite("Fitting a calibration")
struct CalibrationFittingTests {
    private struct Evaluation {
        var value: Double
        var gradient: [Double]
        var hessian: [Double]

        init(_ objective: CalibrationObjective, _ point: [Double]) {
            let n = objective.dimension
            gradient = [Double](repeating: .nan, count: n)
            hessian = [Double](repeating: .nan, count: n * n)
            value = objective.evaluate(at: point, gradient: &gradient, hessian: &hessian)
        }
    }

    @Test("The value without derivatives is the value with them", arguments: [false, true])
    func values(isVector: Bool) {
        let objective = CalibrationObjective(
            data: heldOut(rows: 60, labels: 4, seed: 1), isVector: isVector, ridge: 0.01, smoothing: 0.05,
            baseOffsets: [0.3, -0.1, 0, -0.2])
        var random = SplitMix64(seed: 2)
        for _ in 0..<20 {
            let point = (0..<objective.dimension).map { _ in Double.random(in: -1...1, using: &random) }
            let value = Evaluation(objective, point).value
            #expect(abs(objective.value(at: point) - value) < 1e-10 * abs(value))
        }
    }

    @Test("The gradient is that of central differences", arguments: [false, true])
    func gradient(isVector: Bool) {
        let objective = CalibrationObjective(
            data: heldOut(rows: 60, labels: 4, seed: 3), isVector: isVector, ridge: 0.01, smoothing: 0.05,
            baseOffsets: [0.3, -0.1, 0, -0.2])
        var random = SplitMix64(seed: 4)
        let point = (0..<objective.dimension).map { _ in Double.random(in: -0.7...0.7, using: &random) }
        let evaluation = Evaluation(objective, point)
        for index in point.indices {
            var above = point
            var below = point
            above[index] += 1e-5
            below[index] -= 1e-5
            let slope = (objective.value(at: above) - objective.value(at: below)) / 2e-5
            #expect(abs(evaluation.gradient[index] - slope) < 1e-6 * (1 + abs(slope)), "parameter \(index)")
        }
    }

    /// The Hessian leaves out the part that the residuals bring: Σ w (p_k − y_k) u_k, which belongs to the second
    /// derivatives by t twice, by t and s_k, and by s_k twice.
    @Test(
        "The Hessian is that of central differences without the part of the residuals",
        arguments: [false, true])
    func hessian(isVector: Bool) {
        let labels = 4
        let data = heldOut(rows: 60, labels: labels, seed: 5)
        let objective = CalibrationObjective(data: data, isVector: isVector, ridge: 0.01)
        let n = objective.dimension
        var random = SplitMix64(seed: 6)
        let point = (0..<n).map { _ in Double.random(in: -0.7...0.7, using: &random) }
        let evaluation = Evaluation(objective, point)
        let residuals = residualCurvature(data, point, isVector: isVector)
        for column in 0..<n {
            var above = point
            var below = point
            above[column] += 1e-5
            below[column] -= 1e-5
            let upper = Evaluation(objective, above).gradient
            let lower = Evaluation(objective, below).gradient
            for row in 0..<n {
                var curvature = (upper[row] - lower[row]) / 2e-5
                if row == 0 && column == 0 {
                    curvature -= residuals.reduce(0, +)
                } else if isVector, row <= labels, column <= labels {
                    if row == column || row == 0 || column == 0 {
                        curvature -= residuals[max(row, column) - 1]
                    }
                }
                #expect(
                    abs(evaluation.hessian[row * n + column] - curvature) < 1e-5 * (1 + abs(curvature)),
                    "row \(row), column \(column)")
            }
        }
    }

    private func residualCurvature(_ data: HeldOutLogits, _ point: [Double], isVector: Bool) -> [Double] {
        let count = data.labelCount
        var sums = [Double](repeating: 0, count: count)
        for row in data.truths.indices {
            let u = (0..<count).map { label in
                exp(point[0] + (isVector ? point[1 + label] : 0)) * Double(data.logits[row * count + label])
            }
            let terms = u.indices.map { exp(u[$0] + (isVector ? point[1 + count + $0] : 0)) }
            let sum = terms.reduce(0, +)
            for label in 0..<count {
                let residual = terms[label] / sum - (label == data.truths[row] ? 1 : 0)
                sums[label] += Double(data.weights[row]) * residual * u[label]
            }
        }
        return sums
    }

    @Test(
        "What Newton finds is a minimum: the gradient vanishes and no neighbour is lower",
        arguments: [false, true])
    func stationary(isVector: Bool) {
        for seed in 10..<16 {
            let data = heldOut(rows: 400, labels: 3, seed: UInt64(seed))
            let objective = CalibrationObjective(data: data, isVector: isVector, ridge: 0.01, smoothing: data.smoothing)
            let fitted = CalibrationFitting.fitOne(data, isVector: isVector)
            // Scales determine t + s_k only; the ridge splits them: s sums to 0 at the optimum.
            let logarithms = fitted.scales.map { log(Double($0)) }
            let mean = logarithms.reduce(0, +) / 3
            let point =
                isVector
                ? [mean] + logarithms.map { $0 - mean } + fitted.offsets.map(Double.init) : [logarithms[0]]
            let evaluation = Evaluation(objective, point)
            let norm = evaluation.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(norm < 1e-3, "seed \(seed)")
            var random = SplitMix64(seed: 20)
            for _ in 0..<50 {
                let neighbour = point.map { $0 + Double.random(in: -0.05...0.05, using: &random) }
                #expect(objective.value(at: neighbour) >= evaluation.value - 1e-9)
            }
        }
    }

    @Test(
        "The temperature is the one that SciPy finds",
        .enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"), arguments: [0.2, 2.0, 30.0])
    func scipyTemperature(sharpness: Double) throws {
        struct Input: Encodable {
            var logits: [[Double]]
            var truths: [Int]
            var weights: [Double]
        }
        let data = heldOut(rows: 300, labels: 5, sharpness: sharpness, seed: 30)
        let script = """
            import json, sys
            import numpy as np
            from scipy.optimize import minimize_scalar
            p = json.load(sys.stdin)
            z = np.array(p["logits"]); y = np.array(p["truths"]); w = np.array(p["weights"])
            def f(t):
                s = np.exp(t) * z
                s = s - s.max(axis=1, keepdims=True)
                e = 1 / (len(y) + 2)
                t = np.full(s.shape, e / (s.shape[1] - 1))
                t[np.arange(len(y)), y] = 1 - e
                return (w * (np.log(np.exp(s).sum(axis=1)) - (t * s).sum(axis=1))).sum()
            r = minimize_scalar(f, bounds=(-8, 8), method="bounded", options={"xatol": 1e-10})
            print(json.dumps(float(np.exp(r.x))))
            """
        let expected: Double = try PythonOracle.run(
            script,
            json: Input(
                logits: data.truths.indices.map { row in (0..<5).map { Double(data.logits[row * 5 + $0]) } },
                truths: data.truths, weights: data.weights.map(Double.init)))
        let fitted = CalibrationFitting.fitOne(data, isVector: false)
        #expect(Set(fitted.scales).count == 1 && Set(fitted.offsets) == [0])
        #expect(
            abs(Double(fitted.scales[0]) - expected) < 1e-4 * expected,
            "\(fitted.scales[0]), SciPy \(expected)")
    }

    @Test(
        "A calibration lowers the log loss on the rows it is fitted on, vector scaling more than a temperature"
    )
    func logLoss() {
        let data = heldOut(rows: 600, labels: 3, sharpness: 6, seed: 31)
        let plain = CalibrationFitting.logLoss(data, .identity(labelCount: 3))
        let temperature = CalibrationFitting.logLoss(data, CalibrationFitting.fitOne(data, isVector: false))
        let vector = CalibrationFitting.logLoss(data, CalibrationFitting.fitOne(data, isVector: true))
        #expect(temperature < plain)
        #expect(vector <= temperature + 1e-3)
    }

    @Test("Logits of any scale get their best temperature: no other scale has a lower loss")
    func anyScale() {
        for (index, sharpness) in [1e-3, 0.1, 1, 3, 10, 30, 100, 1e3].enumerated() {
            let data = heldOut(rows: 200, labels: 4, sharpness: sharpness, seed: 40 + UInt64(index))
            let objective = CalibrationObjective(
                data: data, isVector: false, ridge: 0.01, smoothing: data.smoothing)
            let fitted = log(Double(CalibrationFitting.fitOne(data, isVector: false).scales[0]))
            let value = objective.value(at: [fitted])
            for step in stride(from: -20.0, through: 20, by: 0.1) {
                #expect(value <= objective.value(at: [step]) * (1 + 1e-6), "sharpness \(sharpness)")
            }
            let vector = CalibrationFitting.fitOne(data, isVector: true)
            let total = data.weights.reduce(0.0) { $0 + Double($1) }
            // Judged without smoothing, so that the temperature's smoothed loss is an upper bound but for its effect.
            #expect(
                CalibrationFitting.logLoss(data, vector) * total <= value * (1 + 1e-2),
                "sharpness \(sharpness)")
        }
    }

    @Test("No rows, equal logits and logits that are always right give finite positive scales")
    func degenerate() {
        let none = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: 3)
        let equal = HeldOutLogits(
            rows: [0, 1], logits: [0, 0, 0, 0, 0, 0], truths: [0, 1], weights: [1, 1], labelCount: 3)
        let right = HeldOutLogits(
            rows: [0, 1, 2], logits: [1, 0, 0, 0, 1, 0, 0, 0, 1], truths: [0, 1, 2], weights: [1, 1, 1],
            labelCount: 3)
        let wrong = HeldOutLogits(
            rows: [0, 1, 2], logits: [1, 0, 0, 0, 1, 0, 0, 0, 1], truths: [1, 2, 0], weights: [1, 1, 1],
            labelCount: 3)
        for data in [none, equal, right, wrong] {
            for isVector in [false, true] {
                let fitted = CalibrationFitting.fitOne(data, isVector: isVector)
                #expect(fitted.scales.allSatisfy { $0.isFinite && $0 > 0 }, "\(data.truths), \(fitted)")
                #expect(fitted.offsets.allSatisfy { $0.isFinite }, "\(data.truths), \(fitted)")
            }
        }
    }
}
