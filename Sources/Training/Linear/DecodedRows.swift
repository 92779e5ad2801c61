internal import FeatureExtraction

/// The features of some rows, decoded side by side in memory, for visits in any order.
struct DecodedRows: Sendable {
    /// Slots of all rows, family after family: number of the active feature `<< 1 | sign`.
    private(set) var slots: [UInt32] = []
    /// Start of each segment in `slots`, rows × families, and the end.
    private(set) var segments = [0]

    init() {}

    /// All rows of `dataset`, which has been compacted.
    ///
    /// - Complexity: O(features); 4 bytes a feature, 56 a row.
    init(_ dataset: Dataset) {
        slots.reserveCapacity(dataset.featureCount)
        segments.reserveCapacity(dataset.rowCount * FeatureFamily.count + 1)
        for block in 0..<dataset.blockCount { append(dataset, block: block) { _ in true } }
    }

    /// Number of rows.
    var count: Int { (segments.count - 1) / FeatureFamily.count }

    /// Adds those rows of a block that `isWanted` lets through, in order.
    ///
    /// - Parameter later: a block that will be added soon; the next one where left out.
    mutating func append(
        _ dataset: Dataset, block: Int, before later: Int? = nil, where isWanted: (Int) -> Bool
    ) {
        dataset.forEachRow(ofBlock: block, before: later, where: isWanted) { _, features in
            let first = slots.count
            slots.append(contentsOf: UnsafeBufferPointer(start: features.slots, count: features.count))
            for family in 0..<FeatureFamily.count { segments.append(first + features.ends[family]) }
        }
    }

    /// Lets go of all rows, and keeps the memory for others.
    mutating func removeAll() {
        slots.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        segments.append(0)
    }

    /// Calls `visit` with the slots of each family that a row has, and the factor that makes their length the family's.
    @inline(__always)
    func forEachFamily(
        of row: Int, _ familyWeights: [Float], _ visit: (UnsafeBufferPointer<UInt32>, Float) -> Void
    ) {
        slots.withUnsafeBufferPointer { slots in
            for family in 0..<FeatureFamily.count where familyWeights[family] > 0 {
                let start = segments[row * FeatureFamily.count + family]
                let end = segments[row * FeatureFamily.count + family + 1]
                if start == end { continue }
                visit(
                    UnsafeBufferPointer(rebasing: slots[start..<end]),
                    familyWeights[family] / Float(end - start).squareRoot())
            }
        }
    }
}
