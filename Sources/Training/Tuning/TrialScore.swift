internal import Inference

/// How well a trial predicts the rows that it was judged on.
struct TrialScore: Sendable {
    let accuracy: Double
    let macroF1: Double
    /// After a temperature of its own, on at most `logLossRows` rows.
    let logLoss: Double
    let rows: Int

    var merit: Double { (accuracy + macroF1) / 2 }

    /// Rows on which a trial's log loss is judged at most: it only decides between trials of like merit, and with many
    /// labels a temperature costs as much as training.
    static let logLossRows = 2_000

    init(_ data: HeldOutLogits) {
        let judged = Judgement(data)
        (accuracy, macroF1) = judged.scores(weights: data.weights.map(Double.init))
        let stride = max(1, data.truths.count / Self.logLossRows)
        let sample = stride == 1 ? data : data.filter { $0 % stride == 0 }
        logLoss = CalibrationFitting.logLoss(sample, CalibrationFitting.fitOne(sample, isVector: false))
        rows = data.truths.count
    }

    /// The best of several: among those within a quarter standard error of the highest merit, the lowest log loss.
    static func best(_ scores: [TrialScore]) -> Int? {
        guard let highest = scores.map(\.merit).max(), let rows = scores.first?.rows, rows > 0 else { return nil }
        let margin = 0.25 * (highest * (1 - highest) / Double(rows)).squareRoot()
        let close = scores.indices.filter { scores[$0].merit >= highest - margin }
        return close.min { scores[$0].logLoss < scores[$1].logLoss }
    }
}

/// Predicted and true labels of rows.
struct Judgement: Sendable {
    let predicted: [Int32]
    let truths: [Int32]
    let labelCount: Int

    init(_ data: HeldOutLogits) {
        let count = data.labelCount
        predicted = data.truths.indices.map { row in
            var best = 0
            for label in 1..<count where data.logits[row * count + label] > data.logits[row * count + best] {
                best = label
            }
            return Int32(best)
        }
        truths = data.truths.map(Int32.init)
        labelCount = count
    }

    /// Accuracy and macro-F1 under row weights.
    func scores(weights: [Double]) -> (accuracy: Double, macroF1: Double) {
        var right = [Double](repeating: 0, count: labelCount)
        var answered = right
        var actual = right
        for row in truths.indices {
            let weight = weights[row]
            answered[Int(predicted[row])] += weight
            actual[Int(truths[row])] += weight
            if predicted[row] == truths[row] { right[Int(truths[row])] += weight }
        }
        var f1 = 0.0
        var supported = 0.0
        for label in 0..<labelCount where actual[label] > 0 {
            f1 += 2 * right[label] / (answered[label] + actual[label])
            supported += 1
        }
        let total = actual.reduce(0, +)
        return (total > 0 ? right.reduce(0, +) / total : 0, supported > 0 ? f1 / supported : 0)
    }

    func merit(weights: [Double]) -> Double {
        let scores = scores(weights: weights)
        return (scores.accuracy + scores.macroF1) / 2
    }
}

/// A paired bootstrap of the difference in merit between two models on the same rows.
struct PairedMerit: Sendable {
    let difference: Double
    let standardError: Double

    static let resamples = 200

    /// - Complexity: O(resamples · rows), without copying rows: each resample weighs them by Poisson(1) counts.
    init(_ candidate: HeldOutLogits, over reference: HeldOutLogits, seed: UInt64) {
        let first = Judgement(candidate)
        let second = Judgement(reference)
        let weights = candidate.weights.map(Double.init)
        difference = first.merit(weights: weights) - second.merit(weights: weights)
        var generator = SeededGenerator(seed: seed)
        var resampled = weights
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<Self.resamples {
            for row in weights.indices { resampled[row] = weights[row] * Self.poisson(&generator) }
            let value = first.merit(weights: resampled) - second.merit(weights: resampled)
            sum += value
            squares += value * value
        }
        let count = Double(Self.resamples)
        standardError = max(0, squares / count - sum / count * sum / count).squareRoot()
    }

    /// Whether the candidate is better by more than `errors` standard errors.
    func isBetter(by errors: Double) -> Bool { difference > 0 && difference >= errors * standardError }

    /// A Poisson number of mean 1.
    private static func poisson(_ generator: inout SeededGenerator) -> Double {
        var u = Double(generator.uniform())
        var probability = exponential(-1)
        var count = 0.0
        while u >= probability, count < 8 {
            u -= probability
            count += 1
            probability /= count
        }
        return count
    }
}
