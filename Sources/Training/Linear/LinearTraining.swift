internal import Optimization

/// A linear model's setting that was tried.
struct LinearSetting: Sendable, Equatable {
    var loss: LinearLoss
    /// Inverse regularisation C: λ = 1 / (C · rows).
    var inverseRegularization: Double
}

/// Trains linear models along a path from strong to weak regularisation, each starting from the one before.
struct LinearTraining {
    let dataset: Dataset
    let active: ActiveFeatures
    let labelCount: Int
    /// Sample weight times class weight of each row.
    let rowWeights: [Float]
    let parallel: Parallel
    /// Told of each pass over the data; false stops the run.
    let passed: (_ rows: Int) -> Bool

    /// Stops where a few passes gain less than a ten-thousandth of the loss: held-out scores no longer move then.
    private let optimizer = LBFGS(
        memory: 6, gradientTolerance: 3e-4, valueTolerance: 1e-4, valueWindow: 3, iterationLimit: 200)

    /// Calls `visit` with the logits of all rows and with the point where the optimiser ended, for each C of a path,
    /// trained on the rows that `isTrainedOn` lets through.
    func followPath(
        _ loss: LinearLoss, _ inverseRegularizations: [Double], isTrainedOn: (Int) -> Bool,
        visit: (LinearSetting, [Float], [Float]) -> Void
    ) throws(TrainingError) {
        var objective = makeObjective(loss, isTrainedOn)
        var point = [Float](repeating: 0, count: objective.dimension)
        for c in inverseRegularizations {
            point = try minimize(&objective, c, from: point)
            visit(LinearSetting(loss: loss, inverseRegularization: c), objective.logits(point), point)
        }
    }

    /// Parameters of one setting: weights [active features × labels] times the features' factors, then biases.
    ///
    /// Begins at `start`, where an optimiser ended before on part of the rows, or follows `path` up to the setting.
    func fit(
        _ setting: LinearSetting, path: [Double], from start: [Float]?, isTrainedOn: (Int) -> Bool
    ) throws(TrainingError) -> [Float] {
        var objective = makeObjective(setting.loss, isTrainedOn)
        var point = start ?? [Float](repeating: 0, count: objective.dimension)
        if start == nil {
            for c in path where c < setting.inverseRegularization && c >= setting.inverseRegularization / 4 {
                point = try minimize(&objective, c, from: point)
            }
        }
        point = try minimize(&objective, setting.inverseRegularization, from: point)
        return objective.effectiveParameters(point)
    }

    /// Parameters that predict, of a point where the optimiser ended.
    func parameters(at point: [Float]) -> [Float] {
        makeObjective(.softmax) { _ in false }.effectiveParameters(point)
    }

    private func makeObjective(_ loss: LinearLoss, _ isTrainedOn: (Int) -> Bool) -> LinearObjective {
        var weights = rowWeights
        for row in weights.indices where !isTrainedOn(row) { weights[row] = 0 }
        return LinearObjective(
            dataset: dataset, labelCount: labelCount, loss: loss, rowWeights: weights,
            featureFactors: active.inverseDocumentFrequencies, regularization: 0, parallel: parallel,
            base: active.base?.parameters)
    }

    private func minimize(
        _ objective: inout LinearObjective, _ c: Double, from start: [Float]
    ) throws(TrainingError) -> [Float] {
        let trainedRows = objective.rowWeights.count { $0 > 0 }
        objective.regularization = 1 / (c * Double(max(trainedRows, 1)))
        var evaluations = 0
        let passed = passed
        let result = optimizer.minimize(&objective, from: start) { progress in
            let new = progress.evaluations - evaluations
            evaluations = progress.evaluations
            return passed(new * trainedRows)
        }
        if result.stopReason == .cancelled { throw TrainingError(.interrupted, "stopped; nothing was written") }
        guard result.value.isFinite, result.point.allSatisfy(\.isFinite) else {
            throw TrainingError(
                .failed,
                "training with \(objective.loss.rawValue) and C = \(c) diverged; try a smaller C or check the sample weights"
            )
        }
        return result.point
    }
}
