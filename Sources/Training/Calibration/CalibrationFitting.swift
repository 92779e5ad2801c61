internal import Inference
internal import Optimization

/// The ways in which raw logits become probabilities, from few parameters to many.
enum CalibrationKind: Sendable, Equatable {
    /// One scale.
    case temperature
    /// One scale, and offsets that follow from the mix of labels expected.
    case shiftedTemperature
    /// A scale and an offset a label.
    case vector
    /// A matrix on log-probabilities, and its regularisation.
    case dirichlet(penalty: Double)

    var name: String {
        switch self {
        case .temperature: "temperature"
        case .shiftedTemperature: "temperature and label mix"
        case .vector: "vector"
        case .dirichlet: "dirichlet"
        }
    }

    var penalty: Double? {
        if case .dirichlet(let penalty) = self { penalty } else { nil }
    }
}

/// Fits calibrations; `CalibrationChoice` chooses among them.
enum CalibrationFitting {
    /// Labels up to which a scale and an offset a label are tried: the Hessian has labels² entries a row.
    private static let vectorLabels = 32
    /// Labels up to which a matrix is tried: its Hessian has labels⁴ entries.
    private static let matrixLabels = 16
    /// Rows times squared parameters of a Dirichlet fit at most: more rows than that would take minutes.
    static let dirichletWork = 400_000_000
    /// Regularisations that are tried for the matrix, from strong to weak.
    private static let penalties = [1, 0.1, 0.01]

    /// What is worth trying on this many rows and labels, in order of complexity.
    static func candidates(rows: Int, labelCount: Int, isShifted: Bool) -> [CalibrationKind] {
        let simplest: CalibrationKind = isShifted ? .shiftedTemperature : .temperature
        // A few dozen rows for each label at least, or the parameters of single labels are noise.
        guard labelCount <= vectorLabels, rows >= 50 * labelCount else { return [simplest] }
        guard labelCount <= matrixLabels else { return [simplest, .vector] }
        return [simplest, .vector] + penalties.map { .dirichlet(penalty: $0) }
    }

    /// The calibration of one kind that fits `data` best.
    ///
    /// - Parameter baseOffsets: Offsets that the simplest kind has and that more complex ones are drawn to.
    static func fit(_ data: HeldOutLogits, _ kind: CalibrationKind, baseOffsets: [Double]) -> Calibration {
        switch kind {
        case .temperature: fitOne(data, isVector: false)
        case .shiftedTemperature: fitOne(data, isVector: false, baseOffsets: baseOffsets)
        case .vector: fitOne(data, isVector: true, baseOffsets: baseOffsets)
        case .dirichlet(let penalty): fitDirichlet(data, penalty: penalty, baseOffsets: baseOffsets)
        }
    }

    static func fitOne(_ data: HeldOutLogits, isVector: Bool, baseOffsets: [Double] = []) -> Calibration {
        var objective = CalibrationObjective(
            data: data, isVector: isVector, ridge: 0.01, smoothing: data.smoothing, baseOffsets: baseOffsets)
        var start = [Double](repeating: 0, count: objective.dimension)
        start[0] = -logarithm(data.spread)
        let result = Newton(gradientTolerance: 1e-7, valueTolerance: 1e-12, iterationLimit: 200)
            .minimize(&objective, from: start)
        var point = result.point
        // For logits worse than chance the best scale is 0, which would lose even the order of the labels.
        point[0] = max(point[0], start[0] - logarithm(1000))
        return objective.calibration(point)
    }

    /// A matrix on the log-probabilities that a temperature gives; where none is found, the temperature.
    static func fitDirichlet(_ data: HeldOutLogits, penalty: Double, baseOffsets: [Double]) -> Calibration {
        let temperature = fitOne(data, isVector: false, baseOffsets: baseOffsets)
        let count = data.labelCount
        var objective = DirichletObjective(
            data: data, scale: Double(temperature.scales[0]), penalty: penalty, baseOffsets: baseOffsets)
        let result = Newton(gradientTolerance: 1e-6, valueTolerance: 1e-9, iterationLimit: 50)
            .minimize(&objective, from: objective.identity)
        guard result.point.allSatisfy({ Float($0).isFinite }) else { return temperature }
        let rows = (0..<count).map { result.point[$0 * (count + 1)..<($0 + 1) * (count + 1)] }
        return Calibration(
            scales: temperature.scales, offsets: rows.map { Float($0.last ?? 0) },
            matrix: rows.flatMap { $0.dropLast().map { Float($0) } })
    }

    /// Mean negative log-likelihood of calibrated logits.
    static func logLoss(_ data: HeldOutLogits, _ calibration: Calibration) -> Double {
        var total = 0.0
        for weight in data.weights { total += Double(weight) }
        let sum = zip(losses(data, calibration), data.weights).reduce(0.0) { $0 + $1.0 * Double($1.1) }
        return total > 0 ? sum / total : 0
    }

    /// Negative log-likelihood of each row.
    static func losses(_ data: HeldOutLogits, _ calibration: Calibration) -> [Double] {
        var losses: [Double] = []
        losses.reserveCapacity(data.truths.count)
        data.forEachProbability(calibration) { row, probabilities in
            losses.append(-logarithm(max(Double(probabilities[data.truths[row]]), 1e-15)))
        }
        return losses
    }
}
