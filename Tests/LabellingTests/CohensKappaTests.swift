import TestSupport
import Testing

@testable import Labelling

@Suite struct CohensKappaTests {
    private struct Answer: Decodable {
        var kappa: Double
        var error: Double
    }

    /// Values from scikit-learn, errors by the delta method with the gradient taken numerically.
    private static let script = """
        import json, sys
        import numpy as np
        from sklearn.metrics import cohen_kappa_score
        def kappa(p):
            p = p / p.sum()
            e = (p.sum(0) * p.sum(1)).sum()
            return (np.trace(p) - e) / (1 - e)
        answers = []
        for table in json.load(sys.stdin):
            t = np.array(table)
            first, second = [], []
            for i in range(len(t)):
                for j in range(len(t)):
                    first += [i] * t[i, j]
                    second += [j] * t[i, j]
            p = t / t.sum()
            gradient = np.zeros_like(p)
            for i in range(len(t)):
                for j in range(len(t)):
                    d = np.zeros_like(p); d[i, j] = 1e-6
                    gradient[i, j] = (kappa(p + d) - kappa(p - d)) / 2e-6
            variance = ((gradient ** 2 * p).sum() - (gradient * p).sum() ** 2) / t.sum()
            answers.append({"kappa": cohen_kappa_score(first, second), "error": float(np.sqrt(max(0, variance)))})
        json.dump(answers, sys.stdout)
        """

    @Test(.enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"))
    func `kappa is scikit-learn's, and its error that of the delta method`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        var tables: [[[Int]]] = []
        for _ in 0..<60 {
            let size = Int.random(in: 2...6, using: &generator)
            var table = (0..<size).map { _ in (0..<size).map { _ in Int.random(in: 0...6, using: &generator) } }
            for label in 0..<size { table[label][label] += Int.random(in: 1...25, using: &generator) }
            table[0][1] += 1
            tables.append(table)
        }
        let answers = try PythonOracle.run(Self.script, json: tables, returning: [Answer].self)
        for (table, answer) in zip(tables, answers) {
            let kappa = try #require(CohensKappa(table))
            #expect(abs(kappa.value - answer.kappa) < 1e-12, "seed \(seed)")
            let lower = max(-1, answer.kappa - 1.959963984540054 * answer.error)
            #expect(abs(kappa.interval.lowerBound - lower) < 1e-6, "seed \(seed), \(table)")
            #expect(
                abs(kappa.interval.upperBound - min(1, 2 * answer.kappa - lower)) < 1e-6 || lower == -1, "seed \(seed)")
        }
    }

    @Test func `the textbook's table gives the textbook's kappa`() throws {
        // Two readers, 50 proposals: 20 both yes, 15 both no, 5 and 10 apart.
        let kappa = try #require(CohensKappa([[20, 5], [10, 15]]))
        #expect(abs(kappa.value - 0.4) < 1e-12)
        #expect(kappa.interval.contains(0.4) && kappa.interval.lowerBound > 0.1 && kappa.interval.upperBound < 0.7)
    }

    @Test func `full agreement on few rows is no certainty`() throws {
        let few = try #require(CohensKappa([[3, 0], [0, 3]]))
        #expect(few.value == 1 && few.interval.upperBound == 1 && few.interval.lowerBound < 0.5)
        let many = try #require(CohensKappa([[500, 0], [0, 500]]))
        #expect(many.interval.lowerBound > 0.98)
        let none = try #require(CohensKappa([[0, 4], [4, 0]]))
        #expect(none.value == -1 && none.interval.lowerBound == -1 && none.interval.upperBound > -1)
    }

    @Test func `kappa is not defined without rows, or with one label only`() {
        #expect(CohensKappa([[0, 0], [0, 0]]) == nil)
        #expect(CohensKappa([[9, 0], [0, 0]]) == nil)
        #expect(CohensKappa([]) == nil)
    }

    @Test func `second labels count where they are said to`() {
        func row(_ label: String, _ alternative: String?, _ model: String, _ second: String? = nil) -> Agreement.Row {
            Agreement.Row(
                place: "x:1", label: label, alternative: alternative,
                answer: LabelAnswer(label: model, alternative: second))
        }
        let agreement = Agreement(
            [
                row("a", nil, "a"), row("a", "b", "b"), row("a", nil, "b", "a"), row("a", "c", "b", "c"),
                row("a", nil, "b"), row("c", nil, "b", nil),
            ], labels: ["a", "b", "c"])
        #expect(agreement.rows == 6 && agreement.same == 1 && agreement.acceptable == 2 && agreement.overlapping == 4)
        #expect(agreement.confusion == [[1, 4, 0], [0, 0, 0], [0, 1, 0]])
        #expect(agreement.differing.count == 5)
    }
}
