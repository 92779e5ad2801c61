internal import FeatureExtraction

/// The rows of one extraction, side by side in memory, for trials that visit them in random order.
///
/// Slots are those of a compacted `Dataset`: number of the active feature `<< 1 | sign`.
final class TuningRows: Sendable {
    let settings: FeatureSettings
    let active: ActiveFeatures
    /// Slots of all rows, family after family.
    let slots: [UInt32]
    /// Start of each segment in `slots`, rows × families, and the end.
    let segments: [Int]
    let labels: [Int32]
    /// Sample weight of each row, scaled to the mix that is expected where one is.
    let weights: [Float]
    let labelCount: Int
    /// Rows before those of validation files.
    let learnt: Int

    var rowCount: Int { labels.count }

    /// Copies the rows of `dataset`, which has been compacted to `active`.
    ///
    /// - Complexity: O(features); the only place in tuning that knows how a data set is stored.
    init(_ dataset: Dataset, active: ActiveFeatures, labelCount: Int, learnt: Int) {
        var slots: [UInt32] = []
        slots.reserveCapacity(dataset.featureCount)
        var segments = [0]
        segments.reserveCapacity(dataset.rowCount * FeatureFamily.count + 1)
        for block in 0..<dataset.blockCount {
            dataset.forEachRow(ofBlock: block) { _, features in
                let first = slots.count
                slots.append(contentsOf: UnsafeBufferPointer(start: features.slots, count: features.count))
                for family in 0..<FeatureFamily.count { segments.append(first + features.ends[family]) }
            }
        }
        self.slots = slots
        self.segments = segments
        settings = dataset.settings
        self.active = active
        labels = dataset.labels
        weights = dataset.weights
        self.labelCount = labelCount
        self.learnt = learnt
    }

    /// Number of features of a row.
    func featureCount(of row: Int) -> Int {
        segments[(row + 1) * FeatureFamily.count] - segments[row * FeatureFamily.count]
    }
}
