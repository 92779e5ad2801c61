internal import FeatureExtraction
internal import VectorKernels

/// The rows of one extraction, side by side in memory, for trials that visit them in random order.
///
/// Slots are those of a compacted `Dataset`: number of the active feature `<< 1 | sign`.
final class TuningRows: Sendable {
    let settings: FeatureSettings
    let active: ActiveFeatures
    let features: DecodedRows
    let labels: [Int32]
    /// Sample weight of each row, scaled to the mix that is expected where one is.
    let weights: [Float]
    let labelCount: Int
    /// Factor of each label's rows while training, on top of its class weight.
    let labelFactors: [Double]
    /// Rows before those of validation files.
    let learnt: Int

    var rowCount: Int { labels.count }

    /// Slots of all rows, family after family.
    var slots: [UInt32] { features.slots }

    /// Start of each segment in `slots`, rows × families, and the end.
    var segments: [Int] { features.segments }

    /// Copies the rows of `dataset`, which has been compacted to `active`.
    ///
    /// - Complexity: O(features); the only place in tuning that knows how a data set is stored.
    init(_ dataset: Dataset, active: ActiveFeatures, labelCount: Int, labelFactors: [Double]? = nil, learnt: Int) {
        features = DecodedRows(dataset)
        settings = dataset.settings
        self.active = active
        labels = dataset.labels
        weights = dataset.weights
        self.labelCount = labelCount
        self.labelFactors = labelFactors ?? [Double](repeating: 1, count: labelCount)
        self.learnt = learnt
    }

    /// Logits of `judged` under `weights`, features × labels and then biases; rows × labels.
    func logits(_ weights: [Float], familyWeights: [Float], of judged: [Int]) -> [Float] {
        var output = [Float](repeating: 0, count: judged.count * labelCount)
        output.withUnsafeMutableBufferPointer { output in
            weights.withUnsafeBufferPointer { weights in
                guard var z = output.baseAddress, let weights = weights.baseAddress else { return }
                for row in judged {
                    for label in 0..<labelCount { z[label] = weights[active.count * labelCount + label] }
                    features.forEachFamily(of: row, familyWeights) { slots, scale in
                        RowSums.add(float: weights, columns: labelCount, slots: slots, factor: scale, to: z)
                    }
                    z += labelCount
                }
            }
        }
        return output
    }

    /// Number of features of a row.
    func featureCount(of row: Int) -> Int {
        segments[(row + 1) * FeatureFamily.count] - segments[row * FeatureFamily.count]
    }
}
