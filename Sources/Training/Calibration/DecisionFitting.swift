internal import Inference

/// Thresholds that held-out rows ask for.
enum DecisionFitting {
    /// For each label, the lowest confidence above which its predictions have at least `precision`; 0 where all have,
    /// 1 where none do.
    static func thresholds(
        _ data: HeldOutLogits, _ calibration: Calibration, precision: Double
    ) -> [Float] {
        var predictions = [[(confidence: Float, isRight: Bool, weight: Double)]](
            repeating: [], count: data.labelCount)
        data.forEachProbability(calibration) { row, probabilities in
            var best = 0
            for label in probabilities.indices where probabilities[label] > probabilities[best] { best = label }
            predictions[best].append(
                (probabilities[best], best == data.truths[row], Double(data.weights[row])))
        }
        return predictions.map { rows in
            var right = 0.0
            var total = 0.0
            var threshold: Float = 1
            let sorted = rows.sorted { $0.confidence > $1.confidence }
            for (index, row) in sorted.enumerated() {
                total += row.weight
                if row.isRight { right += row.weight }
                // A threshold falls between different confidences only.
                if index + 1 < sorted.count, sorted[index + 1].confidence == row.confidence { continue }
                if right >= precision * total { threshold = index + 1 == sorted.count ? 0 : row.confidence }
            }
            return rows.isEmpty ? 0 : threshold
        }
    }

    /// Probability that a label must have to be a candidate, so that the truth is one in a share of `coverage` of
    /// requests.
    ///
    /// Split conformal prediction with the score 1 − p (Vovk et al. 2005; Angelopoulos & Bates 2023).
    static func candidateThreshold(
        _ data: HeldOutLogits, _ calibration: Calibration, coverage: Double
    ) -> Float {
        // Ordered by p itself: 1 − p rounds, and 1 − (1 − p) may exceed p and shut out the very row it stands for.
        var probabilitiesOfTruth: [Float] = []
        data.forEachProbability(calibration) { row, probabilities in
            probabilitiesOfTruth.append(probabilities[data.truths[row]])
        }
        probabilitiesOfTruth.sort(by: >)
        let rank = Int((Double(probabilitiesOfTruth.count + 1) * coverage).rounded(.up))
        guard rank <= probabilitiesOfTruth.count, rank > 0 else { return 0 }
        return probabilitiesOfTruth[rank - 1]
    }
}
