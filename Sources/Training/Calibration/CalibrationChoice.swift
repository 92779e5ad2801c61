internal import Inference

/// The calibration that was chosen for a model, and how it was judged on rows that it was not fitted on.
struct CalibrationChoice: Sendable {
    /// Fitted on all held-out rows.
    var calibration: Calibration
    var kind: CalibrationKind
    /// What was tried, in order of complexity.
    var trials: [TrainingReport.CalibrationTrial]
    /// For each part of the held-out rows the calibration of the chosen kind fitted on the others; empty where the rows
    /// cannot be parted.
    var crossFitted: [Calibration]
    /// The part that each held-out row is in.
    var parts: [Int]

    /// Parts that held-out rows are divided into.
    private static let partCount = 5
    /// A more complex kind is taken only where its gain is this many standard errors: one chance in twenty for none.
    private static let standardErrors = 1.645

    /// Fits every kind worth trying on all parts but one, judges it on that one, and keeps the simplest kind that none
    /// beats by more than noise.
    ///
    /// - Parameters:
    ///   - groups: One a held-out row; rows of one group share a part.
    ///   - shift: For each label the logarithm by which its share in the mix expected exceeds its share in training, as
    ///     the training loss saw it; empty where they are the same.
    init(_ data: HeldOutLogits, groups: [UInt64], shift: [Double], seed: UInt64) {
        parts = Split.parts(
            labels: data.truths.map(Int32.init), groups: groups, count: Self.partCount, seed: seed ^ 0xCA11_B8A7E)
        crossFitted = []
        trials = []
        kind = .temperature
        let used = Set(parts).sorted()
        guard used.count > 1 else {
            calibration = CalibrationFitting.fitOne(data, isVector: false)
            return
        }
        let judge = Judge(data: data, groups: groups, parts: parts, used: used)
        // One parameter each, so the better one is taken as it is: offsets that follow from the label mix are right for
        // probabilities, and may not be for other losses.
        var best = judge.judge(.temperature, baseOffsets: [])
        trials.append(best.trial)
        if !shift.isEmpty {
            let shifted = judge.judge(.shiftedTemperature, baseOffsets: shift)
            trials.append(shifted.trial)
            if shifted.trial.log_loss < best.trial.log_loss { best = shifted }
        }
        let baseOffsets = best.kind == .shiftedTemperature ? shift : []
        let candidates = CalibrationFitting.candidates(
            rows: data.truths.count, labelCount: data.labelCount, isShifted: best.kind == .shiftedTemperature)
        for kind in candidates.dropFirst() {
            let other = judge.judge(kind, baseOffsets: baseOffsets)
            trials.append(other.trial)
            let (gain, error) = judge.gain(of: other, over: best)
            if gain > Self.standardErrors * error { best = other }
        }
        kind = best.kind
        crossFitted = best.calibrations
        calibration = CalibrationFitting.fit(judge.limited(data, kind), kind, baseOffsets: baseOffsets)
    }
}

/// Judges calibrations on parts of the rows that they were not fitted on.
private struct Judge {
    let data: HeldOutLogits
    let groups: [UInt64]
    let parts: [Int]
    let used: [Int]

    struct Judgement {
        var kind: CalibrationKind
        /// One a part.
        var calibrations: [Calibration]
        /// One a row.
        var losses: [Double]
        var trial: TrainingReport.CalibrationTrial
    }

    func judge(_ kind: CalibrationKind, baseOffsets: [Double]) -> Judgement {
        var calibrations: [Calibration] = []
        var losses = [Double](repeating: 0, count: data.truths.count)
        for part in used {
            let fitted = limited(data.filter { parts[$0] != part }, kind)
            let calibration = CalibrationFitting.fit(fitted, kind, baseOffsets: baseOffsets)
            calibrations.append(calibration)
            let rows = data.truths.indices.filter { parts[$0] == part }
            for (row, loss) in zip(rows, CalibrationFitting.losses(data.filter { parts[$0] == part }, calibration)) {
                losses[row] = loss
            }
        }
        var sum = 0.0
        var total = 0.0
        for (loss, weight) in zip(losses, data.weights) {
            sum += loss * Double(weight)
            total += Double(weight)
        }
        return Judgement(
            kind: kind, calibrations: calibrations, losses: losses,
            trial: .init(kind: kind.name, penalty: kind.penalty, log_loss: total > 0 ? sum / total : 0))
    }

    /// The mean by which `one` loses less than `other` a row, and its standard error with rows of a group as one.
    func gain(of one: Judgement, over other: Judgement) -> (gain: Double, standardError: Double) {
        var sums: [UInt64: (gain: Double, weight: Double)] = [:]
        var gain = 0.0
        var total = 0.0
        for row in data.truths.indices {
            let weight = Double(data.weights[row])
            let difference = weight * (other.losses[row] - one.losses[row])
            sums[groups[row], default: (0, 0)].gain += difference
            sums[groups[row], default: (0, 0)].weight += weight
            gain += difference
            total += weight
        }
        guard total > 0, sums.count > 1 else { return (0, .infinity) }
        let mean = gain / total
        // Sorted: a dictionary's order differs from run to run, and so would the last bits of the sum.
        let squares = sums.sorted { $0.key < $1.key }.reduce(0.0) { sum, entry in
            let rest = entry.value.gain - mean * entry.value.weight
            return sum + rest * rest
        }
        let count = Double(sums.count)
        return (mean, (count / (count - 1) * squares).squareRoot() / total)
    }

    /// Rows that a fit of `kind` can afford: all but for a matrix, which more rows than that would hardly change.
    func limited(_ data: HeldOutLogits, _ kind: CalibrationKind) -> HeldOutLogits {
        guard kind.penalty != nil else { return data }
        let parameters = data.labelCount * (data.labelCount + 1)
        let limit = CalibrationFitting.dirichletWork / (parameters * parameters)
        guard data.truths.count > limit else { return data }
        // By a hash of the row, so that no order in the files matters.
        let ranked = data.truths.indices.map { position in
            var generator = SeededGenerator(seed: UInt64(data.rows[position]) &* 0x9E37_79B9_7F4A_7C15)
            return (generator.next(), position)
        }.sorted { $0 < $1 }
        let kept = Set(ranked.prefix(limit).map(\.1))
        return data.filter { kept.contains($0) }
    }
}
