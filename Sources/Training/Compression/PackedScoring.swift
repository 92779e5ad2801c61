internal import FeatureExtraction
internal import Inference
internal import TaskType

/// Scores rows of a data set by a model's own tables, as a router would, to tell what packing them changes.
struct PackedScoring: Sendable {
    let dataset: Dataset
    let parallel: Parallel
    /// Bucket of each active feature, all families in a row.
    private let buckets: [UInt32]

    init(dataset: Dataset, active: ActiveFeatures, parallel: Parallel) {
        self.dataset = dataset
        self.parallel = parallel
        buckets = active.buckets.flatMap(\.self)
    }

    /// Raw logits of `rows`, ascending: rows × labels.
    ///
    /// - Complexity: O(features of the rows × columns); one pass over the blocks that hold some.
    func logits(of model: TaskModel, rows: [Int]) -> [Float] {
        let labels = model.labels.count
        let output = SharedBuffer<Float>(count: rows.count * labels, repeating: 0)
        // Block by block: read at random, nearly all of a file would come into the process's memory.
        let parts = dataset.positions(of: rows)
        parallel.forEach(parts.count) { part in
            let (block, positions) = parts[part]
            var hidden = [Float](repeating: 0, count: model.perceptron?.hiddenCount ?? 0)
            var averaged = [Float](repeating: 0, count: labels)
            var slots: [UInt32] = []
            var next = positions.lowerBound
            dataset.forEachRow(ofBlock: block, where: { next < positions.upperBound && rows[next] == $0 }) {
                _, features in
                let logits = UnsafeMutableBufferPointer(rebasing: output.buffer[next * labels..<(next + 1) * labels])
                hidden.withUnsafeMutableBufferPointer { hidden in
                    averaged.withUnsafeMutableBufferPointer { averaged in
                        score(features, model, logits, hidden, averaged, &slots)
                    }
                }
                next += 1
            }
        }
        return Array(output.buffer)
    }

    /// Logits, truths and weights of `rows`.
    func heldOut(_ rows: [Int], of model: TaskModel) -> HeldOutLogits {
        HeldOutLogits(
            rows: rows, logits: logits(of: model, rows: rows), truths: rows.map { Int(dataset.labels[$0]) },
            weights: rows.map { dataset.weights[$0] }, labelCount: model.labels.count)
    }

    private func score(
        _ features: RowFeatures, _ model: TaskModel, _ logits: UnsafeMutableBufferPointer<Float>,
        _ hidden: UnsafeMutableBufferPointer<Float>, _ perceptronLogits: UnsafeMutableBufferPointer<Float>,
        _ slots: inout [UInt32]
    ) {
        model.linear?.start(logits)
        model.perceptron?.start(hidden)
        features.forEachFamily { family, numbered, scale in
            // Back from the numbers of active features to buckets.
            slots.removeAll(keepingCapacity: true)
            for slot in numbered { slots.append(buckets[Int(slot >> 1)] << 1 | slot & 1) }
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
