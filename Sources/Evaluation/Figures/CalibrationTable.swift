/// Expected calibration error of one resample, or of the rows themselves.
struct CalibrationError: Sendable {
    /// Mean gap between confidence and accuracy over the bins; 0…1, too large by chance on few rows.
    var plain: Double
    /// The same less its expected excess; can fall slightly below 0.
    var debiased: Double
}

/// What the calibration error needs of some rows, in the order of confidence.
///
/// Bins hold equal weight (Nguyen and O'Connor 2015). The excess is estimated as by Kumar, Liang and Ma 2019,
/// "Verified uncertainty calibration", section 5: each bin's accuracy is taken as normal about what was seen.
/// They average draws of that normal; the mean of its absolute value is known, so none are needed here. On a
/// perfectly calibrated model √2 − 1 of the excess is found, as the gaps seen are then chance themselves.
struct CalibrationTable: Sendable {
    static let binCount = 15

    private let order: ConfidenceOrder
    private let weights: [Double]
    private let hits: [Bool]

    init(_ scored: ScoredRows, order: ConfidenceOrder) {
        self.order = order
        weights = order.rows.map { scored.weights[$0] }
        hits = order.rows.map { scored.truth[$0] == scored.predicted[$0] }
    }

    /// Sums over the rows of a bin.
    struct Bin {
        var mass = 0.0
        var squaredMass = 0.0
        var confidence = 0.0
        var hits = 0.0
    }

    /// The error with every row counted once.
    var error: CalibrationError { error(counts: Array(repeating: 1, count: weights.count)) }

    /// The bins that have rows, least confident first, with every row counted once.
    var bins: [Bin] { bins(counts: Array(repeating: 1, count: weights.count)).bins.filter { $0.mass > 0 } }

    /// The error with each row counted as often as it was drawn.
    func error(counts: [UInt32]) -> CalibrationError {
        let (bins, total) = bins(counts: counts)
        return Self.error(of: bins, total: total)
    }

    /// A group of equal confidences goes as a whole to the bin in which its middle lies.
    private func bins(counts: [UInt32]) -> (bins: [Bin], total: Double) {
        var total = 0.0
        for row in weights.indices { total += Double(counts[row]) * weights[row] }
        var bins = [Bin](repeating: Bin(), count: Self.binCount)
        var before = 0.0
        for (group, confidence) in order.confidences.enumerated() {
            var mass = 0.0
            var squaredMass = 0.0
            var hitMass = 0.0
            for row in order.bounds[group]..<order.bounds[group + 1] {
                let drawn = Double(counts[row]) * weights[row]
                mass += drawn
                squaredMass += drawn * weights[row]
                if hits[row] { hitMass += drawn }
            }
            guard mass > 0 else { continue }
            let middle = (before + mass / 2) * Double(Self.binCount) / total
            let bin = min(Self.binCount - 1, Int(middle))
            bins[bin].mass += mass
            bins[bin].squaredMass += squaredMass
            bins[bin].confidence += mass * confidence
            bins[bin].hits += hitMass
            before += mass
        }
        return (bins, total)
    }

    private static func error(of bins: [Bin], total: Double) -> CalibrationError {
        var error = CalibrationError(plain: 0, debiased: 0)
        for bin in bins where bin.mass > 0 {
            let share = bin.mass / total
            let accuracy = min(1, bin.hits / bin.mass)
            let gap = bin.confidence / bin.mass - accuracy
            let effectiveRows = bin.mass * bin.mass / bin.squaredMass
            let deviation = (accuracy * (1 - accuracy) / effectiveRows).squareRoot()
            let excess = meanOfFoldedNormal(mean: gap, deviation: deviation) - abs(gap)
            error.plain += share * abs(gap)
            error.debiased += share * (abs(gap) - excess)
        }
        return error
    }
}
