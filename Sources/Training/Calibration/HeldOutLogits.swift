internal import Inference

/// Logits of rows that the model was not trained on, with their truths: what calibration is fitted on.
struct HeldOutLogits: Sendable {
    /// Row indices in the data set.
    var rows: [Int]
    /// rows × labels.
    var logits: [Float]
    var truths: [Int]
    var weights: [Float]
    let labelCount: Int
}

extension HeldOutLogits {
    /// The rows whose position passes `include`.
    func filter(_ include: (Int) -> Bool) -> HeldOutLogits {
        var part = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: labelCount)
        for row in truths.indices where include(row) {
            part.rows.append(rows[row])
            part.logits += logits[row * labelCount..<(row + 1) * labelCount]
            part.truths.append(truths[row])
            part.weights.append(weights[row])
        }
        return part
    }

    /// Root mean variance of a row's logits; 1 where none differ.
    ///
    /// Fitting starts with logits of this spread as unit: where a softmax of the logits is all but certain, the
    /// Hessian vanishes, and Newton's step from there leads to a scale of 0, where the gradient vanishes as well.
    var spread: Double {
        var sum = 0.0
        var total = 0.0
        for row in truths.indices {
            let range = row * labelCount..<(row + 1) * labelCount
            let mean = range.reduce(0.0) { $0 + Double(logits[$1]) } / Double(labelCount)
            let variance = range.reduce(0.0) { $0 + (Double(logits[$1]) - mean) * (Double(logits[$1]) - mean) }
            sum += Double(weights[row]) * variance / Double(labelCount)
            total += Double(weights[row])
        }
        let spread = (sum / max(total, .leastNormalMagnitude)).squareRoot()
        return spread.isNormal ? spread : 1
    }

    /// What a row's target gives to labels other than its truth: 1 / (rows + 2).
    ///
    /// As Platt (1999) does for two labels, and for the same reason: rows that are all right have no finite optimum
    /// otherwise. But he counts the rows of a label, where this counts all rows: with a hundred labels of twenty rows
    /// each, his targets would teach that one answer in twenty is wrong.
    var smoothing: Double { 1 / Double(truths.count + 2) }

    /// Calls `body` with the calibrated probabilities of each row.
    func forEachProbability(
        _ calibration: Calibration, _ body: (Int, UnsafeMutableBufferPointer<Float>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * labelCount) { memory in
            let buffer = UnsafeMutableBufferPointer(rebasing: memory[..<labelCount])
            let workspace = UnsafeMutableBufferPointer(rebasing: memory[labelCount...])
            for row in truths.indices {
                for label in 0..<labelCount { buffer[label] = logits[row * labelCount + label] }
                calibration.apply(to: buffer, workspace: workspace)
                body(row, buffer)
            }
        }
    }

    /// Weighted share of rows whose largest logit is the truth's.
    var accuracy: Double {
        var right = 0.0
        var total = 0.0
        for row in truths.indices {
            var best = 0
            for label in 1..<labelCount
            where logits[row * labelCount + label] > logits[row * labelCount + best] {
                best = label
            }
            total += Double(weights[row])
            if best == truths[row] { right += Double(weights[row]) }
        }
        return total > 0 ? right / total : 0
    }
}
