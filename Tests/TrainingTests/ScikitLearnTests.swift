import Foundation
import Optimization
import TestSupport
import Testing

@testable import Training

/// A data set as Python reads it, and the settings of the problem.
private struct Problem: Encodable {
    var rows: [[[Double]]]  // [feature, value] pairs
    var truths: [Int]
    var weights: [Double]
    var features: Int
    var labels: Int
    var c: Double
    var loss: String
}

private struct Answer: Decodable {
    var decisions: [[Double]]
    var value: Double
}

private let reading = """
    import json, sys, warnings
    import numpy as np
    from scipy.sparse import lil_matrix
    p = json.load(sys.stdin)
    X = lil_matrix((len(p["rows"]), p["features"]))
    for i, row in enumerate(p["rows"]):
        for j, v in row: X[i, int(j)] = v
    X = X.tocsr(); y = np.array(p["truths"]); w = np.array(p["weights"]); C = p["c"]; K = p["labels"]

    """

/// Solves one problem by L-BFGS with tight tolerances and returns logits and value.
private func solve(
    _ loss: LinearLoss, c: Double, _ dataset: Dataset, _ active: ActiveFeatures, weights: [Float],
    labelCount: Int
) -> (logits: [[Double]], value: Double) {
    var objective = LinearObjective(
        dataset: dataset, labelCount: labelCount, loss: loss, rowWeights: weights,
        featureFactors: active.inverseDocumentFrequencies,
        regularization: 1 / (c * weights.reduce(0.0) { $0 + Double($1) }), parallel: Parallel(threads: 2))
    let result = LBFGS(
        memory: 12, gradientTolerance: 1e-6, valueTolerance: 1e-10, valueWindow: 10, iterationLimit: 3000
    )
    .minimize(&objective, from: [Float](repeating: 0, count: objective.dimension))
    let logits = objective.logits(result.point)
    return (
        (0..<dataset.rowCount).map { row in (0..<labelCount).map { Double(logits[row * labelCount + $0]) } },
        result.value
    )
}

@Suite(
    "Linear models against scikit-learn", .enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)")
)
struct ScikitLearnTests {
    private func problem(
        _ loss: LinearLoss, c: Double, weighted: Bool
    ) throws -> (Problem, Dataset, ActiveFeatures, [Float]) {
        let (dataset, active, labels) = try compacted(randomSamples(300, labels: 4, seed: 9))
        var random = SplitMix64(seed: 10)
        let weights = (0..<300).map { _ in weighted ? Float(Int.random(in: 1...4, using: &random)) / 2 : 1 }
        let problem = Problem(
            rows: (0..<300).map { row in
                dataset.dense(row, factors: active.inverseDocumentFrequencies).sorted { $0.key < $1.key }.map {
                    [Double($0.key), $0.value]
                }
            },
            truths: dataset.labels.map(Int.init), weights: weights.map(Double.init), features: active.count,
            labels: labels.count, c: c, loss: loss.rawValue)
        return (problem, dataset, active, weights)
    }

    /// ‖∇‖ at the end is at most 1e-6 of the start's, and the problem's smallest curvature is λ = 1/(C·n), so logits
    /// can be off by about ‖∇‖/λ·‖x‖ ≈ 1e-6·300·C·√7; measured errors are far below.
    @Test("Multinomial logistic regression is LogisticRegression's", arguments: [0.3, 3.0], [false, true])
    func softmax(c: Double, weighted: Bool) throws {
        let (problem, dataset, active, weights) = try problem(.softmax, c: c, weighted: weighted)
        let script =
            reading + """
                from sklearn.linear_model import LogisticRegression
                m = LogisticRegression(C=C, tol=1e-10, max_iter=20000, solver="lbfgs").fit(X, y, sample_weight=w)
                z = m.decision_function(X); s = z - z.max(axis=1, keepdims=True)
                ll = np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y]
                value = (w * ll).sum() / w.sum() + (m.coef_ ** 2).sum() / (2 * C * w.sum())
                e = np.exp(s)
                print(json.dumps({"decisions": (e / e.sum(axis=1, keepdims=True)).tolist(), "value": value}))
                """
        let expected: Answer = try PythonOracle.run(script, json: problem)
        let (logits, value) = solve(.softmax, c: c, dataset, active, weights: weights, labelCount: 4)
        #expect(abs(value - expected.value) < 1e-6 * expected.value)
        var largest = 0.0
        for (row, probabilities) in zip(logits, expected.decisions) {
            let terms = row.map { exp($0 - (row.max() ?? 0)) }
            let sum = terms.reduce(0, +)
            for (term, probability) in zip(terms, probabilities) {
                largest = max(largest, abs(term / sum - probability))
            }
        }
        #expect(largest < 1e-3, "largest difference of a probability: \(largest)")
    }

    @Test(
        "The one-vs-rest losses reach the minimum that SciPy finds",
        arguments: [LinearLoss.logistic, .squaredHinge], [0.3, 3.0])
    func oneVersusRest(loss: LinearLoss, c: Double) throws {
        let (problem, dataset, active, weights) = try problem(loss, c: c, weighted: true)
        let script =
            reading + """
                from scipy.optimize import minimize
                hinge = p["loss"] == "squared-hinge"
                def f(v, t):
                    z = X @ v[:-1] + v[-1]; m = t * z
                    if hinge:
                        s = np.maximum(0, 1 - m); l = s * s; d = -2 * t * s
                    else:
                        l = np.logaddexp(0, -m); d = -t / (1 + np.exp(m))
                    lam = 1 / (C * w.sum())
                    g = np.append(X.T @ (w * d) / w.sum() + lam * v[:-1], (w * d).sum() / w.sum())
                    return (w * l).sum() / w.sum() + lam / 2 * (v[:-1] ** 2).sum(), g
                value = 0.0; z = np.zeros((len(y), K))
                for k in range(K):
                    t = np.where(y == k, 1.0, -1.0)
                    r = minimize(f, np.zeros(X.shape[1] + 1), args=(t,), jac=True, method="L-BFGS-B",
                                 options={"maxiter": 20000, "maxfun": 40000, "ftol": 1e-15, "gtol": 1e-10})
                    value += r.fun; z[:, k] = X @ r.x[:-1] + r.x[-1]
                print(json.dumps({"decisions": z.tolist(), "value": value}))
                """
        let expected: Answer = try PythonOracle.run(script, json: problem)
        let (logits, value) = solve(loss, c: c, dataset, active, weights: weights, labelCount: 4)
        #expect(abs(value - expected.value) < 1e-6 * expected.value)
        var largest = 0.0
        for (row, decisions) in zip(logits, expected.decisions) {
            for (logit, decision) in zip(row, decisions) { largest = max(largest, abs(logit - decision)) }
        }
        #expect(largest < 5e-3, "largest difference of a decision value: \(largest)")
    }

    @Test("The squared hinge decides as LinearSVC does")
    func linearSVC() throws {
        let (problem, dataset, active, weights) = try problem(.squaredHinge, c: 1, weighted: false)
        // LIBLINEAR penalises the intercept; a large scaling makes that penalty small.
        let script =
            reading + """
                from sklearn.svm import LinearSVC
                m = LinearSVC(loss="squared_hinge", C=C, dual=False, tol=1e-8, max_iter=100000, intercept_scaling=100).fit(X, y)
                z = m.decision_function(X)
                print(json.dumps({"decisions": z.tolist(), "value": 0.0}))
                """
        let expected: Answer = try PythonOracle.run(script, json: problem)
        let (logits, _) = solve(.squaredHinge, c: 1, dataset, active, weights: weights, labelCount: 4)
        var largest = 0.0
        for (row, decisions) in zip(logits, expected.decisions) {
            for (logit, decision) in zip(row, decisions) { largest = max(largest, abs(logit - decision)) }
        }
        #expect(largest < 0.02, "largest difference of a decision value: \(largest)")
    }
}
