/// A figure for which a bar can be set; the raw value is its name in reports and on the command line.
public enum Metric: String, Sendable, Hashable, CaseIterable {
    /// Share of rows whose predicted label is the true one.
    case accuracy
    /// Accuracy with the alternative counted as right.
    case accuracyAcceptable = "accuracy_acceptable"
    /// Accuracy on the rows without an alternative.
    case accuracyUnambiguous = "accuracy_unambiguous"
    /// Mean F1 over the labels with support.
    case macroF1 = "macro_f1"
    /// Mean negative natural logarithm of the true label's probability.
    case logLoss = "log_loss"
    /// Mean squared distance between probabilities and truth, summed over labels.
    case brier
    /// Expected calibration error.
    case ece

    /// Whether smaller is better, so that a bar is the largest value allowed rather than the smallest.
    public var isUpperBound: Bool {
        switch self {
        case .logLoss, .brier, .ece: true
        case .accuracy, .accuracyAcceptable, .accuracyUnambiguous, .macroF1: false
        }
    }

    /// The metric whose name takes the fewest edits to reach from `name`, the first among equals.
    static func nearest(to name: String) -> Metric {
        let wanted = Array(name.lowercased().prefix(64))
        var best = (metric: Metric.accuracy, edits: Int.max)
        for metric in allCases {
            let edits = editDistance(wanted, Array(metric.rawValue))
            if edits < best.edits { best = (metric, edits) }
        }
        return best.metric
    }
}

/// Levenshtein distance: insertions, deletions and substitutions from one list to the other.
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var previous = Array(0...second.count)
    for (row, left) in first.enumerated() {
        var current = [row + 1]
        for (column, right) in second.enumerated() {
            current.append(
                min(previous[column + 1] + 1, current[column] + 1, previous[column] + (left == right ? 0 : 1))
            )
        }
        previous = current
    }
    return previous[second.count]
}

extension Evaluation {
    /// The estimate of a metric.
    public subscript(metric: Metric) -> Estimate {
        switch metric {
        case .accuracy: accuracy
        case .accuracyAcceptable: accuracyAcceptable
        case .accuracyUnambiguous: accuracyUnambiguous
        case .macroF1: macroF1
        case .logLoss: logLoss
        case .brier: brier
        case .ece: calibrationError
        }
    }
}
