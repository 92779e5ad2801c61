internal import FeatureExtraction
internal import Inference
internal import TaskType

/// How much each row of a model's tables moves its answers, by which rows are left out.
///
/// Effect of a row: ‖w‖² · Σ scale², over the requests in which its feature occurs. Where features occur independently
/// of each other, that is what the squared change of a request's logits grows by, on average, when the row is zeroed. So
/// the norm is weighted by document frequency, and a feature counts less where it is one of many.
struct RowEffects: Sendable {
    /// For each family, Σ scale² by bucket.
    let occurrences: [[Float]]

    /// Counts the rows that `isCounted` lets through.
    ///
    /// Buckets that never occur count as one that occurs in half a typical request (`base`), so that where the data
    /// are not those that the model learnt from, the larger of two unseen rows is still the last to go.
    init(dataset: Dataset, active: ActiveFeatures, isCounted: (Int) -> Bool) {
        var counts = active.buckets.map { [Double](repeating: 0, count: $0.count) }
        var total = [Double](repeating: 0, count: FeatureFamily.count)
        var slots = [Int](repeating: 0, count: FeatureFamily.count)
        for block in 0..<dataset.blockCount {
            dataset.forEachRow(ofBlock: block, where: isCounted) { row, features in
                let weight = Double(dataset.weights[row])
                features.forEachFamily { family, numbered, scale in
                    let square = Double(scale) * Double(scale)
                    for slot in numbered {
                        counts[family][Int(slot >> 1) - active.offsets[family]] += weight * square
                    }
                    total[family] += square * Double(numbered.count)
                    slots[family] += numbered.count
                }
            }
        }
        occurrences = FeatureFamily.allCases.map { family in
            let base = slots[family.rawValue] > 0 ? total[family.rawValue] / Double(slots[family.rawValue]) / 2 : 0
            var values = [Float](repeating: Float(base), count: dataset.settings.bucketCount(of: family))
            for (bucket, count) in zip(active.buckets[family.rawValue], counts[family.rawValue]) {
                values[Int(bucket)] += Float(count)
            }
            return values
        }
    }
}

/// The rows of one part of a model that are not zero, those of the largest effect first.
struct RankedRows: Sendable {
    /// Family in the upper half, bucket in the lower.
    let rows: [UInt64]

    init(_ tables: [WeightTable], _ effects: RowEffects) {
        var ranked: [(effect: Float, row: UInt64)] = []
        for (family, table) in tables.enumerated() {
            for bucket in 0..<table.rows {
                var norm: Float = 0
                for column in 0..<table.columns {
                    let weight = table.weight(row: bucket, column: column)
                    norm += weight * weight
                }
                guard norm > 0 else { continue }
                ranked.append((norm * effects.occurrences[family][bucket], UInt64(family) << 32 | UInt64(bucket)))
            }
        }
        // Equal effects in the order of families and buckets, so that the same data give the same model.
        ranked.sort { $0.effect != $1.effect ? $0.effect > $1.effect : $0.row < $1.row }
        rows = ranked.map(\.row)
    }

    /// How many of the first `count` rows each family has.
    func heldRows(_ count: Int) -> [Int] {
        var held = [Int](repeating: 0, count: FeatureFamily.count)
        for row in rows.prefix(count) { held[Int(row >> 32)] += 1 }
        return held
    }
}
