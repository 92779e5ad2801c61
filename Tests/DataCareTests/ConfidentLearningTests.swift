import Foundation
import TestSupport
import Testing

@testable import DataCare

/// Probabilities and labels that a seed gives.
struct RandomJudgements: Encodable {
    var probabilities: [[Double]] = []
    var labels: [Int] = []
    var count: Int

    init(rows: Int, labels count: Int, seed: UInt64) {
        self.count = count
        var random = SplitMix64(seed: seed)
        for row in 0..<rows {
            let truth = row % count
            // Every label occurs; a fifth of them are not the one the probabilities lean to.
            let label =
                row < count || Int.random(in: 0..<5, using: &random) > 0
                ? truth : Int.random(in: 0..<count, using: &random)
            var values = (0..<count).map { _ in -log(Double.random(in: 0.001..<1, using: &random)) }
            values[truth] += Double.random(in: 0..<4, using: &random)
            let sum = values.reduce(0, +)
            probabilities.append(values.map { $0 / sum })
            labels.append(label)
        }
    }

    func judged(_ ranking: ConfidentLearning.Ranking = .normalizedMargin, alternatives: [Int]? = nil)
        -> ConfidentLearning
    {
        ConfidentLearning(
            probabilities: probabilities.flatMap(\.self), labels: labels,
            alternatives: alternatives ?? labels.map { _ in -1 }, labelCount: count, ranking: ranking)
    }
}

@Suite struct ConfidentLearningTests {
    /// Three labels by hand: thresholds are the mean self-confidences 0.6, 0.5 and 0.7.
    @Test func `a small case is as worked out by hand`() {
        let result = ConfidentLearning(
            probabilities: [
                0.9, 0.1, 0.0, 0.3, 0.6, 0.1,  // label 0: sure; confidently 1
                0.2, 0.5, 0.3, 0.1, 0.5, 0.4,  // label 1
                0.0, 0.3, 0.7,  // label 2
            ], labels: [0, 0, 1, 1, 2], alternatives: [-1, -1, -1, -1, -1], labelCount: 3)
        #expect(zip(result.thresholds, [0.6, 0.5, 0.7]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(result.joint == [[1, 1, 0], [0, 2, 0], [0, 0, 1]])
        #expect(result.ranked == [1])
        #expect(result.suggestions[1] == 1)
        #expect(abs(result.scores[1] - (0.3 - 0.6 + 1) / 2) < 1e-12)
    }

    @Test func `a row whose second acceptable label is suggested counts as right`() {
        let judgements = RandomJudgements(rows: 200, labels: 3, seed: 3)
        let plain = judgements.judged()
        let alternatives = judgements.labels.indices.map { plain.isIssue[$0] ? plain.suggestions[$0] : -1 }
        let result = judgements.judged(alternatives: alternatives)
        #expect(plain.isIssue.contains(true))
        for row in judgements.labels.indices where plain.isIssue[row] {
            #expect(!result.isIssue[row])
            #expect(result.suggestions[row] != plain.suggestions[row])
        }
    }

    @Test func `with two labels a second acceptable one leaves nothing to suggest`() {
        let result = ConfidentLearning(
            probabilities: [0.1, 0.9], labels: [0], alternatives: [1], labelCount: 2)
        #expect(!result.isIssue[0])
        #expect(result.suggestions == [0])
        #expect(result.scores[0] > 0.9)
    }

    @Test func `the most doubtful rows come first`() {
        let result = RandomJudgements(rows: 100, labels: 4, seed: 8).judged()
        let order = result.mostDoubtful(100)
        #expect(zip(order, order.dropFirst()).allSatisfy { result.scores[$0] <= result.scores[$1] })
        #expect(Set(order).count == 100)
    }
}

private struct CleanlabAnswer: Decodable {
    var joint: [[Int]]
    var thresholds: [Double]
    var issues: [Int]
    var scores: [Double]
}

@Suite(
    "Confident learning against cleanlab", .enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)")
)
struct CleanlabTests {
    private static let script = """
        import json, sys
        import numpy as np
        from cleanlab.count import compute_confident_joint, get_confident_thresholds
        from cleanlab.filter import find_label_issues
        from cleanlab.rank import get_label_quality_scores
        p = json.load(sys.stdin)
        P = np.array(p["probabilities"]); y = np.array(p["labels"]); method = p["method"]
        print(json.dumps({
            "joint": compute_confident_joint(y, P, calibrate=False).tolist(),
            "thresholds": np.asarray(get_confident_thresholds(y, P)).tolist(),
            "issues": find_label_issues(y, P, filter_by="confident_learning", n_jobs=1,
                                        return_indices_ranked_by=method).tolist(),
            "scores": get_label_quality_scores(y, P, method=method).tolist()}))
        """

    private struct Question: Encodable {
        var probabilities: [[Double]]
        var labels: [Int]
        var method: String
    }

    @Test(arguments: [2, 4, 9], ConfidentLearning.Ranking.allCases)
    func `the same probabilities give the same joint, issues, scores and ranking`(
        labels: Int, ranking: ConfidentLearning.Ranking
    ) throws {
        for seed in UInt64(1)...3 {
            let judgements = RandomJudgements(rows: 400, labels: labels, seed: seed)
            let result = judgements.judged(ranking)
            let expected: CleanlabAnswer = try PythonOracle.run(
                Self.script,
                json: Question(
                    probabilities: judgements.probabilities, labels: judgements.labels,
                    method: ranking.rawValue.replacing("-", with: "_")))
            #expect(result.joint == expected.joint, "seed \(seed)")
            #expect(zip(result.thresholds, expected.thresholds).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(zip(result.scores, expected.scores).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(result.ranked == expected.issues, "seed \(seed)")
            #expect(!result.ranked.isEmpty)
        }
    }
}
