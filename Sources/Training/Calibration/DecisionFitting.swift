internal import Inference

/// Thresholds that held-out rows ask for.
enum DecisionFitting {
    /// An answer to a held-out row.
    private struct Answer {
        var label: Int
        var confidence: Float
        var isRight: Bool
        var weight: Double
    }

    private static func answers(_ data: HeldOutLogits, _ calibration: Calibration) -> [Answer] {
        var answers: [Answer] = []
        answers.reserveCapacity(data.truths.count)
        data.forEachProbability(calibration) { row, probabilities in
            var best = 0
            for label in probabilities.indices where probabilities[label] > probabilities[best] { best = label }
            answers.append(
                Answer(
                    label: best, confidence: probabilities[best], isRight: best == data.truths[row],
                    weight: Double(data.weights[row])))
        }
        return answers
    }

    /// For each label, the lowest confidence above which its predictions have at least `precision`; 0 where all have,
    /// 1 where none do.
    static func thresholds(
        _ data: HeldOutLogits, _ calibration: Calibration, precision: Double
    ) -> [Float] {
        let answers = answers(data, calibration)
        return (0..<data.labelCount).map { label in
            threshold(answers.filter { $0.label == label }) { right, covered, _ in right >= precision * covered }
        }
    }

    /// For each label, the highest confidence that leaves enough answers certain; nil where no share is asked for.
    ///
    /// With `overall` one threshold for all labels, from all answers; else each label's from its own answers.
    static func thresholds(
        _ data: HeldOutLogits, _ calibration: Calibration, overall: Double?, byLabel: [Double?]
    ) -> [Float?] {
        let answers = answers(data, calibration)
        if let overall {
            let one = shareThreshold(answers, share: overall)
            return [Float?](repeating: one, count: data.labelCount)
        }
        return byLabel.enumerated().map { label, share in
            share.map { shareThreshold(answers.filter { $0.label == label }, share: $0) }
        }
    }

    /// The highest threshold that at least `share` of the answers reach; 0 where that takes all of them.
    private static func shareThreshold(_ answers: [Answer], share: Double) -> Float {
        var found = false
        return threshold(answers) { _, covered, total in
            // The first that suffices is kept: later ones are lower. The tolerance keeps rounding of the sum out of it.
            defer { found = found || covered >= share * total * (1 - 1e-9) }
            return !found && covered >= share * total * (1 - 1e-9)
        }
    }

    /// The lowest confidence for which `suffices` says yes of the weights right and covered from it on, and of all; 0
    /// where that covers all answers, 1 where none suffices.
    private static func threshold(
        _ answers: [Answer], suffices: (_ right: Double, _ covered: Double, _ total: Double) -> Bool
    ) -> Float {
        guard !answers.isEmpty else { return 0 }
        let total = answers.reduce(0) { $0 + $1.weight }
        var right = 0.0
        var covered = 0.0
        var threshold: Float = 1
        let sorted = answers.sorted { $0.confidence > $1.confidence }
        for (index, answer) in sorted.enumerated() {
            covered += answer.weight
            if answer.isRight { right += answer.weight }
            // A threshold falls between different confidences only.
            if index + 1 < sorted.count, sorted[index + 1].confidence == answer.confidence { continue }
            if suffices(right, covered, total) { threshold = index + 1 == sorted.count ? 0 : answer.confidence }
        }
        return threshold
    }
}
