internal import FeatureExtraction
internal import Inference

/// Rows that are learnt from and rows that are judged.
struct TrialSplit: Sendable {
    let trained: [Int]
    let judged: [Int]
}

/// One fit along a path of regularisation on one split.
struct TrialJob: Sendable {
    let rows: TuningRows
    let configuration: TuningConfiguration
    /// Inverse regularisations, ascending; each fit begins where the one before ended.
    let path: [Double]
    let split: TrialSplit
    let seed: UInt64

    /// The duality gap as a share of the loss at which trials end: which of them is better shows by then.
    static let trialTolerance = 0.1

    /// Logits of the judged rows for each C, rows × labels; nil where it was stopped.
    func run(isStopped: @escaping () -> Bool) -> [[Float]]? {
        var solver = solver(isStopped)
        var logits: [[Float]] = []
        for c in path {
            guard solver.fit(c: c, tolerance: Self.trialTolerance) else { return nil }
            logits.append(
                rows.logits(solver.weights, familyWeights: configuration.family_weights, of: split.judged))
        }
        return logits
    }

    /// Weights [active features × labels] that predict, then biases, at the end of the path; nil where it was stopped.
    func fit(isStopped: @escaping () -> Bool) -> [Float]? {
        var solver = solver(isStopped)
        for c in path {
            let isLast = c == path.last
            guard solver.fit(c: c, tolerance: isLast ? LinearTraining.tolerance : Self.trialTolerance) else {
                return nil
            }
        }
        return solver.weights
    }

    private func solver(_ isStopped: @escaping () -> Bool) -> DualCoordinateDescent {
        let rowWeights = weights()
        return DualCoordinateDescent(
            RowPasses(rows.features, trained: split.trained), truths: rows.labels, rowWeights: rowWeights,
            labelCount: rows.labelCount, featureCount: rows.active.count, loss: configuration.loss,
            familyWeights: configuration.family_weights,
            factors: SquaredFactors(
                configuration.weighting, rows: rows, trained: split.trained, rowWeights: rowWeights),
            seed: seed, goesOn: { _ in !isStopped() })
    }

    /// Sample weights times class weights and factors of labels, with mean 1 over the trained rows.
    private func weights() -> [Float] {
        var weights = configuration.class_weights.weights(
            labels: rows.labels, sampleWeights: rows.weights, labelCount: rows.labelCount, learnt: rows.learnt)
        for (row, label) in rows.labels.enumerated() { weights[row] *= Float(rows.labelFactors[Int(label)]) }
        let sum = split.trained.reduce(0.0) { $0 + Double(weights[$1]) }
        let factor = Float(Double(split.trained.count) / max(sum, .leastNormalMagnitude))
        for index in weights.indices { weights[index] *= factor }
        return weights
    }
}

extension TuningRows {
    /// Held-out logits of `judged`.
    func heldOut(_ judged: [Int], logits: [Float]) -> HeldOutLogits {
        HeldOutLogits(
            rows: judged, logits: logits, truths: judged.map { Int(labels[$0]) },
            weights: judged.map { weights[$0] }, labelCount: labelCount)
    }
}

extension TrainingOptions.ClassWeights {
    /// Sample weight times class weight, which follows from the first `learnt` rows: those of validation files have no
    /// say in it.
    func weights(labels: [Int32], sampleWeights: [Float], labelCount: Int, learnt: Int) -> [Float] {
        if self == .none { return sampleWeights }
        var totals = [Double](repeating: 0, count: labelCount)
        for (label, weight) in zip(labels, sampleWeights).prefix(learnt) { totals[Int(label)] += Double(weight) }
        let mean = totals.reduce(0, +) / Double(labelCount)
        let factors = totals.map { total in
            let balanced = total > 0 ? mean / total : 0
            return self == .squareRoot ? balanced.squareRoot() : balanced
        }
        return zip(labels, sampleWeights).map { $1 * Float(factors[Int($0)]) }
    }
}
