/// What could be had without a model.
public struct Baselines: Sendable, Hashable {
    /// Always answering the label with the most weight.
    public struct Majority: Sendable, Hashable {
        /// The label, the first among equals.
        public let label: String
        /// Its share of the rows.
        public let accuracy: Double
        /// Mean F1 of the labels with support; 0 for all but the answered one.
        public let macroF1: Double
    }

    /// Drawing each answer at random, labels in the shares they have in these rows.
    public struct ShareMatchedRandom: Sendable, Hashable {
        /// Expected accuracy, the sum of squared shares.
        public let accuracy: Double
        /// Mean F1 of the labels with support in the limit of many rows: each one's F1 is its share.
        public let macroF1: Double
    }

    /// Always answering the most frequent label.
    public let majority: Majority
    /// Drawing labels by their shares.
    public let random: ShareMatchedRandom

    init(_ rows: ScoredRows) {
        var support = [Double](repeating: 0, count: rows.labels.count)
        for (truth, weight) in zip(rows.truth, rows.weights) { support[truth] += weight }
        let total = support.reduce(0, +)
        let present = Double(support.count { $0 > 0 })
        let best = support.indices.reduce(0) { support[$1] > support[$0] ? $1 : $0 }
        majority = Majority(
            label: rows.labels[best], accuracy: support[best] / total,
            macroF1: 2 * support[best] / (support[best] + total) / present)
        random = ShareMatchedRandom(
            accuracy: support.reduce(0) { $0 + ($1 / total) * ($1 / total) }, macroF1: 1 / present)
    }
}
