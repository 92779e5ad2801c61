/// How well a model answers labelled rows.
///
/// Every figure is weighted by the rows' weights in the manner of scikit-learn's `sample_weight`. Intervals hold
/// at 95 % and come from the bootstrap unless said otherwise. `docs/evaluation.md` has the formulas.
public struct Evaluation: Sendable, Hashable {
    /// Number of rows.
    public let rows: Int
    /// Sum of the rows' weights; the number of rows where none were given.
    public let totalWeight: Double

    /// Share of rows whose predicted label is the true one.
    public let accuracy: Estimate
    /// Share of rows whose predicted label is the true one or the acceptable alternative.
    public let accuracyAcceptable: Estimate
    /// Accuracy on the rows without an alternative; nil if every row has one.
    public let accuracyUnambiguous: Estimate
    /// Mean F1 over the labels that have rows.
    public let macroF1: Estimate
    /// Mean negative natural logarithm of the true label's probability, clipped at 1e-15.
    public let logLoss: Estimate
    /// Mean squared distance between probabilities and truth, summed over labels (Brier 1950); 0…2.
    public let brier: Estimate
    /// Expected calibration error of the confidence, 15 bins of equal weight, less the excess that chance
    /// is expected to add; never below 0.
    public let calibrationError: Estimate
    /// The calibration error with that excess left in, to compare with other tools; no interval.
    public let calibrationErrorPlain: Double

    /// Precision, recall and F1 of each label, in the order of the labels.
    public let perLabel: [LabelFigures]
    /// Rows are the truth, columns the predictions.
    public let confusion: ConfusionMatrix
    /// Accuracy of the most confident rows.
    public let coverageCurve: CoverageCurve
    /// Share of rows that the model marked as uncertain; nil if it gives no marks.
    public let uncertainShare: Double?
    /// Accuracy of the rows that it did not mark; nil without marks, or if all are marked.
    public let accuracyCertain: Double?
    /// What could be had without a model.
    public let baselines: Baselines
    /// Percentiles of the latencies; nil without any.
    public let latency: Latency?
    /// The slices of each slicing column, in the order of the columns.
    public let slices: [SliceReport]
    /// The settings behind the intervals, less the number of threads, which changes nothing.
    public let bootstrap: Bootstrap

    /// Computes every figure; O(resamples × rows), spread over the threads.
    public init(_ scored: ScoredRows, bootstrap: Bootstrap = .standard) {
        let order = ConfidenceOrder(scored)
        let table = FigureTable(scored, order: order.rows)
        let calibration = CalibrationTable(scored, order: order)
        let figures = table.figures
        let calibrationNow = calibration.error
        let resampled = bootstrap.run(rows: scored.count) {
            (figures: table.figures(counts: $0), calibration: calibration.error(counts: $0).debiased)
        }
        func estimate(_ figure: KeyPath<Figures, Double?>) -> Estimate {
            Estimate(
                value: figures[keyPath: figure],
                interval: Interval(percentilesOf: resampled.map { $0.figures[keyPath: figure] }))
        }

        rows = scored.count
        totalWeight = scored.weights.reduce(0, +)
        accuracy = estimate(\.accuracy)
        accuracyAcceptable = estimate(\.accuracyAcceptable)
        accuracyUnambiguous = estimate(\.accuracyUnambiguous)
        macroF1 = estimate(\.macroF1)
        logLoss = estimate(\.logLoss)
        brier = estimate(\.brier)
        calibrationError = Estimate(
            value: min(1, max(0, calibrationNow.debiased)),
            interval: Interval(
                percentilesOf: resampled.map(\.calibration), recentredOn: calibrationNow.debiased))
        calibrationErrorPlain = calibrationNow.plain

        var tally = LabelTally(labels: scored.labels.count)
        for row in 0..<scored.count {
            tally.add(scored.weights[row], truth: scored.truth[row], predicted: scored.predicted[row])
        }
        perLabel = tally.figures(labels: scored.labels)
        confusion = ConfusionMatrix(
            labels: scored.labels, rows: scored.truth, columns: scored.predicted, weights: scored.weights)
        coverageCurve = CoverageCurve(scored, order: order)
        (uncertainShare, accuracyCertain) = Self.certainty(of: scored)
        baselines = Baselines(scored)
        latency = Latency(scored.latencies)
        slices = scored.slices.map { SliceReport(scored, column: $0, bootstrap: bootstrap) }
        self.bootstrap = bootstrap.reproducible
    }

    private static func certainty(of scored: ScoredRows) -> (share: Double?, accuracy: Double?) {
        guard let uncertain = scored.uncertain else { return (nil, nil) }
        var total = 0.0
        var certain = 0.0
        var right = 0.0
        for row in 0..<scored.count {
            total += scored.weights[row]
            guard !uncertain[row] else { continue }
            certain += scored.weights[row]
            if scored.truth[row] == scored.predicted[row] { right += scored.weights[row] }
        }
        return (ratio(total - certain, total), ratio(right, certain))
    }
}
