internal import Inference

/// Probabilities that a label must have to be a candidate, so that the truth is one in a share of requests.
///
/// Split conformal prediction with the score 1 − p (Vovk et al. 2005; Angelopoulos & Bates 2023). Rows count by their
/// weights (Tibshirani et al. 2019), and the request to come as much as a row does on average, which is the usual n + 1
/// where all weights are equal.
struct ConformalThresholds: Sendable, Equatable {
    /// The threshold for all labels; 0 where the rows cannot vouch for the coverage.
    var marginal: Float
    /// A threshold a label from its own rows; nil where not asked for.
    ///
    /// Mondrian conformal prediction (Vovk et al. 2005). A label whose rows cannot vouch for the coverage has the one for all.
    var perLabel: [Float]?
    /// Labels that have the one for all for want of rows.
    var fallbacks: [Int] = []

    init(_ data: HeldOutLogits, _ calibration: Calibration, coverage: Double, sets: CandidateSets) {
        // Ordered by p itself: 1 − p rounds, and 1 − (1 − p) may exceed p and shut out the very row it stands for.
        var rows: [(probability: Float, weight: Double)] = []
        rows.reserveCapacity(data.truths.count)
        data.forEachProbability(calibration) { row, probabilities in
            rows.append((probabilities[data.truths[row]], Double(data.weights[row])))
        }
        let marginal = Self.quantile(rows, coverage: coverage) ?? 0
        self.marginal = marginal
        guard sets == .perLabel else { return }
        var byLabel = [[(probability: Float, weight: Double)]](repeating: [], count: data.labelCount)
        for (row, truth) in zip(rows, data.truths) { byLabel[truth].append(row) }
        let quantiles = byLabel.map { Self.quantile($0, coverage: coverage) }
        perLabel = quantiles.map { $0 ?? marginal }
        fallbacks = quantiles.indices.filter { quantiles[$0] == nil }
    }

    /// The highest probability that rows of at least `coverage` of the weight reach, where the weight is that of all rows
    /// and of one more, which reaches none; nil where the rows together do not weigh enough.
    static func quantile(_ rows: [(probability: Float, weight: Double)], coverage: Double) -> Float? {
        let total = rows.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return nil }
        let needed = coverage * (total + total / Double(rows.count))
        var covered = 0.0
        // By weight as well: equal probabilities in another order would round the sum otherwise.
        for row in rows.sorted(by: { ($1.probability, $1.weight) < ($0.probability, $0.weight) }) {
            covered += row.weight
            // The tolerance keeps rounding of the sums from asking for a row more than needed.
            if covered >= needed * (1 - 1e-12) { return row.probability }
        }
        return nil
    }
}
