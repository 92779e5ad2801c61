/// Two models on the same rows: a candidate and the reference it would replace.
public struct Comparison: Sendable, Hashable {
    /// A figure of both models, and how much larger the candidate's is.
    public struct Difference: Sendable, Hashable {
        /// The figure of the candidate.
        public let candidate: Double?
        /// The figure of the reference.
        public let reference: Double?
        /// Candidate minus reference with its 95 % interval (paired bootstrap).
        public let difference: Estimate
    }

    /// How much better or worse a label is recognised.
    public struct LabelDifference: Sendable, Hashable {
        /// Share of the rows predicted as the label that have it.
        public let precision: Difference
        /// Share of the label's rows that were predicted as it.
        public let recall: Difference
        /// F1 of the label.
        public let f1: Difference
    }

    /// A row that the two models label differently.
    public struct ChangedRow: Sendable, Hashable {
        /// Position among the rows, from 0.
        public let row: Int
        /// Index of the true label.
        public let truth: Int
        /// Index of the reference's label.
        public let reference: Int
        /// Index of the candidate's label.
        public let candidate: Int
    }

    /// On how many rows each model is right.
    public struct Outcomes: Sendable, Hashable {
        /// Rows that both label correctly.
        public internal(set) var bothRight = 0
        /// Rows that only the candidate labels correctly.
        public internal(set) var onlyCandidateRight = 0
        /// Rows that only the reference labels correctly.
        public internal(set) var onlyReferenceRight = 0
        /// Rows that neither labels correctly.
        public internal(set) var bothWrong = 0
    }

    /// Number of rows.
    public let rows: Int
    /// Names of the labels.
    public let labels: [String]
    /// Accuracy.
    public let accuracy: Difference
    /// Accuracy with the alternative counted as right.
    public let accuracyAcceptable: Difference
    /// Accuracy on the rows without an alternative.
    public let accuracyUnambiguous: Difference
    /// Mean F1 over the labels with support.
    public let macroF1: Difference
    /// Log loss: here a negative difference is an improvement.
    public let logLoss: Difference
    /// Brier score: here a negative difference is an improvement.
    public let brier: Difference
    /// Expected calibration error: here a negative difference is an improvement.
    public let calibrationError: Difference
    /// Mean cost of answering the most probable label: here a negative difference is an improvement.
    public let cost: Difference
    /// What wrong answers cost.
    public let costs: CostMatrix
    /// Recall and F1 of each label, in the order of the labels.
    public let perLabel: [LabelDifference]
    /// Accuracy on the slices of the candidate's columns.
    public let slices: [SliceDifference]
    /// Rows by which model is right; not weighted.
    public let outcomes: Outcomes
    /// Exact two-sided p of McNemar's test on the rows that one model alone labels correctly; not weighted.
    public let mcNemarP: Double
    /// Weight by predicted labels: rows are the reference's, columns the candidate's.
    public let agreement: ConfusionMatrix
    /// Share of the weight on which both predict the same label.
    public let agreementShare: Double
    /// The rows whose predicted label differs, in order.
    public let changed: [ChangedRow]
    /// The settings behind the intervals, less the number of threads, which changes nothing.
    public let bootstrap: Bootstrap

    /// Compares two models; O(resamples × rows), spread over the threads.
    ///
    /// - Throws: `EvaluationError` with the code `differentRows` unless labels, truth, alternatives, weights
    ///   and groups are the same.
    public init(
        of candidate: ScoredRows, against reference: ScoredRows, bootstrap: Bootstrap = .standard,
        costs: CostMatrix? = nil
    ) throws(EvaluationError) {
        try Self.checkSameRows(candidate, reference)
        let order = Array(0..<candidate.count)
        let costs = costs ?? CostMatrix(zeroOne: candidate.labels)
        let sides = (ComparedSide(candidate, costs: costs), ComparedSide(reference, costs: costs))
        let all = [UInt32](repeating: 1, count: candidate.count)
        let (firstNow, secondNow) = (sides.0.sample(counts: all), sides.1.sample(counts: all))
        let resampled = bootstrap.run(rows: candidate.count, clusters: candidate.clusters) {
            (candidate: sides.0.sample(counts: $0), reference: sides.1.sample(counts: $0))
        }
        func difference(_ value: (ComparedSide.Sample) -> Double?) -> Difference {
            let (one, other) = (value(firstNow), value(secondNow))
            let differences = resampled.map { subtract(value($0.candidate), value($0.reference)) }
            return Difference(
                candidate: one, reference: other,
                difference: Estimate(
                    value: subtract(one, other), interval: Interval(percentilesOf: differences)))
        }
        rows = candidate.count
        labels = candidate.labels
        accuracy = difference { $0.figures.accuracy }
        accuracyAcceptable = difference { $0.figures.accuracyAcceptable }
        accuracyUnambiguous = difference { $0.figures.accuracyUnambiguous }
        macroF1 = difference { $0.figures.macroF1 }
        logLoss = difference { $0.figures.logLoss }
        brier = difference { $0.figures.brier }
        calibrationError = Self.calibrationDifference(firstNow, secondNow, resampled)
        cost = difference { $0.cost }
        self.costs = costs
        perLabel = candidate.labels.indices.map { label in
            LabelDifference(
                precision: difference { $0.figures.tally.precision(of: label) },
                recall: difference { $0.figures.tally.recall(of: label) },
                f1: difference { $0.figures.tally.f1(of: label) })
        }
        slices = SliceDifference.all(candidate, reference, bootstrap: bootstrap)
        let outcomes = Self.outcomes(candidate, reference)
        self.outcomes = outcomes
        mcNemarP = exactMcNemarP(
            onlyFirst: outcomes.onlyCandidateRight, onlySecond: outcomes.onlyReferenceRight)
        agreement = ConfusionMatrix(
            labels: candidate.labels, rows: reference.predicted, columns: candidate.predicted,
            weights: candidate.weights)
        changed = order.filter { candidate.predicted[$0] != reference.predicted[$0] }.map {
            ChangedRow(
                row: $0, truth: candidate.truth[$0], reference: reference.predicted[$0],
                candidate: candidate.predicted[$0])
        }
        let total = candidate.weights.reduce(0, +)
        agreementShare = max(0, 1 - changed.reduce(0) { $0 + candidate.weights[$1.row] } / total)
        self.bootstrap = bootstrap.reproducible(over: candidate.clusters)
    }

    /// Recentred like the interval of the error itself, as resampling pushes both errors up, though not alike.
    private static func calibrationDifference(
        _ candidate: ComparedSide.Sample, _ reference: ComparedSide.Sample,
        _ resampled: [(candidate: ComparedSide.Sample, reference: ComparedSide.Sample)]
    ) -> Difference {
        let (one, other) = (min(1, max(0, candidate.calibrationError)), min(1, max(0, reference.calibrationError)))
        let differences = resampled.map { $0.candidate.calibrationError - $0.reference.calibrationError }
        return Difference(
            candidate: one, reference: other,
            difference: Estimate(
                value: one - other,
                interval: Interval(percentilesOf: differences, recentredOn: one - other, within: -1...1)))
    }

    private static func outcomes(_ candidate: ScoredRows, _ reference: ScoredRows) -> Outcomes {
        var outcomes = Outcomes()
        for row in 0..<candidate.count {
            let truth = candidate.truth[row]
            switch (candidate.predicted[row] == truth, reference.predicted[row] == truth) {
            case (true, true): outcomes.bothRight += 1
            case (true, false): outcomes.onlyCandidateRight += 1
            case (false, true): outcomes.onlyReferenceRight += 1
            case (false, false): outcomes.bothWrong += 1
            }
        }
        return outcomes
    }

    private static func checkSameRows(
        _ candidate: ScoredRows, _ reference: ScoredRows
    ) throws(EvaluationError) {
        func refusal(_ what: String) -> EvaluationError {
            EvaluationError(
                .differentRows, "The two models cannot be compared: \(what); score both on the same data.")
        }
        guard candidate.labels == reference.labels else {
            throw refusal("their labels, or the order of these, differ")
        }
        guard candidate.count == reference.count else {
            throw refusal("one has \(candidate.count) rows and the other \(reference.count)")
        }
        for row in 0..<candidate.count {
            guard candidate.truth[row] == reference.truth[row],
                candidate.alternative[row] == reference.alternative[row],
                candidate.weights[row] == reference.weights[row]
            else { throw refusal("the label, alternative or weight of row \(row + 1) differs") }
        }
        guard candidate.clusters == reference.clusters else { throw refusal("the groups of rows differ") }
    }
}

/// One of two models, ready to be measured on the resamples that both share.
private struct ComparedSide: Sendable {
    struct Sample: Sendable {
        let figures: Figures
        let calibrationError: Double
        let cost: Double?
    }

    private let figures: FigureTable
    private let calibration: CalibrationTable
    private let decisions: DecisionTable
    /// Positions in the order of confidence, which differs between the models.
    private let order: [Int]

    init(_ scored: ScoredRows, costs: CostMatrix) {
        let confidence = ConfidenceOrder(scored)
        let rows = Array(0..<scored.count)
        figures = FigureTable(scored, order: rows)
        calibration = CalibrationTable(scored, order: confidence)
        decisions = DecisionTable(scored, costs: costs, order: rows)
        order = confidence.rows
    }

    func sample(counts: [UInt32]) -> Sample {
        Sample(
            figures: figures.figures(counts: counts),
            calibrationError: calibration.error(counts: order.map { counts[$0] }).debiased,
            cost: decisions.mean(counts: counts).argmax)
    }
}

private func subtract(_ minuend: Double?, _ subtrahend: Double?) -> Double? {
    guard let minuend, let subtrahend else { return nil }
    return minuend - subtrahend
}
