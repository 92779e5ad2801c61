/// What a decision about a candidate rests on: figures of both models on the same rows.
public struct PromotionEvidence: Sendable, Hashable {
    /// A figure of both models, and the difference with its paired 95 % interval.
    public struct Pair: Sendable, Hashable {
        /// The candidate's.
        public var candidate: Double?
        /// That of the model in service.
        public var reference: Double?
        /// Candidate less reference.
        public var difference: Estimate

        /// A figure of both models.
        public init(candidate: Double?, reference: Double?, difference: Estimate) {
            self.candidate = candidate
            self.reference = reference
            self.difference = difference
        }
    }

    /// What is known of a label.
    public struct Label: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Rows that have it.
        public var rows: Int
        /// F1.
        public var f1: Pair
        /// Recall.
        public var recall: Pair
        /// Rows on which the candidate alone decides rightly whether they have the label.
        public var gained: Int
        /// Rows on which the reference alone does.
        public var lost: Int

        /// What is known of a label.
        public init(name: String, rows: Int, f1: Pair, recall: Pair, gained: Int, lost: Int) {
            self.name = name
            self.rows = rows
            self.f1 = f1
            self.recall = recall
            self.gained = gained
            self.lost = lost
        }

        /// The figure that is judged.
        public func figure(_ figure: PromotionRule.LabelFigure) -> Pair { figure == .f1 ? f1 : recall }
    }

    /// Number of rows.
    public var rows: Int
    /// Accuracy.
    public var accuracy: Pair
    /// Mean F1.
    public var macroF1: Pair
    /// Expected calibration error; a positive difference is a loss.
    public var calibrationError: Pair
    /// Log loss; a positive difference is a loss.
    public var logLoss: Pair
    /// The labels that both models know.
    public var labels: [Label]
    /// Exact two-sided p of McNemar's test.
    public var mcNemarP: Double
    /// Rows that are answered differently.
    public var changedRows: Int
    /// The settings behind the intervals.
    public var bootstrap: Bootstrap

    /// Evidence from its parts.
    public init(
        rows: Int, accuracy: Pair, macroF1: Pair, calibrationError: Pair, logLoss: Pair, labels: [Label],
        mcNemarP: Double, changedRows: Int, bootstrap: Bootstrap
    ) {
        self.rows = rows
        self.accuracy = accuracy
        self.macroF1 = macroF1
        self.calibrationError = calibrationError
        self.logLoss = logLoss
        self.labels = labels
        self.mcNemarP = mcNemarP
        self.changedRows = changedRows
        self.bootstrap = bootstrap
    }

    /// The evidence in a comparison of scored rows; O(resamples × rows).
    ///
    /// - Parameter judged: names of the labels that are judged; all where it is nil.
    /// - Throws: as `Comparison`.
    public init(
        _ candidate: ScoredRows, _ reference: ScoredRows, judged: Set<String>? = nil, bootstrap: Bootstrap = .standard
    ) throws(EvaluationError) {
        let comparison = try Comparison(of: candidate, against: reference, bootstrap: bootstrap)
        var counts = [Int](repeating: 0, count: candidate.labels.count)
        var gained = counts
        var lost = counts
        for row in 0..<candidate.count {
            let truth = candidate.truth[row]
            counts[truth] += 1
            let (one, other) = (candidate.predicted[row], reference.predicted[row])
            guard one != other else { continue }
            // Both decide alike about all labels but the two that they answer.
            if one == truth { gained[one] += 1 } else { lost[one] += 1 }
            if other == truth { lost[other] += 1 } else { gained[other] += 1 }
        }
        self.init(
            rows: comparison.rows, accuracy: Pair(comparison.accuracy), macroF1: Pair(comparison.macroF1),
            calibrationError: Pair(comparison.calibrationError), logLoss: Pair(comparison.logLoss),
            labels: comparison.labels.indices.compactMap { index in
                let name = comparison.labels[index]
                guard judged?.contains(name) ?? true else { return nil }
                let figures = comparison.perLabel[index]
                return Label(
                    name: name, rows: counts[index], f1: Pair(figures.f1), recall: Pair(figures.recall),
                    gained: gained[index], lost: lost[index])
            },
            mcNemarP: comparison.mcNemarP, changedRows: comparison.changed.count, bootstrap: comparison.bootstrap)
    }
}

extension PromotionEvidence.Pair {
    init(_ difference: Comparison.Difference) {
        self.init(
            candidate: difference.candidate, reference: difference.reference, difference: difference.difference)
    }
}
