/// Confidence against accuracy: how far a stated probability can be believed.
public struct ReliabilityDiagram: Sendable, Hashable {
    /// Rows of similar confidence: one of the bins of the calibration error.
    public struct Bin: Sendable, Hashable {
        /// Mean confidence.
        public let confidence: Double
        /// Share of the rows that are right, with a Wilson interval.
        public let accuracy: Estimate
        /// Weight of the rows.
        public let weight: Double
    }

    /// Weight of the rows in an interval of confidence, by whether they are right.
    public struct Count: Sendable, Hashable {
        /// Weight of the rows that are right.
        public internal(set) var right = 0.0
        /// Weight of the rows that are wrong.
        public internal(set) var wrong = 0.0
    }

    /// The bins that have rows, least confident first; at most 15.
    public let bins: [Bin]
    /// Rows by confidence from 0 to 1 in steps of 0.05; the last one includes 1.
    public let counts: [Count]

    static let countSteps = 20

    init(_ scored: ScoredRows, _ table: CalibrationTable) {
        // What a row is worth beside one of its own group, taken over all rows: bins do not know their rows.
        var (grouped, single) = (EffectiveRows(scored.clusters), EffectiveRows(nil))
        for row in 0..<scored.count {
            grouped.add(scored.weights[row], row: row)
            single.add(scored.weights[row], row: row)
        }
        let independence = grouped.count / single.count
        bins = table.bins.map { bin in
            let accuracy = min(1, bin.hits / bin.mass)
            return Bin(
                confidence: min(1, bin.confidence / bin.mass),
                accuracy: Estimate(
                    value: accuracy,
                    interval: Interval(wilson: accuracy, rows: independence * bin.mass * bin.mass / bin.squaredMass)),
                weight: bin.mass)
        }
        var counts = [Count](repeating: Count(), count: Self.countSteps)
        for row in 0..<scored.count {
            let step = min(Self.countSteps - 1, Int(scored.confidence(ofRow: row) * Double(Self.countSteps)))
            if scored.predicted[row] == scored.truth[row] {
                counts[step].right += scored.weights[row]
            } else {
                counts[step].wrong += scored.weights[row]
            }
        }
        self.counts = counts
    }
}
