/// The figures of one resample, or of the rows themselves.
struct Figures: Sendable {
    var accuracy: Double?
    var accuracyAcceptable: Double?
    var accuracyUnambiguous: Double?
    var macroF1: Double?
    var logLoss: Double?
    var brier: Double?
    /// From which the figures of each label follow.
    var tally: LabelTally
}

/// What the figures need of some rows, compact enough to go through a thousand times.
///
/// Rows that agree in truth, prediction and the role of the alternative share a cell, so a pass adds one weight
/// and two losses for each row; the estimate itself is the pass that counts every row once.
struct FigureTable: Sendable {
    private struct Cell: Hashable {
        let truth: Int
        let predicted: Int
        let hasAlternative: Bool
        let isAlternative: Bool
    }

    private let labelCount: Int
    private let cells: [Cell]
    private let cellOfRow: [Int32]
    private let weights: [Double]
    private let logLosses: [Double]
    private let brierScores: [Double]

    /// The table of the given rows, in their order; O(rows × labels).
    init(_ rows: ScoredRows, order: [Int]) {
        labelCount = rows.labels.count
        var numbers: [Cell: Int32] = [:]
        var cells: [Cell] = []
        var cellOfRow: [Int32] = []
        cellOfRow.reserveCapacity(order.count)
        for row in order {
            let alternative = rows.alternative[row]
            let cell = Cell(
                truth: rows.truth[row], predicted: rows.predicted[row], hasAlternative: alternative != nil,
                isAlternative: alternative == rows.predicted[row])
            let number = numbers[cell] ?? Int32(cells.count)
            if number == cells.count {
                numbers[cell] = number
                cells.append(cell)
            }
            cellOfRow.append(number)
        }
        self.cells = cells
        self.cellOfRow = cellOfRow
        weights = order.map { rows.weights[$0] }
        logLosses = order.map { rows.logLoss(ofRow: $0) }
        brierScores = order.map { rows.brierScore(ofRow: $0) }
    }

    /// The figures with every row counted once.
    var figures: Figures { figures(counts: Array(repeating: 1, count: weights.count)) }

    /// The figures with each row counted as often as it was drawn.
    func figures(counts: [UInt32]) -> Figures {
        var masses = [Double](repeating: 0, count: cells.count)
        var logLoss = 0.0
        var brier = 0.0
        for row in weights.indices {
            let mass = Double(counts[row]) * weights[row]
            masses[Int(cellOfRow[row])] += mass
            logLoss += mass * logLosses[row]
            brier += mass * brierScores[row]
        }
        var figures = summary(of: masses)
        let total = masses.reduce(0, +)
        figures.logLoss = ratio(logLoss, total)
        figures.brier = ratio(brier, total)
        return figures
    }

    private func summary(of masses: [Double]) -> Figures {
        var tally = LabelTally(labels: labelCount)
        var total = 0.0
        var right = 0.0
        var acceptable = 0.0
        var unambiguous = 0.0
        var unambiguousRight = 0.0
        for (cell, mass) in zip(cells, masses) {
            tally.add(mass, truth: cell.truth, predicted: cell.predicted)
            let isRight = cell.truth == cell.predicted
            total += mass
            if isRight { right += mass }
            if isRight || cell.isAlternative { acceptable += mass }
            if !cell.hasAlternative {
                unambiguous += mass
                if isRight { unambiguousRight += mass }
            }
        }
        return Figures(
            accuracy: ratio(right, total), accuracyAcceptable: ratio(acceptable, total),
            accuracyUnambiguous: ratio(unambiguousRight, unambiguous), macroF1: tally.macroF1, tally: tally)
    }
}

extension ScoredRows {
    /// Probabilities below this count as this much in the log loss.
    static let smallestProbability = 1e-15

    /// Negative natural logarithm of the true label's probability, at most about 34.5.
    func logLoss(ofRow row: Int) -> Double {
        let probability = Double(probabilities[row * labels.count + truth[row]])
        return -naturalLog(max(probability, Self.smallestProbability))
    }

    /// Squared distance between the probabilities and the true label's indicator, between 0 and 2.
    func brierScore(ofRow row: Int) -> Double {
        var sum = 0.0
        for label in labels.indices {
            let target = label == truth[row] ? 1.0 : 0.0
            let difference = Double(probabilities[row * labels.count + label]) - target
            sum += difference * difference
        }
        return sum
    }
}
