internal import Evaluation
internal import Inference

/// A smaller model against the float one, on the same held-out rows.
struct PairedJudgement: Sendable {
    let accuracy: Double
    /// After a temperature of its own, so that logits which shrank are no loss.
    let logLoss: Double
    /// Accuracy lost, as a share of the weight, with its 95 % interval.
    let lost: Double
    let lostInterval: ClosedRange<Double>
    /// By how much the log loss is larger, with the lower end of its 95 % interval.
    let logLossAdded: Double
    let logLossAddedLow: Double
    /// Exact two-sided p of McNemar's test on the rows that one of the two alone has right.
    let mcNemarP: Double
    let isWorse: Bool

    /// A p below this is an objection.
    static let significance = 0.05
    /// Log loss that may be added without objection, as a share of the float model's.
    ///
    /// The paired test of log loss sees differences that matter to nobody; accuracy has no such margin.
    static let logLossMargin = 0.02
    private static let normalQuantile = 1.959963984540054

    /// - Complexity: O(rows · labels).
    init(of candidate: HeldOutLogits, against reference: HeldOutLogits) {
        let (ours, theirs) = (RowOutcomes(candidate), RowOutcomes(reference))
        let total = candidate.weights.reduce(0.0) { $0 + Double($1) }
        accuracy = ours.accuracy
        logLoss = ours.logLoss
        var (won, lostRows) = (0, 0)
        var differences = (right: PairedMean(), loss: PairedMean())
        for row in candidate.truths.indices {
            let (isRight, wasRight) = (ours.isRight[row], theirs.isRight[row])
            if isRight, !wasRight { won += 1 }
            if wasRight, !isRight { lostRows += 1 }
            let weight = Double(candidate.weights[row])
            differences.right.add((wasRight ? 1 : 0) - (isRight ? 1 : 0), weight)
            differences.loss.add(ours.losses[row] - theirs.losses[row], weight)
        }
        mcNemarP = exactMcNemarP(onlyFirst: won, onlySecond: lostRows)
        let (right, loss) = (differences.right.estimate(total), differences.loss.estimate(total))
        lost = right.mean
        let spread = Self.normalQuantile * right.error
        lostInterval = max(-1, lost - spread)...min(1, lost + spread)
        logLossAdded = loss.mean
        logLossAddedLow = loss.mean - Self.normalQuantile * loss.error
        isWorse =
            lost > 0 && mcNemarP < Self.significance
            || logLossAddedLow > Self.logLossMargin * theirs.logLoss
    }
}

/// What each row says of a model.
private struct RowOutcomes {
    var isRight: [Bool] = []
    var losses: [Double] = []
    var accuracy = 0.0
    var logLoss = 0.0

    init(_ data: HeldOutLogits) {
        var total = 0.0
        data.forEachProbability(CalibrationFitting.fitOne(data, isVector: false)) { row, probabilities in
            let truth = data.truths[row]
            let weight = Double(data.weights[row])
            var best = 0
            for label in probabilities.indices where probabilities[label] > probabilities[best] { best = label }
            isRight.append(best == truth)
            losses.append(-logarithm(max(Double(probabilities[truth]), 1e-12)))
            total += weight
            accuracy += best == truth ? weight : 0
            logLoss += weight * (losses.last ?? 0)
        }
        accuracy /= max(total, .leastNormalMagnitude)
        logLoss /= max(total, .leastNormalMagnitude)
    }
}

/// A weighted mean and its standard error.
private struct PairedMean {
    private var sum = 0.0
    private var squares = 0.0
    private var weightSquares = 0.0
    private var cross = 0.0

    mutating func add(_ value: Double, _ weight: Double) {
        sum += weight * value
        squares += weight * weight * value * value
        cross += weight * weight * value
        weightSquares += weight * weight
    }

    /// Σ w²(x − mean)² over (Σ w)² is the variance of a weighted mean.
    func estimate(_ total: Double) -> (mean: Double, error: Double) {
        guard total > 0 else { return (0, 0) }
        let mean = sum / total
        let variance = (squares - 2 * mean * cross + mean * mean * weightSquares) / (total * total)
        return (mean, max(0, variance).squareRoot())
    }
}
