internal import Inference
internal import Optimization

/// Chooses and fits the calibration of a model.
enum CalibrationFitting {
    /// Temperature scaling, or vector scaling where two-fold cross-fitting says that its log loss is lower.
    static func fit(_ data: HeldOutLogits) -> Calibration {
        let temperature = fitOne(data, isVector: false)
        // Two parameters a label want a few dozen rows each; and a Hessian of labels² entries a row.
        guard data.labelCount <= 32, data.truths.count >= 50 * data.labelCount else { return temperature }
        var losses = [0.0, 0.0]
        for half in 0..<2 {
            let fitted = data.filter { $0 % 2 != half }
            let judged = data.filter { $0 % 2 == half }
            for (index, isVector) in [false, true].enumerated() {
                losses[index] += logLoss(judged, fitOne(fitted, isVector: isVector)) * Double(judged.truths.count)
            }
        }
        return losses[1] < losses[0] ? fitOne(data, isVector: true) : temperature
    }

    static func fitOne(_ data: HeldOutLogits, isVector: Bool) -> Calibration {
        var objective = CalibrationObjective(data: data, isVector: isVector, ridge: 0.01)
        var start = [Double](repeating: 0, count: objective.dimension)
        start[0] = -logarithm(data.spread)
        let result = Newton(gradientTolerance: 1e-7, valueTolerance: 1e-12, iterationLimit: 200)
            .minimize(&objective, from: start)
        var point = result.point
        // For logits worse than chance the best scale is 0, which would lose even the order of the labels.
        point[0] = max(point[0], start[0] - logarithm(1000))
        return objective.calibration(point)
    }

    /// Mean negative log-likelihood of calibrated logits.
    static func logLoss(_ data: HeldOutLogits, _ calibration: Calibration) -> Double {
        var sum = 0.0
        var total = 0.0
        data.forEachProbability(calibration) { row, probabilities in
            let weight = Double(data.weights[row])
            sum -= weight * logarithm(max(Double(probabilities[data.truths[row]]), 1e-15))
            total += weight
        }
        return total > 0 ? sum / total : 0
    }
}
