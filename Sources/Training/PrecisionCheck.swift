internal import FeatureExtraction
internal import Inference
internal import TaskType

/// Accuracy of a packed model on rows of the data set, to tell what rounding its weights costs.
///
/// Judged on the held-out rows where the model did not learn from them, else on all rows; either way on the same rows
/// for both precisions.
struct PrecisionCheck {
    let dataset: Dataset
    let active: ActiveFeatures
    let splits: [Split]

    /// Weighted share of right answers.
    func accuracy(of model: TaskModel) -> Double {
        let buckets = active.buckets.flatMap(\.self)
        var right = 0.0
        var total = 0.0
        var logits = [Float](repeating: 0, count: model.labels.count)
        var averaged = logits
        var hidden = [Float](repeating: 0, count: model.perceptron?.hiddenCount ?? 0)
        for block in 0..<dataset.blockCount {
            dataset.forEachRow(ofBlock: block, where: isJudged) { row, features in
                logits.withUnsafeMutableBufferPointer { logits in
                    hidden.withUnsafeMutableBufferPointer { hidden in
                        averaged.withUnsafeMutableBufferPointer { averaged in
                            score(features, buckets, model, logits, hidden, averaged)
                        }
                    }
                }
                var best = 0
                for label in logits.indices where logits[label] > logits[best] { best = label }
                let weight = Double(dataset.weights[row])
                total += weight
                if best == Int(dataset.labels[row]) { right += weight }
            }
        }
        return total > 0 ? right / total : 0
    }

    private func isJudged(_ row: Int) -> Bool { splits.count != 1 || splits[0].isHeldOut[row] }

    private func score(
        _ features: RowFeatures, _ buckets: [UInt32], _ model: TaskModel,
        _ logits: UnsafeMutableBufferPointer<Float>, _ hidden: UnsafeMutableBufferPointer<Float>,
        _ perceptronLogits: UnsafeMutableBufferPointer<Float>
    ) {
        model.linear?.start(logits)
        model.perceptron?.start(hidden)
        features.forEachFamily { family, slots, scale in
            // Back from the numbers of active features to buckets.
            let slots = slots.map { buckets[Int($0 >> 1)] << 1 | $0 & 1 }
            slots.withUnsafeBufferPointer { slots in
                let features = FamilyFeatures(slots: slots, scale: scale)
                model.linear?.add(features, family: family, to: logits)
                model.perceptron?.add(features, family: family, to: hidden)
            }
        }
        guard let perceptron = model.perceptron else { return }
        guard model.linear != nil else { return perceptron.finish(hidden, logits: logits) }
        perceptron.finish(hidden, logits: perceptronLogits)
        for label in logits.indices {
            logits[label] =
                (1 - model.perceptronShare) * logits[label] + model.perceptronShare * perceptronLogits[label]
        }
    }
}
