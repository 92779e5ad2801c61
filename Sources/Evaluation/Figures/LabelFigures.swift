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
}

/// Sums from which precision, recall and F1 of every label follow.
struct LabelTally {
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
