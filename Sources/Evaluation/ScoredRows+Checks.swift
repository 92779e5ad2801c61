extension ScoredRows {
    /// How far a row's probabilities may be from a sum of 1: rounding of float32 or of printed digits.
    static let sumTolerance = 1e-3

    static func checkLabels(_ labels: [String]) throws(EvaluationError) {
        guard !labels.isEmpty else {
            throw EvaluationError(.invalidLabels, "There are no labels: name at least one.")
        }
        var seen = Set<String>()
        for label in labels {
            guard !label.isEmpty else {
                throw EvaluationError(.invalidLabels, "A label has an empty name: give each label a name.")
            }
            guard seen.insert(label).inserted else {
                throw EvaluationError(
                    .invalidLabels, "The label \(label.quoted) is listed twice: label names must be distinct."
                )
            }
        }
    }

    static func checkLengths(
        rows: Int, labels: Int, alternative: [Int?], probabilities: [Float], weights: [Double],
        uncertain: [Bool]?, candidates: CandidateSetTable?, groups: [String?], slices: [SliceColumn]
    ) throws(EvaluationError) {
        try checkLength(probabilities.count, rows * labels, "probabilities")
        if !alternative.isEmpty { try checkLength(alternative.count, rows, "alternative labels") }
        if !weights.isEmpty { try checkLength(weights.count, rows, "weights") }
        if !groups.isEmpty { try checkLength(groups.count, rows, "groups") }
        if let uncertain { try checkLength(uncertain.count, rows, "uncertainty flags") }
        if let candidates { try checkLength(candidates.isCandidate.count, rows * labels, "candidate flags") }
        var names = Set<String>()
        for slice in slices {
            guard !slice.name.isEmpty, names.insert(slice.name).inserted else {
                throw EvaluationError(
                    .invalidSlice,
                    "The slicing column \(slice.name.quoted) is empty or given twice: name each column once.")
            }
            try checkLength(slice.values.count, rows, "values of the slicing column \(slice.name.quoted)")
        }
    }

    private static func checkLength(_ found: Int, _ wanted: Int, _ what: String) throws(EvaluationError) {
        guard found == wanted else {
            throw EvaluationError(
                .wrongLength, "There are \(found) \(what) where the rows need \(wanted): give one set a row.")
        }
    }

    static func checkIndices(_ indices: [Int?], of what: String, labels: Int) throws(EvaluationError) {
        for (row, index) in indices.enumerated() {
            guard let index, index < 0 || index >= labels else { continue }
            throw EvaluationError(
                .labelOutOfRange,
                "Row \(row + 1) has the \(what) index \(index), but there are \(labels) labels: "
                    + "use 0 to \(labels - 1).")
        }
    }

    static func checkWeights(_ weights: [Double]) throws(EvaluationError) {
        // Bounded so that sums and sums of squares over any number of rows stay finite.
        for (row, weight) in weights.enumerated() where !(weight >= 1e-100 && weight <= 1e100) {
            throw EvaluationError(
                .invalidWeight,
                "Row \(row + 1) has the weight \(weight): weights must be positive, finite and of sane size.")
        }
    }

    static func checkLatencies(_ latencies: [Double]) throws(EvaluationError) {
        for (index, latency) in latencies.enumerated() where !(latency >= 0 && latency.isFinite) {
            throw EvaluationError(
                .invalidLatency,
                "Latency \(index + 1) is \(latency) µs: latencies must be finite and not negative.")
        }
    }

    /// The argmax of each row, with the row's probabilities checked on the way.
    static func mostProbable(_ probabilities: [Float], labels: Int) throws(EvaluationError) -> [Int] {
        var predicted: [Int] = []
        predicted.reserveCapacity(probabilities.count / labels)
        for start in stride(from: 0, to: probabilities.count, by: labels) {
            var best = 0
            var sum = 0.0
            for label in 0..<labels {
                let probability = probabilities[start + label]
                guard probability >= 0, probability <= 1 else {
                    throw EvaluationError(
                        .invalidProbability,
                        "Row \(start / labels + 1) has the probability \(probability): "
                            + "probabilities must be between 0 and 1.")
                }
                sum += Double(probability)
                if probability > probabilities[start + best] { best = label }
            }
            guard abs(sum - 1) <= sumTolerance else {
                throw EvaluationError(
                    .invalidProbability,
                    "The probabilities of row \(start / labels + 1) sum to \(decimal(sum, digits: 6)): "
                        + "they must sum to 1.")
            }
            predicted.append(best)
        }
        return predicted
    }
}
