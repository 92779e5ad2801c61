import TestSupport
import Testing

@testable import Evaluation

/// Figures against scikit-learn and SciPy on random data.
@Suite("Figures against scikit-learn", .enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"))
struct OracleTests {
    private struct Input: Encodable {
        let labels: Int
        let truth: [Int]
        let probabilities: [Float]
        let weights: [Double]
    }

    private struct Output: Decodable {
        let accuracy, macroF1, logLoss, brier, area: Double
        let precision, recall, f1, support: [Double]
        let confusion: [[Double]]
    }

    private static let script = """
        import json, sys, numpy as np
        from sklearn import metrics as m
        i = json.load(sys.stdin)
        y, w, k = np.array(i["truth"]), np.array(i["weights"]), list(range(i["labels"]))
        p = np.array(i["probabilities"], dtype=np.float32).astype(float).reshape(len(y), -1)
        q = p.argmax(1)
        # Scikit-learn insists on sums of exactly 1 up to float64 rounding.
        p = p / p.sum(1, keepdims=True)
        pr, rc, f1, su = m.precision_recall_fscore_support(y, q, labels=k, sample_weight=w, zero_division=0)
        order = np.argsort(-p.max(1), kind="stable")
        wrong, mass = np.cumsum((w * (y != q))[order]), np.cumsum(w[order])
        json.dump(dict(
            accuracy=m.accuracy_score(y, q, sample_weight=w),
            macroF1=m.f1_score(y, q, labels=np.unique(y), average="macro", sample_weight=w, zero_division=0),
            logLoss=m.log_loss(y, p, labels=k, sample_weight=w),
            brier=float(np.average(((p - np.eye(len(k))[y]) ** 2).sum(1), weights=w)) if len(k) == 2 else
                m.brier_score_loss(y, p, labels=k, sample_weight=w, scale_by_half=False),
            area=float((w[order] * wrong / mass).sum() / w.sum()),
            precision=pr.tolist(), recall=rc.tolist(), f1=f1.tolist(), support=[float(s) for s in su],
            confusion=m.confusion_matrix(y, q, labels=k, sample_weight=w).tolist()), sys.stdout)
        """

    @Test(arguments: [UInt64(11), 12, 13, 14, 15, 16], [false, true])
    func `Every figure agrees`(seed: UInt64, weighted: Bool) throws {
        let labels = 2 + Int(seed % 5)
        var random = RandomRows(seed: seed, rows: 400, labels: labels, weighted: weighted)
        if seed == 16 {
            // A label that never occurs, but is predicted.
            random.truth = random.truth.map { $0 == labels - 1 ? 0 : $0 }
        }
        let evaluation = Evaluation(try random.scored(), bootstrap: .none)
        let wanted: Output = try PythonOracle.run(
            Self.script,
            json: Input(
                labels: labels, truth: random.truth, probabilities: random.probabilities,
                weights: random.weights))
        #expect(isClose(evaluation.accuracy.value, wanted.accuracy), "seed \(seed)")
        #expect(isClose(evaluation.macroF1.value, wanted.macroF1), "seed \(seed)")
        // The normalisation in the script moves probabilities by float32 rounding.
        #expect(isClose(evaluation.logLoss.value, wanted.logLoss, tolerance: 1e-6), "seed \(seed)")
        #expect(isClose(evaluation.brier.value, wanted.brier, tolerance: 1e-6), "seed \(seed)")
        #expect(isClose(evaluation.coverageCurve.areaUnderRisk, wanted.area, tolerance: 1e-6), "seed \(seed)")
        for (label, figures) in evaluation.perLabel.enumerated() {
            #expect(isClose(figures.precision ?? 0, wanted.precision[label]), "seed \(seed)")
            #expect(isClose(figures.recall ?? 0, wanted.recall[label]), "seed \(seed)")
            #expect(isClose(figures.f1 ?? 0, wanted.f1[label]), "seed \(seed)")
            #expect(isClose(figures.support, wanted.support[label]), "seed \(seed)")
        }
        for (found, wanted) in zip(evaluation.confusion.rows, wanted.confusion) {
            #expect(zip(found, wanted).allSatisfy { isClose($0, $1) }, "seed \(seed)")
        }
    }

    @Test func `McNemar's test agrees with the exact binomial test`() throws {
        var pairs: [[Int]] = [
            [0, 0], [1, 0], [0, 1], [5, 5], [1000, 1100], [40, 4000], [50_000, 50_400],
        ]
        var generator = SplitMix64(seed: 21)
        for _ in 0..<60 {
            let most = Int.random(in: 1...400, using: &generator)
            pairs.append([
                Int.random(in: 0...most, using: &generator), Int.random(in: 0...most, using: &generator),
            ])
        }
        let wanted: [Double] = try PythonOracle.run(
            """
            import json, sys
            from scipy.stats import binomtest
            json.dump([binomtest(a, a + b, 0.5).pvalue if a + b else 1.0 for a, b in json.load(sys.stdin)],
                      sys.stdout)
            """, json: pairs)
        for (pair, p) in zip(pairs, wanted) {
            let found = exactMcNemarP(onlyFirst: pair[0], onlySecond: pair[1])
            #expect(abs(found - p) <= 1e-9 * p, "\(pair): \(found), not \(p)")
        }
    }

    @Test func `The Wilson interval and percentiles agree with SciPy and NumPy`() throws {
        struct Wanted: Decodable { let wilson: [[Double]], quantiles: [Double] }
        var generator = SplitMix64(seed: 22)
        let counts = (0..<40).map { _ -> [Int] in
            let rows = Int.random(in: 1...500, using: &generator)
            return [Int.random(in: 0...rows, using: &generator), rows]
        }
        let values = counts.map { Double($0[0]) / 7 }
        let wanted: Wanted = try PythonOracle.run(
            """
            import json, sys, numpy as np
            from scipy.stats import binomtest
            i = json.load(sys.stdin)
            v = [a / 7 for a, _ in i]
            json.dump(dict(
                wilson=[list(binomtest(a, n).proportion_ci(0.95, method="wilson")) for a, n in i],
                quantiles=np.quantile(v, [0.025, 0.5, 0.975]).tolist()), sys.stdout)
            """, json: counts)
        for (count, ends) in zip(counts, wanted.wilson) {
            let found = Interval(wilson: Double(count[0]) / Double(count[1]), rows: Double(count[1]))
            #expect(isClose(found.low, ends[0], tolerance: 1e-9), "\(count)")
            #expect(isClose(found.high, ends[1], tolerance: 1e-9), "\(count)")
        }
        for (share, value) in zip([0.025, 0.5, 0.975], wanted.quantiles) {
            #expect(isClose(quantile(share, ofSorted: values.sorted()), value))
        }
    }
}
