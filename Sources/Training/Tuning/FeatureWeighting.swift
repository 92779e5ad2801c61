internal import FeatureExtraction

/// What features are multiplied by while training; folded into the weights afterwards, so that prediction stays a
/// plain sum.
public enum FeatureWeighting: String, Sendable, CaseIterable, Codable {
    /// Inverse document frequency.
    case inverseDocumentFrequency = "idf"
    /// Every feature counts the same.
    case none
    /// For each label, the log-count ratio of the feature (Wang & Manning 2012, "NB-SVM").
    case logCountRatio = "log-count-ratio"
}

/// Squares of the factors of features: a step along a row moves a folded weight by the square of its factor.
enum SquaredFactors: Sendable {
    /// One a feature.
    case shared([Float])
    /// One a feature and label, features × labels.
    case perLabel([Float])

    /// The factors that `weighting` gives, from the rows in `trained` alone.
    init(_ weighting: FeatureWeighting, rows: TuningRows, trained: [Int], rowWeights: [Float]) {
        switch weighting {
        case .none:
            self = .shared([Float](repeating: 1, count: rows.active.count))
        case .inverseDocumentFrequency:
            self = .shared(rows.active.inverseDocumentFrequencies.map { $0 * $0 })
        case .logCountRatio:
            self = .perLabel(Self.logCountRatios(rows, trained, rowWeights))
        }
    }

    /// r = log((p/‖p‖₁) / (q/‖q‖₁)) with p and q the counts, plus one, of a feature in rows with and without the label.
    ///
    /// Squared, and divided by the family's mean square over its occurrences, label by label, so that the regularisation
    /// means the same for every label and weighting.
    private static func logCountRatios(_ rows: TuningRows, _ trained: [Int], _ rowWeights: [Float]) -> [Float] {
        let count = rows.labelCount
        var counts = [Float](repeating: 0, count: rows.active.count * count)
        for row in trained {
            let label = Int(rows.labels[row])
            let family = FeatureFamily.count
            for position in rows.segments[row * family]..<rows.segments[(row + 1) * family] {
                counts[Int(rows.slots[position] >> 1) * count + label] += rowWeights[row]
            }
        }
        for family in 0..<FeatureFamily.count {
            let range = rows.active.offsets[family]..<rows.active.offsets[family + 1]
            normalize(range, &counts, labelCount: count)
        }
        return counts
    }

    /// Replaces the counts of a family's features by squared ratios.
    private static func normalize(_ range: Range<Int>, _ counts: inout [Float], labelCount: Int) {
        guard !range.isEmpty else { return }
        var totals = [Double](repeating: 0, count: labelCount)
        for feature in range {
            for label in 0..<labelCount { totals[label] += Double(counts[feature * labelCount + label]) }
        }
        let all = totals.reduce(0, +)
        let smoothing = Double(range.count)
        var squares = [Double](repeating: 0, count: labelCount)
        for feature in range {
            let row = feature * labelCount
            let sum = (0..<labelCount).reduce(0.0) { $0 + Double(counts[row + $1]) }
            for label in 0..<labelCount {
                let with = Double(counts[row + label])
                let ratio = logarithm(
                    (1 + with) / (smoothing + totals[label])
                        / ((1 + max(sum - with, 0)) / (smoothing + max(all - totals[label], 0))))
                squares[label] += ratio * ratio * sum
                counts[row + label] = Float(ratio * ratio)
            }
        }
        for label in 0..<labelCount {
            let mean = all > 0 ? squares[label] / all : 0
            let factor = Float(mean > 0 ? 1 / mean : 1)
            for feature in range { counts[feature * labelCount + label] *= factor }
        }
    }
}
