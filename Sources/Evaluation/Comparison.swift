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
    /// Mean F1 over the labels with support.
    public let macroF1: Difference
    /// Log loss: here a negative difference is an improvement.
    public let logLoss: Difference
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
    /// - Throws: `EvaluationError` with the code `differentRows` unless labels, truth, alternatives and weights
    ///   are the same.
    public init(
        of candidate: ScoredRows, against reference: ScoredRows, bootstrap: Bootstrap = .standard
    ) throws(EvaluationError) {
        try Self.checkSameRows(candidate, reference)
        let order = Array(0..<candidate.count)
        let first = FigureTable(candidate, order: order)
        let second = FigureTable(reference, order: order)
        let (firstNow, secondNow) = (first.figures, second.figures)
        let resampled = bootstrap.run(rows: candidate.count) {
            (candidate: first.figures(counts: $0), reference: second.figures(counts: $0))
        }
        func difference(_ figure: KeyPath<Figures, Double?>) -> Difference {
            let differences = resampled.map {
                subtract($0.candidate[keyPath: figure], $0.reference[keyPath: figure])
            }
            let (one, other) = (firstNow[keyPath: figure], secondNow[keyPath: figure])
            return Difference(
                candidate: one, reference: other,
                difference: Estimate(
                    value: subtract(one, other), interval: Interval(percentilesOf: differences)))
        }
        rows = candidate.count
        labels = candidate.labels
        accuracy = difference(\.accuracy)
        accuracyAcceptable = difference(\.accuracyAcceptable)
        macroF1 = difference(\.macroF1)
        logLoss = difference(\.logLoss)
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
        self.bootstrap = bootstrap.reproducible
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
    }
}

private func subtract(_ minuend: Double?, _ subtrahend: Double?) -> Double? {
    guard let minuend, let subtrahend else { return nil }
    return minuend - subtrahend
}
