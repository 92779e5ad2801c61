/// Finds out, before the work, that nothing could be learnt or judged; each case has a sentence of its own.
enum Learnability {
    /// Texts whose labels are looked at to tell whether they contradict each other throughout.
    private static let probeCount = 1000
    /// Rows among which such contradictions are looked for; with more, the figures on held-out rows tell.
    private static let rowLimit = 100_000

    /// Refuses rows that cannot be told apart: all alike, or each text as often with one label as with another.
    ///
    /// - Complexity: O(features of 100,000 rows), in constant memory; more rows are looked at only while all are alike.
    static func checkRows(_ dataset: Dataset, trained: Int) throws(TrainingError) {
        var counts: [UInt64: [Int32: Int]] = [:]
        for row in 0..<trained where !dataset.isCopy(row) {
            if row >= rowLimit, counts.count > 1 { return }
            let features = featureHash(dataset, row)
            if counts[features] == nil {
                guard counts.count < probeCount else { continue }
                counts[features] = [:]
            }
            counts[features]?[dataset.labels[row], default: 0] += 1
        }
        if counts.count == 1 {
            throw TrainingError(
                .unusableData,
                "all \((0..<trained).count { !dataset.isCopy($0) }) texts are the same to the model, so that no label can be told from another; check the column with the texts"
            )
        }
        let isTied = counts.values.allSatisfy { labels in
            let ranked = labels.values.sorted(by: >)
            return ranked.count > 1 && ranked[0] == ranked[1]
        }
        if isTied {
            throw TrainingError(
                .unusableData,
                "every text has two labels or more, equally often, so that there is nothing to learn; `tasktype data check` lists them"
            )
        }
    }

    /// Refuses a division that leaves nothing to train on, or nothing to judge by.
    static func checkSplits(_ splits: [Split], _ dataset: Dataset) throws(TrainingError) {
        let hasTraining = splits.allSatisfy { $0.isHeldOut.contains(false) }
        let hasHeldOut = splits.contains { $0.isHeldOut.contains(true) }
        guard !hasTraining || !hasHeldOut else { return }
        let groups = Set(dataset.groups).count
        throw TrainingError(
            .unusableData,
            "the rows form \(groups == 1 ? "one group" : "\(groups) groups") (by the column `group`, else by their texts), too few for some to be held out; give rows of more groups, or rows to judge by in --validation"
        )
    }

    private static func featureHash(_ dataset: Dataset, _ row: Int) -> UInt64 {
        dataset.withFeatures(ofRow: row) { features in
            var hash: UInt64 = 0x7465_7874
            features.forEachFamily { family, slots, _ in
                hash = (hash ^ UInt64(family)) &* 0x9E37_79B9_7F4A_7C15
                for slot in slots {
                    hash = (hash ^ UInt64(slot)) &* 0x9E37_79B9_7F4A_7C15
                    hash ^= hash >> 32
                }
            }
            return hash
        }
    }
}
