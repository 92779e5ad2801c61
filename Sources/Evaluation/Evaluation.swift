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
    /// How often candidates hold the truth; nil if the model gives none.
    public let candidates: CandidateFigures?
    /// What could be had without a model.
    public let baselines: Baselines
    /// Confidence against accuracy.
    public let reliability: ReliabilityDiagram
    /// What the answers cost.
    public let decisions: DecisionFigures
    /// How far off the errors are; nil where labels have no order.
    public let orderedErrors: OrderedErrors?
    /// The wrong answers that the model was surest of, acceptable ones left out; at most 12.
    public let confidentErrors: [ReviewedRow]
    /// Rows whose label is open to doubt.
    public let contested: ContestedLabels
    /// Percentiles of the latencies; nil without any.
    public let latency: Latency?
    /// The slices of each slicing column, in the order of the columns.
    public let slices: [SliceReport]
    /// The settings behind the intervals, less the number of threads, which changes nothing.
    public let bootstrap: Bootstrap

    /// The most confident errors that are kept.
    public static let errorLimit = 12

    /// Computes every figure; O(resamples × rows), spread over the threads.
    ///
    /// - Parameters:
    ///   - costs: what wrong answers cost, for the labels of `scored` in their order; 1 each where left out.
    ///   - order: an order of the labels, to tell errors next to the truth from others.
    public init(
        _ scored: ScoredRows, bootstrap: Bootstrap = .standard, costs: CostMatrix? = nil,
        order labelOrder: LabelOrder? = nil
    ) {
        let order = ConfidenceOrder(scored)
        let table = FigureTable(scored, order: order.rows)
        let calibration = CalibrationTable(scored, order: order)
        let figures = table.figures
        let decisionTable = DecisionTable(
            scored, costs: costs ?? CostMatrix(zeroOne: scored.labels), order: order.rows)
        let calibrationNow = calibration.error
        let resampled = bootstrap.run(rows: scored.count, clusters: scored.clusters?.part(order.rows)) {
            (
                figures: table.figures(counts: $0), calibration: calibration.error(counts: $0).debiased,
                costs: decisionTable.mean(counts: $0)
            )
        }
        func estimate(_ figure: KeyPath<Figures, Double?>) -> Estimate {
            Estimate(
                value: figures[keyPath: figure],
                interval: Interval(percentilesOf: resampled.map { $0.figures[keyPath: figure] }))
        }

        rows = scored.count
        totalWeight = scored.weights.reduce(0, +)
        accuracy = estimate(\.accuracy).orWilson(scored, rows: 0..<scored.count)
        accuracyAcceptable = estimate(\.accuracyAcceptable).orWilson(scored, rows: 0..<scored.count)
        accuracyUnambiguous = estimate(\.accuracyUnambiguous).orWilson(
            scored, rows: (0..<scored.count).filter { scored.alternative[$0] == nil })
        macroF1 = estimate(\.macroF1).withoutEmptyInterval
        logLoss = estimate(\.logLoss)
        brier = estimate(\.brier)
        calibrationError = Estimate(
            value: min(1, max(0, calibrationNow.debiased)),
            interval: Interval(
                percentilesOf: resampled.map(\.calibration), recentredOn: calibrationNow.debiased))
        calibrationErrorPlain = calibrationNow.plain

        perLabel = LabelTally.figures(scored, resampled: resampled.map(\.figures.tally))
        confusion = ConfusionMatrix(
            labels: scored.labels, rows: scored.truth, columns: scored.predicted, weights: scored.weights)
        coverageCurve = CoverageCurve(scored, order: order)
        (uncertainShare, accuracyCertain) = Self.certainty(of: scored)
        candidates = CandidateFigures(scored)
        baselines = Baselines(scored)
        reliability = ReliabilityDiagram(scored, calibration)
        decisions = DecisionFigures(scored, decisionTable, resampled: resampled.map(\.costs))
        orderedErrors = labelOrder.map { OrderedErrors(scored, order: $0) }
        confidentErrors = ReviewedRow.confidentErrors(scored, limit: Self.errorLimit)
        contested = ContestedLabels(scored)
        latency = Latency(scored.latencies)
        slices = scored.slices.map { SliceReport(scored, column: $0, bootstrap: bootstrap) }
        self.bootstrap = bootstrap.reproducible(over: scored.clusters)
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
