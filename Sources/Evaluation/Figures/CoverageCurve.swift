/// Accuracy of the rows on which the model is most confident, as more and more of them are let through.
public struct CoverageCurve: Sendable, Hashable {
    /// One point of the curve.
    public struct Point: Sendable, Hashable {
        /// The share of rows asked for.
        public let coverage: Double
        /// The largest confidence such that the rows at or above it make up at least `coverage`.
        public let threshold: Double
        /// The share of rows at or above the threshold: more than `coverage` where confidences are equal.
        public let covered: Double
        /// Accuracy of the rows at or above the threshold.
        public let accuracy: Double
        /// Wilson interval of the accuracy.
        public let interval: Interval
    }

    /// Points at coverages 0.05, 0.10, … 1.
    public let points: [Point]

    /// Area under the risk-coverage curve (Geifman and El-Yaniv 2017), in [0, 1], smaller is better.
    ///
    /// The mean over rows of the error rate among the rows that are at least as confident.
    public let areaUnderRisk: Double

    static let steps = 20

    init(_ scored: ScoredRows, order: ConfidenceOrder) {
        let total = scored.weights.reduce(0, +)
        var points: [Point] = []
        var mass = 0.0
        var hits = 0.0
        var errors = 0.0
        var effective = EffectiveRows(scored.clusters)
        var area = 0.0
        for group in order.confidences.indices.reversed() {
            let before = mass
            for position in order.bounds[group]..<order.bounds[group + 1] {
                let row = order.rows[position]
                mass += scored.weights[row]
                effective.add(scored.weights[row], row: row)
                if scored.truth[row] == scored.predicted[row] {
                    hits += scored.weights[row]
                } else {
                    errors += scored.weights[row]
                }
            }
            area += (mass - before) * errors / mass
            // The tolerance keeps rounding of the sum from skipping a row.
            while points.count < Self.steps,
                mass >= total * (Double(points.count + 1) / Double(Self.steps) - 1e-9)
            {
                let accuracy = min(1, hits / mass)
                points.append(
                    Point(
                        coverage: Double(points.count + 1) / Double(Self.steps),
                        threshold: order.confidences[group], covered: min(1, mass / total),
                        accuracy: accuracy,
                        interval: Interval(wilson: accuracy, rows: effective.count)))
            }
        }
        self.points = points
        areaUnderRisk = area / total
    }
}
