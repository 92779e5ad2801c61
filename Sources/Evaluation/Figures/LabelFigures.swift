/// How well one label is recognised.
public struct LabelFigures: Sendable, Hashable {
    /// Name of the label.
    public let label: String
    /// Share of the rows predicted as this label that have it; nil if none was predicted as it.
    public let precision: Double?
    /// Share of the rows of this label that were predicted as it; nil if it has no rows.
    public let recall: Double?
    /// Harmonic mean of precision and recall, 2·tp / (support + predicted); nil if both are nil.
    public let f1: Double?
    /// Weight of the rows of this label; their number where rows have no weights.
    public let support: Double
    /// Wilson interval of the precision.
    public internal(set) var precisionInterval: Interval?
    /// Wilson interval of the recall.
    public internal(set) var recallInterval: Interval?
    /// Bootstrap interval of F1; where all resamples agree, F1 of the ends of the other two intervals.
    public internal(set) var f1Interval: Interval?
}

/// Sums from which precision, recall and F1 of every label follow.
struct LabelTally: Sendable {
    private(set) var hits: [Double]
    private(set) var support: [Double]
    private(set) var predictions: [Double]

    init(labels: Int) {
        hits = Array(repeating: 0, count: labels)
        support = hits
        predictions = hits
    }

    mutating func add(_ mass: Double, truth: Int, predicted: Int) {
        support[truth] += mass
        predictions[predicted] += mass
        if truth == predicted { hits[truth] += mass }
    }

    func precision(of label: Int) -> Double? { ratio(hits[label], predictions[label]) }

    func recall(of label: Int) -> Double? { ratio(hits[label], support[label]) }

    func f1(of label: Int) -> Double? { ratio(2 * hits[label], support[label] + predictions[label]) }

    /// Mean F1 of the labels with support; nil without any.
    var macroF1: Double? {
        var sum = 0.0
        var present = 0.0
        for label in support.indices where support[label] > 0 {
            sum += f1(of: label) ?? 0
            present += 1
        }
        return ratio(sum, present)
    }

    /// The figures of all labels of `scored`, with intervals where `resampled` has tallies for that of F1.
    static func figures(_ scored: ScoredRows, resampled: [LabelTally]) -> [LabelFigures] {
        var tally = LabelTally(labels: scored.labels.count)
        var predictions = [EffectiveRows](repeating: EffectiveRows(scored.clusters), count: scored.labels.count)
        var support = predictions
        for row in 0..<scored.count {
            let weight = scored.weights[row]
            tally.add(weight, truth: scored.truth[row], predicted: scored.predicted[row])
            predictions[scored.predicted[row]].add(weight, row: row)
            support[scored.truth[row]].add(weight, row: row)
        }
        func wilson(_ value: Double?, _ rows: EffectiveRows) -> Interval? {
            value.map { Interval(wilson: min(1, $0), rows: rows.count) }
        }
        var figures = tally.figures(labels: scored.labels)
        for label in figures.indices {
            figures[label].precisionInterval = wilson(figures[label].precision, predictions[label])
            figures[label].recallInterval = wilson(figures[label].recall, support[label])
            figures[label].f1Interval = Interval(percentilesOf: resampled.map { $0.f1(of: label) }).map {
                $0.isEmpty ? figures[label].f1BetweenEnds : $0
            }
        }
        return figures
    }

    func figures(labels: [String]) -> [LabelFigures] {
        labels.indices.map {
            LabelFigures(
                label: labels[$0], precision: precision(of: $0), recall: recall(of: $0), f1: f1(of: $0),
                support: support[$0])
        }
    }
}

/// A quotient, or nil where the divisor is zero.
func ratio(_ part: Double, _ whole: Double) -> Double? { whole > 0 ? part / whole : nil }
