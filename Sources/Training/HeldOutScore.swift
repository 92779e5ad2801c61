internal import Inference

/// How well held-out rows are predicted; what settings are chosen by.
struct HeldOutScore: Sendable {
    let accuracy: Double
    let macroF1: Double
    /// After a temperature of its own.
    let logLoss: Double
    let rows: Int

    init(_ data: HeldOutLogits) {
        let count = data.labelCount
        var truePositives = [Double](repeating: 0, count: count)
        var predicted = truePositives
        var actual = truePositives
        for row in data.truths.indices {
            var best = 0
            for label in 1..<count where data.logits[row * count + label] > data.logits[row * count + best] {
                best = label
            }
            let weight = Double(data.weights[row])
            predicted[best] += weight
            actual[data.truths[row]] += weight
            if best == data.truths[row] { truePositives[best] += weight }
        }
        var f1 = 0.0
        var supported = 0.0
        for label in 0..<count where actual[label] > 0 {
            f1 += 2 * truePositives[label] / (predicted[label] + actual[label])
            supported += 1
        }
        let total = actual.reduce(0, +)
        accuracy = total > 0 ? truePositives.reduce(0, +) / total : 0
        macroF1 = supported > 0 ? f1 / supported : 0
        logLoss = CalibrationFitting.logLoss(data, CalibrationFitting.fitOne(data, isVector: false))
        rows = data.truths.count
    }

    /// Half accuracy, half macro-F1: what is frequent counts, and so does every label.
    var merit: Double { (accuracy + macroF1) / 2 }

    /// The best of several: among those within a quarter standard error of the highest merit, the one with the
    /// lowest log loss, since differences that small are chance and log loss is the steadier figure.
    static func best(_ scores: [HeldOutScore]) -> Int? {
        guard let highest = scores.map(\.merit).max(), let rows = scores.first?.rows, rows > 0 else { return nil }
        let margin = 0.25 * (highest * (1 - highest) / Double(rows)).squareRoot()
        let close = scores.indices.filter { scores[$0].merit >= highest - margin }
        return close.min { scores[$0].logLoss < scores[$1].logLoss }
    }
}
