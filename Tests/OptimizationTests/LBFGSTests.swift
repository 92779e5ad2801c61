import Optimization
import TestSupport
import Testing

extension OptimizationTests {
    @Suite struct LBFGSTests {
        static func start(_ dimension: Int) -> [Float] {
            (0..<dimension).map { $0.isMultiple(of: 2) ? -1.2 : 1 }
        }

        @Test(arguments: [2, 50])
        func `the valley of Rosenbrock is followed to its end`(dimension: Int) {
            var objective = rosenbrock(dimension: dimension)
            let minimiser = LBFGS(gradientTolerance: 1e-7, valueTolerance: 0)
            // From this side the chained function has a second, local minimum in many dimensions.
            let start = dimension == 2 ? Self.start(2) : [Float](repeating: 2, count: dimension)
            let result = minimiser.minimize(&objective, from: start)
            #expect(result.point.allSatisfy { abs($0 - 1) < 1e-3 }, "\(result)")
            #expect(result.value < 1e-7)
            #expect(result.iterations < 300)
        }

        @Test(arguments: [1e2, 1e4, 1e6])
        func `an ill-conditioned quadratic is solved`(condition: Double) {
            var objective = quadratic(dimension: 40, condition: condition)
            let minimiser = LBFGS(gradientTolerance: 1e-9, valueTolerance: 0, iterationLimit: 5000)
            let result = minimiser.minimize(&objective, from: Self.start(40))
            #expect(result.stopReason != .iterationLimit)
            // Float holds a variable near 1 to 6e-8, which the steepest axis turns into condition · 2e-15.
            #expect(result.value < 1e-12 * condition, "\(result.value)")
        }

        @Test func `most steps cost one evaluation`() {
            var objective = RandomLogisticRegression(rows: 500, dimension: 20, ridge: 0.1, seed: 3)
            let result = LBFGS().minimize(&objective, from: [Float](repeating: 0, count: 20))
            #expect(result.stopReason.isConverged)
            #expect(result.evaluations <= result.iterations + 1 + max(4, result.iterations / 5), "\(result)")
        }

        @Test(arguments: 0..<20)
        func `random quadratics with any memory end at their minimum`(seed: Int) {
            var random = SplitMix64(seed: UInt64(seed))
            let dimension = Int.random(in: 1...30, using: &random)
            var objective = quadratic(
                dimension: dimension, condition: Double.random(in: 1...100, using: &random))
            let start = (0..<dimension).map { _ in Float.random(in: -100...100, using: &random) }
            let minimiser = LBFGS(
                memory: [0, 1, 3, 8, 100][seed % 5], gradientTolerance: 1e-6, valueTolerance: 0)
            let result = minimiser.minimize(&objective, from: start)
            #expect(result.stopReason == .gradientConverged)
            #expect(result.point.allSatisfy { abs($0 - 1) < 0.1 })
        }

        @Test func `a second run gives the same bits`() {
            let objective = RandomLogisticRegression(rows: 300, dimension: 33, ridge: 0.01, seed: 5)
            let runs = (0..<2).map { _ in
                var copy = objective
                return LBFGS().minimize(&copy, from: [Float](repeating: 0, count: 33))
            }
            #expect(runs[0].iterations > 5)
            #expect(runs[0].point.map(\.bitPattern) == runs[1].point.map(\.bitPattern))
            #expect(runs[0] == runs[1])
        }

        @Test(arguments: [Double.nan, .infinity, -.infinity])
        func `a step into a region without finite values is shortened`(outside: Double) {
            // Σ x − log x, defined for x > 0 only; the first full step overshoots into x < 0.
            var refusals = 0
            var objective = ClosureObjective(dimension: 3) { x in
                guard x.allSatisfy({ $0 > 0 }) else {
                    refusals += 1
                    return (outside, x.map { _ in .nan })
                }
                return (x.reduce(0) { $0 + $1 - Elementary.log($1) }, x.map { 1 - 1 / $0 })
            }
            let minimiser = LBFGS(gradientTolerance: 1e-6, valueTolerance: 0)
            let result = minimiser.minimize(&objective, from: [0.3, 0.5, 50])
            #expect(result.point.allSatisfy { abs($0 - 1) < 1e-3 }, "\(result)")
            #expect(result.value.isFinite)
            // Near the border of the domain, from a start whose first step would leave it.
            let near = LBFGS().minimize(&objective, from: [20, 0.05, 0.01])
            #expect(near.point.allSatisfy { abs($0 - 1) < 0.05 }, "\(near)")
            #expect(refusals > 0)
        }

        @Test func `a start without a finite value is reported, not followed`() {
            var objective = ClosureObjective(dimension: 1) { _ in (.nan, [1]) }
            let result = LBFGS().minimize(&objective, from: [4])
            #expect(result.stopReason == .notFiniteAtStart)
            #expect(result.point == [4])
            #expect(result.evaluations == 1)
            var steep = ClosureObjective(dimension: 1) { _ in (0, [.infinity]) }
            #expect(LBFGS().minimize(&steep, from: [4]).stopReason == .notFiniteAtStart)
        }

        @Test func `the callback sees every iteration and can cancel`() {
            var objective = rosenbrock(dimension: 10)
            var seen: [LBFGS.Progress] = []
            let result = LBFGS().minimize(&objective, from: Self.start(10)) {
                seen.append($0)
                return $0.iteration < 7
            }
            #expect(result.stopReason == .cancelled)
            #expect(result.iterations == 7)
            #expect(seen.map(\.iteration) == Array(1...7))
            #expect(seen.last?.value == result.value)
            #expect(zip(seen, seen.dropFirst()).allSatisfy { $1.value < $0.value })
        }

        @Test(arguments: [0, 1, 5])
        func `the iteration limit holds`(limit: Int) {
            var objective = rosenbrock(dimension: 10)
            let result = LBFGS(iterationLimit: limit).minimize(&objective, from: Self.start(10))
            #expect(result.stopReason == .iterationLimit)
            #expect(result.iterations == limit)
            #expect(limit > 0 || result.point == Self.start(10))
        }

        @Test func `a start at the minimum costs one evaluation`() {
            var objective = quadratic(dimension: 5, condition: 10)
            let result = LBFGS().minimize(&objective, from: [1, 1, 1, 1, 1])
            #expect(result.stopReason == .gradientConverged)
            #expect(result.evaluations == 1)
            var nothing = ClosureObjective(dimension: 0) { _ in (3, []) }
            #expect(LBFGS().minimize(&nothing, from: []).stopReason == .gradientConverged)
        }

        @Test func `a gradient that points the wrong way ends the run at the start`() {
            var objective = ClosureObjective(dimension: 2) { x in
                (x[0] * x[0] + x[1] * x[1], [-2 * x[0], -2 * x[1]])
            }
            let result = LBFGS().minimize(&objective, from: [1, 2])
            #expect(result.stopReason == .noFurtherDecrease)
            #expect(result.point == [1, 2])
            #expect(result.value == 5)
        }

        @Test func `a function without a minimum ends at a finite point`() {
            var objective = ClosureObjective(dimension: 1) { ($0[0], [1]) }
            let result = LBFGS(iterationLimit: 200).minimize(&objective, from: [0])
            #expect(result.point[0].isFinite)
            #expect(result.value < -1000)
        }

        @Test func `the rounding of a value computed in Float does not keep the run going`() {
            var objective = quadratic(dimension: 30, condition: 1000)
            let exact = objective.function
            objective.function = { x in
                let (value, gradient) = exact(x)
                return (Double(Float(value + 1000)), gradient)
            }
            let result = LBFGS(gradientTolerance: 0).minimize(&objective, from: Self.start(30))
            #expect(result.stopReason == .valueConverged || result.stopReason == .noFurtherDecrease)
            #expect(result.iterations < 200)
            #expect(abs(result.value - 1000) < 1e-3)
        }

        @Test(
            .enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"), arguments: [1, 2, 3] as [UInt64])
        func `logistic regression agrees with SciPy and scikit-learn`(seed: UInt64) throws {
            struct Output: Decodable { var value: Double, scipy, sklearn: [Double] }
            var objective = RandomLogisticRegression(rows: 400, dimension: 15, ridge: 0.5, seed: seed)
            let oracle: Output = try PythonOracle.run(
                """
                import json, sys, numpy as np
                from scipy.optimize import minimize
                from sklearn.linear_model import LogisticRegression
                d = json.load(sys.stdin)
                x, y, ridge = np.array(d["rows"]), np.array(d["labels"]), d["ridge"]
                def f(w):
                    m = y * (x @ w)
                    return (np.logaddexp(0, -m).sum() + ridge * w @ w / 2,
                            x.T @ (-y / (1 + np.exp(m))) + ridge * w)
                a = minimize(f, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B",
                             options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 10000})
                b = LogisticRegression(C=1 / ridge, fit_intercept=False, tol=1e-10, max_iter=10000).fit(x, y)
                print(json.dumps({"value": a.fun, "scipy": a.x.tolist(), "sklearn": b.coef_[0].tolist()}))
                """, json: objective)
            let minimiser = LBFGS(gradientTolerance: 1e-7, valueTolerance: 1e-12)
            let result = minimiser.minimize(&objective, from: [Float](repeating: 0, count: 15))
            #expect(result.stopReason.isConverged || result.stopReason == .noFurtherDecrease)
            #expect(abs(result.value - oracle.value) <= 1e-8 * oracle.value)
            for (index, weight) in result.point.enumerated() {
                #expect(abs(Double(weight) - oracle.scipy[index]) < 1e-3)
                #expect(abs(Double(weight) - oracle.sklearn[index]) < 1e-3)
            }
        }
    }
}
