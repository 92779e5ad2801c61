import TestSupport

@testable import Evaluation

/// Columns of random scored rows, to be changed before they are checked.
struct RandomRows {
    var labels: [String]
    var truth: [Int] = []
    var alternative: [Int?] = []
    var probabilities: [Float] = []
    var weights: [Double] = []
    var uncertain: [Bool] = []

    /// Rows on which the true label is favoured but often not the most probable.
    init(seed: UInt64, rows: Int, labels: Int, weighted: Bool = false) {
        var generator = SplitMix64(seed: seed)
        self.labels = (0..<labels).map { "label\($0)" }
        for _ in 0..<rows {
            let truth = Int.random(in: 0..<labels, using: &generator)
            var row = (0..<labels).map { _ in Double.random(in: 0.01...1, using: &generator) }
            row[truth] += Double.random(in: 0...1.2, using: &generator)
            let sum = row.reduce(0, +)
            self.truth.append(truth)
            probabilities += row.map { Float($0 / sum) }
            alternative.append(
                Bool.random(using: &generator) ? Int.random(in: 0..<labels, using: &generator) : nil)
            weights.append(weighted ? Double.random(in: 0.1...3, using: &generator) : 1)
            uncertain.append(Bool.random(using: &generator))
        }
    }

    func scored() throws -> ScoredRows {
        try ScoredRows(
            labels: labels, truth: truth, alternative: alternative, probabilities: probabilities,
            weights: weights, uncertain: uncertain)
    }

    /// The same rows in another order.
    func shuffled(seed: UInt64) -> RandomRows {
        var generator = SplitMix64(seed: seed)
        return picking(truth.indices.shuffled(using: &generator))
    }

    /// The rows at the given positions.
    func picking(_ order: [Int]) -> RandomRows {
        var result = self
        result.truth = order.map { truth[$0] }
        result.alternative = order.map { alternative[$0] }
        result.probabilities = order.flatMap {
            probabilities[$0 * labels.count..<($0 + 1) * labels.count]
        }
        result.weights = order.map { weights[$0] }
        result.uncertain = order.map { uncertain[$0] }
        return result
    }
}

/// Whether two figures agree to within rounding.
func isClose(_ found: Double?, _ wanted: Double?, tolerance: Double = 1e-12) -> Bool {
    guard let found, let wanted else { return found == wanted }
    return abs(found - wanted) <= tolerance * max(1, abs(wanted))
}

/// Rows of two labels by the probability of label 1.
func binaryRows(
    _ rows: [(truth: Int, probability: Float)], alternative: [Int?] = [], weights: [Double] = []
) throws -> ScoredRows {
    try ScoredRows(
        labels: ["no", "yes"], truth: rows.map(\.truth), alternative: alternative,
        probabilities: rows.flatMap { [1 - $0.probability, $0.probability] }, weights: weights)
}

extension Bootstrap {
    /// Few resamples, for tests that need any.
    static func few(_ resamples: Int = 200, seed: UInt64 = 1, threads: Int? = 2) throws -> Bootstrap {
        try Bootstrap(resamples: resamples, seed: seed, threads: threads)
    }
}
