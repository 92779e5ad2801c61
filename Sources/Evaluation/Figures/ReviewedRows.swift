/// A row worth a look: its label and the model's answer differ.
public struct ReviewedRow: Sendable, Hashable {
    /// Position among the rows, from 0.
    public let row: Int
    /// Index of the row's label.
    public let truth: Int
    /// Index of the label that the model favours.
    public let predicted: Int
    /// Probability of the label that the model favours.
    public let confidence: Double
    /// Probability of the row's label.
    public let truthProbability: Double

    init(_ scored: ScoredRows, row: Int, predicted: Int) {
        let start = row * scored.labels.count
        self.row = row
        truth = scored.truth[row]
        self.predicted = predicted
        confidence = Double(scored.probabilities[start + predicted])
        truthProbability = Double(scored.probabilities[start + scored.truth[row]])
    }

    /// The wrong answers that the model was surest of, acceptable ones left out; equals in the order of the rows.
    static func confidentErrors(_ scored: ScoredRows, limit: Int) -> [ReviewedRow] {
        let wrong = (0..<scored.count).filter {
            scored.predicted[$0] != scored.truth[$0] && scored.predicted[$0] != scored.alternative[$0]
        }
        let ranked = wrong.sorted { (scored.confidence(ofRow: $1), $0) < (scored.confidence(ofRow: $0), $1) }
        return ranked.prefix(limit).map { ReviewedRow(scored, row: $0, predicted: scored.predicted[$0]) }
    }
}

/// Rows whose label is open to doubt.
public struct ContestedLabels: Sendable, Hashable {
    /// How rows with a second acceptable label were answered, by number of rows.
    public struct Alternatives: Sendable, Hashable {
        /// Answered with their label.
        public internal(set) var label = 0
        /// Answered with the alternative.
        public internal(set) var alternative = 0
        /// Answered with a third label.
        public internal(set) var neither = 0
    }

    /// Rows of one label that the model is sure have another.
    public struct Pair: Sendable, Hashable {
        /// Index of the rows' label.
        public let truth: Int
        /// Index of the label that the model is sure of.
        public let suggested: Int
        /// Number of rows.
        public let rows: Int
    }

    /// Rows with a second acceptable label.
    public let alternatives: Alternatives
    /// Number of rows of which the model is sure that they have another label.
    public let suspectCount: Int
    /// The most doubtful of these, the largest difference of probabilities first; at most 50.
    public let suspects: [ReviewedRow]
    /// These rows by label and suggested label, most rows first.
    public let pairs: [Pair]

    /// The most suspects that are kept.
    public static let suspectLimit = 50

    /// The model is sure of a label where it gives it at least the probability that it gives on average to rows
    /// which have that label (confident learning: Northcutt, Jiang and Chuang 2021).
    init(_ scored: ScoredRows) {
        var alternatives = Alternatives()
        for row in 0..<scored.count {
            guard let alternative = scored.alternative[row] else { continue }
            switch scored.predicted[row] {
            case scored.truth[row]: alternatives.label += 1
            case alternative: alternatives.alternative += 1
            default: alternatives.neither += 1
            }
        }
        self.alternatives = alternatives

        let count = scored.labels.count
        var mass = [Double](repeating: 0, count: count)
        var sums = mass
        for row in 0..<scored.count {
            let truth = scored.truth[row]
            mass[truth] += scored.weights[row]
            sums[truth] += scored.weights[row] * Double(scored.probabilities[row * count + truth])
        }
        // Of a label without rows nobody knows what sure means.
        let thresholds = (0..<count).map { ratio(sums[$0], mass[$0]) ?? .infinity }
        var suspects: [ReviewedRow] = []
        for row in 0..<scored.count {
            var best: Int?
            for label in 0..<count {
                let probability = Double(scored.probabilities[row * count + label])
                guard probability >= thresholds[label] else { continue }
                if let known = best, Double(scored.probabilities[row * count + known]) >= probability { continue }
                best = label
            }
            guard let best, best != scored.truth[row], best != scored.alternative[row] else { continue }
            suspects.append(ReviewedRow(scored, row: row, predicted: best))
        }
        suspectCount = suspects.count
        var numbers: [Int: Int] = [:]
        for suspect in suspects { numbers[suspect.truth * count + suspect.predicted, default: 0] += 1 }
        pairs = numbers.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            Pair(truth: $0.key / count, suggested: $0.key % count, rows: $0.value)
        }
        let ranked = suspects.sorted {
            ($1.confidence - $1.truthProbability, $0.row) < ($0.confidence - $0.truthProbability, $1.row)
        }
        self.suspects = Array(ranked.prefix(Self.suspectLimit))
    }
}
