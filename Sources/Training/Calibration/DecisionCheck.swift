internal import Inference

/// The thresholds of a model.
struct Decisions: Sendable {
    /// Confidence below which an answer is uncertain, by label.
    var thresholds: [Float]
    var conformal: ConformalThresholds

    /// The thresholds that `data` asks for.
    init(_ data: HeldOutLogits, _ calibration: Calibration, labels: [String], options: TrainingOptions) {
        let precise = DecisionFitting.thresholds(data, calibration, precision: options.targetPrecision)
        let shares = DecisionFitting.thresholds(
            data, calibration, overall: options.targetShares.overall,
            byLabel: options.targetShares.byLabel(labels))
        thresholds = zip(precise, shares).map { $1 ?? $0 }
        conformal = ConformalThresholds(
            data, calibration, coverage: options.candidateCoverage, sets: options.candidateSets)
    }

    func candidateThreshold(_ label: Int) -> Float { conformal.perLabel.map { $0[label] } ?? conformal.marginal }
}

extension TrainingReport.DecisionFigures {
    /// What thresholds fitted on all parts but one do on that one, taken together over the parts.
    ///
    /// - Returns: nil where the rows could not be parted.
    init?(_ choice: CalibrationChoice, _ data: HeldOutLogits, labels: [String], options: TrainingOptions) {
        let used = Set(choice.parts).sorted()
        guard used.count == choice.crossFitted.count, used.count > 1 else { return nil }
        var total = 0.0
        var answered = 0.0
        var right = 0.0
        var held = [Double](repeating: 0, count: labels.count)
        var weights = held
        var candidates = 0.0
        for (part, calibration) in zip(used, choice.crossFitted) {
            let decisions = Decisions(
                data.filter { choice.parts[$0] != part }, calibration, labels: labels, options: options)
            let judged = data.filter { choice.parts[$0] == part }
            judged.forEachProbability(calibration) { row, probabilities in
                let weight = Double(judged.weights[row])
                let truth = judged.truths[row]
                var best = 0
                for label in probabilities.indices where probabilities[label] > probabilities[best] { best = label }
                total += weight
                weights[truth] += weight
                if probabilities[best] >= decisions.thresholds[best] {
                    answered += weight
                    if best == truth { right += weight }
                }
                for label in probabilities.indices
                where label == best || probabilities[label] >= decisions.candidateThreshold(label) {
                    candidates += weight
                    if label == truth { held[truth] += weight }
                }
            }
        }
        guard total > 0 else { return nil }
        self.init(
            certain_share: answered / total, certain_accuracy: answered > 0 ? right / answered : nil,
            candidate_sets: options.candidateSets.rawValue, candidate_target: options.candidateCoverage,
            candidate_coverage: held.reduce(0, +) / total,
            candidate_coverage_by_label: Dictionary(
                uniqueKeysWithValues: labels.indices.filter { weights[$0] > 0 }.map {
                    (labels[$0], held[$0] / weights[$0])
                }),
            mean_candidates: candidates / total, candidate_fallbacks: [])
    }
}
