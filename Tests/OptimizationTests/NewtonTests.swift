import Optimization
import TestSupport
import Testing

/// An objective given by a closure that returns value, gradient and Hessian.
private struct ClosureNewtonObjective: TwiceDifferentiableObjective {
    var dimension: Int
    var function: ([Double]) -> (Double, [Double], [Double])

    func value(at point: [Double]) -> Double { function(point).0 }

    func evaluate(at point: [Double], gradient: inout [Double], hessian: inout [Double]) -> Double {
        let (value, slopes, curvatures) = function(point)
        gradient = slopes
        hessian = curvatures
        return value
    }
}

/// The negative log-likelihood of softmax(β·logits + b) with a ridge on b; variables (β, b₁, …, b_k).
///
/// Its Hessian is Σ Jᵀ(diag p − ppᵀ)J, where the columns of J are the logits and the unit vectors.
private struct ScalingObjective: TwiceDifferentiableObjective, Encodable {
    var logits: [[Double]]
    var labels: [Int]
    var ridge: Double
    var withBias: Bool

    var classes: Int { logits[0].count }
    var dimension: Int { withBias ? 1 + classes : 1 }

    init(rows: Int, classes: Int, withBias: Bool, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        logits = (0..<rows).map { _ in (0..<classes).map { _ in Double.random(in: -6...6, using: &random) } }
        labels = logits.map { row in
            let best = row.indices.max { row[$0] < row[$1] } ?? 0
            return Double.random(in: 0...1, using: &random) < 0.7
                ? best : Int.random(in: 0..<classes, using: &random)
        }
        ridge = 0.01
        self.withBias = withBias
    }

    func value(at point: [Double]) -> Double {
        var gradient = [Double](repeating: 0, count: dimension)
        var hessian = [Double](repeating: 0, count: dimension * dimension)
        return evaluate(at: point, gradient: &gradient, hessian: &hessian)
    }

    func evaluate(at point: [Double], gradient: inout [Double], hessian: inout [Double]) -> Double {
        let n = dimension
        gradient = [Double](repeating: 0, count: n)
        hessian = [Double](repeating: 0, count: n * n)
        var value = 0.0
        for (row, label) in zip(logits, labels) {
            let scores = row.indices.map { point[0] * row[$0] + (withBias ? point[1 + $0] : 0) }
            let top = scores.max() ?? 0
            let exponentials = scores.map { Elementary.exp($0 - top) }
            let sum = exponentials.reduce(0, +)
            let p = exponentials.map { $0 / sum }
            value += Elementary.log(sum) + top - scores[label]
            func column(_ variable: Int, _ label: Int) -> Double {
                variable == 0 ? row[label] : (variable - 1 == label ? 1 : 0)
            }
            let means = (0..<n).map { v in p.indices.reduce(0) { $0 + p[$1] * column(v, $1) } }
            for v in 0..<n {
                gradient[v] += means[v] - column(v, label)
                for w in 0...v {
                    let second = p.indices.reduce(0) { $0 + p[$1] * column(v, $1) * column(w, $1) }
                    hessian[v * n + w] += second - means[v] * means[w]
                }
            }
        }
        for v in 1..<max(n, 1) {
            value += ridge * point[v] * point[v] / 2
            gradient[v] += ridge * point[v]
            hessian[v * n + v] += ridge
        }
        return value
    }
}

extension OptimizationTests {
    @Suite struct NewtonTests {
        @Test func `a quadratic takes one step`() {
            var objective = ClosureNewtonObjective(dimension: 2) { x in
                (
                    2 * x[0] * x[0] + x[0] * x[1] + x[1] * x[1] - x[0],
                    [4 * x[0] + x[1] - 1, x[0] + 2 * x[1]], [4, 1, 1, 2]
                )
            }
            let result = Newton().minimize(&objective, from: [10, -20])
            #expect(result.stopReason == .gradientConverged)
            #expect(result.iterations == 1)
            #expect(abs(result.point[0] - 2.0 / 7) < 1e-12 && abs(result.point[1] + 1.0 / 7) < 1e-12)
        }

        @Test func `a full step that would diverge is shortened`() {
            // √(1 + x²): the undamped step maps x to −x³.
            var objective = ClosureNewtonObjective(dimension: 1) { x in
                let root = (1 + x[0] * x[0]).squareRoot()
                return (root, [x[0] / root], [1 / (root * root * root)])
            }
            let result = Newton().minimize(&objective, from: [10])
            #expect(result.stopReason.isConverged)
            #expect(abs(result.point[0]) < 1e-6)
        }

        @Test func `a step out of the domain is shortened`() {
            var objective = ClosureNewtonObjective(dimension: 1) { x in
                (x[0] > 0 ? x[0] - Elementary.log(x[0]) : .nan, [1 - 1 / x[0]], [1 / (x[0] * x[0])])
            }
            let result = Newton().minimize(&objective, from: [3])
            #expect(result.stopReason.isConverged)
            #expect(abs(result.point[0] - 1) < 1e-7)
        }

        @Test(arguments: [1, 1e-8, 1e8])
        func `a singular Hessian is helped by a ridge`(scale: Double) {
            // (x + y − 1)² is flat along (1, −1).
            var objective = ClosureNewtonObjective(dimension: 2) { x in
                let rest = x[0] + x[1] - 1
                return (
                    scale * rest * rest, [2 * scale * rest, 2 * scale * rest],
                    [2 * scale, 2 * scale, 2 * scale, 2 * scale]
                )
            }
            let result = Newton(gradientTolerance: 1e-12).minimize(&objective, from: [5, 3])
            #expect(result.stopReason.isConverged)
            #expect(abs(result.point[0] + result.point[1] - 1) < 1e-3)
        }

        @Test func `an indefinite Hessian is helped by a ridge`() {
            // (x² − 1)² has a maximum at 0, and its Hessian is negative at the start.
            var objective = ClosureNewtonObjective(dimension: 1) { x in
                let rest = x[0] * x[0] - 1
                return (rest * rest, [4 * x[0] * rest], [12 * x[0] * x[0] - 4])
            }
            let result = Newton().minimize(&objective, from: [0.1])
            #expect(result.stopReason.isConverged)
            #expect(abs(result.point[0] - 1) < 1e-6)
        }

        @Test func `numbers that are not finite are reported`() {
            var noValue = ClosureNewtonObjective(dimension: 1) { _ in (.nan, [1], [1]) }
            #expect(Newton().minimize(&noValue, from: [0]).stopReason == .notFinite)
            var noHessian = ClosureNewtonObjective(dimension: 1) { x in (x[0], [1], [.nan]) }
            #expect(Newton().minimize(&noHessian, from: [0]).stopReason == .notFinite)
        }

        @Test func `a gradient that points the wrong way ends the run at the start`() {
            var objective = ClosureNewtonObjective(dimension: 1) { x in (x[0] * x[0], [-2 * x[0]], [2]) }
            let result = Newton().minimize(&objective, from: [3])
            #expect(result.stopReason == .noFurtherDecrease)
            #expect(result.point == [3])
        }

        @Test func `the iteration limit holds`() {
            var objective = ScalingObjective(rows: 50, classes: 3, withBias: true, seed: 1)
            let result = Newton(iterationLimit: 1).minimize(&objective, from: [1, 0, 0, 0])
            #expect(result.stopReason == .iterationLimit)
            #expect(result.iterations == 1)
        }

        @Test(
            .enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"),
            arguments: [(false, 1), (false, 2), (true, 3), (true, 4)] as [(Bool, UInt64)])
        func `scaled logits agree with SciPy`(withBias: Bool, seed: UInt64) throws {
            struct Output: Decodable { var point: [Double], value: Double }
            var objective = ScalingObjective(rows: 300, classes: 4, withBias: withBias, seed: seed)
            let oracle: Output = try PythonOracle.run(
                """
                import json, sys, numpy as np
                from scipy.optimize import minimize
                from scipy.special import logsumexp
                d = json.load(sys.stdin)
                z, y, ridge, bias = np.array(d["logits"]), np.array(d["labels"]), d["ridge"], d["withBias"]
                onehot = np.eye(z.shape[1])[y]
                def f(t):
                    s = t[0] * z + (t[1:] if bias else 0)
                    l = logsumexp(s, axis=1, keepdims=True)
                    r = np.exp(s - l) - onehot
                    g = np.concatenate([[(r * z).sum()], (r.sum(0) + ridge * t[1:]) if bias else []])
                    return l.sum() - (s * onehot).sum() + ridge * t[1:] @ t[1:] / 2, g
                t0 = np.concatenate([[1.0], np.zeros(z.shape[1] if bias else 0)])
                r = minimize(f, t0, jac=True, method="BFGS", options={"gtol": 1e-8})
                print(json.dumps({"point": r.x.tolist(), "value": r.fun}))
                """, json: objective)
            let start = [1.0] + [Double](repeating: 0, count: objective.dimension - 1)
            let result = Newton().minimize(&objective, from: start)
            #expect(result.stopReason.isConverged)
            #expect(result.iterations < 15)
            #expect(abs(result.value - oracle.value) < 1e-9 * oracle.value)
            #expect(zip(result.point, oracle.point).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }
}
