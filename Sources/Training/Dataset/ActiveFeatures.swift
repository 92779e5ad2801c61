internal import FeatureExtraction

/// The features that occur in a data set, numbered consecutively.
///
/// Features that never occur would only make the optimiser's vectors longer: the optimum has zeros for them.
struct ActiveFeatures: Sendable {
    /// For each family, the buckets that occur, ascending.
    let buckets: [[UInt32]]
    /// First number of each family, and the total.
    let offsets: [Int]

    /// For each active feature, its inverse document frequency over the mean of its family: idf = 1 + log((1 + n)/(1 + df)),
    /// divided by the root of the mean idf² of the family's occurrences.
    ///
    /// A factor of the feature while training, folded into its weights afterwards: prediction stays a plain sum. Rare
    /// features learn faster that way; lengths of rows stay as they are on average.
    let inverseDocumentFrequencies: [Float]

    /// The weights of a model that training begins with.
    var base: WarmBase?

    var count: Int { offsets[FeatureFamily.count] }

    /// Finds the active features of `dataset` and renumbers its slots.
    ///
    /// Document frequencies are those of the first `learnt` rows, all where it is nil: rows of validation files have no
    /// say in the factors.
    ///
    /// - Complexity: two passes over the features, on all threads; 4 bytes a bucket and thread.
    init(compacting dataset: inout Dataset, learnt: Int? = nil, parallel: Parallel) {
        let learnt = learnt ?? dataset.rowCount
        let counts = Self.documents(of: dataset, learnt: learnt, parallel: parallel)
        var buckets: [[UInt32]] = []
        var offsets = [0]
        var numbers: [[UInt32]] = []
        var frequencies: [Float] = []
        for family in FeatureFamily.allCases {
            let documents = counts.learnt[family.rawValue]
            let others = counts.others[family.rawValue]
            var active: [UInt32] = []
            var number = [UInt32](repeating: 0, count: documents.count)
            for bucket in documents.indices where documents[bucket] > 0 || others[bucket] > 0 {
                number[bucket] = UInt32(active.count)
                active.append(UInt32(bucket))
            }
            frequencies += Self.inverseDocumentFrequencies(
                of: active.map { documents[Int($0)] }, rows: learnt, isWeighted: family != .structure)
            buckets.append(active)
            numbers.append(number)
            offsets.append(offsets[family.rawValue] + active.count)
        }
        self.buckets = buckets
        self.offsets = offsets
        inverseDocumentFrequencies = frequencies
        dataset.renumber(numbers, offsets: offsets, parallel: parallel)
    }

    /// For each family and bucket, the slots among the first `learnt` rows and among the others.
    ///
    /// Whole numbers: their sums are the same whichever thread counts which block.
    private static func documents(
        of dataset: Dataset, learnt: Int, parallel: Parallel
    ) -> (learnt: [[UInt32]], others: [[UInt32]]) {
        let parts = max(1, min(parallel.threads, dataset.blockCount))
        let first = FeatureFamily.allCases.reduce(into: [0]) {
            $0.append($0[$0.count - 1] + dataset.settings.bucketCount(of: $1))
        }
        let total = first[FeatureFamily.count]
        let counts = SharedBuffer<UInt32>(count: parts * 2 * total, repeating: 0)
        parallel.forEach(parts) { part in
            let own = counts.base + part * 2 * total
            for block in dataset.blockCount * part / parts..<dataset.blockCount * (part + 1) / parts {
                let rows = dataset.rows(ofBlock: block)
                let border = min(max(learnt - rows.lowerBound, 0), rows.count)
                dataset.withBuckets(ofBlock: block) { layout in
                    for family in 0..<FeatureFamily.count {
                        let seen = own + first[family]
                        let others = seen + total
                        layout[family].forEachNumber(of: 0..<border) { seen[$0] &+= 1 }
                        layout[family].forEachNumber(of: border..<rows.count) { others[$0] &+= 1 }
                    }
                }
            }
        }
        func sums(_ side: Int) -> [[UInt32]] {
            (0..<FeatureFamily.count).map { family in
                (first[family]..<first[family + 1]).map { bucket in
                    (0..<parts).reduce(0) { $0 + counts[($1 * 2 + side) * total + bucket] }
                }
            }
        }
        return (sums(0), sums(1))
    }

    private static func inverseDocumentFrequencies(of documents: [UInt32], rows: Int, isWeighted: Bool) -> [Float] {
        guard isWeighted else { return [Float](repeating: 1, count: documents.count) }
        let values = documents.map { 1 + logarithm(Double(1 + rows) / Double(1 + Int($0))) }
        var squares = 0.0
        var occurrences = 0.0
        for (value, count) in zip(values, documents) {
            squares += value * value * Double(count)
            occurrences += Double(count)
        }
        let mean = occurrences > 0 ? (squares / occurrences).squareRoot() : 1
        return values.map { Float($0 / mean) }
    }
}
