internal import FeatureExtraction
internal import VectorKernels

/// Labelled requests as sparse rows of features, in blocks that were extracted independently.
///
/// A row has a segment a feature family; a segment's slots are `bucket << 1 | sign`, first in the family's own
/// numbering, after `compact` in that of the active features of all families. 4 bytes a feature.
struct Dataset: Sendable {
    /// Rows that one thread extracted.
    struct Block: Sendable {
        /// Slots of all rows, family after family.
        var slots: [UInt32] = []
        /// Start of each segment in `slots`, rows × families, and the end.
        var segments: [UInt32] = [0]

        var rowCount: Int { (segments.count - 1) / FeatureFamily.count }

        /// Adds the features of the request that was just extracted.
        mutating func append(_ scratch: borrowing FeatureScratch) {
            for family in FeatureFamily.allCases {
                scratch.withSlots(of: family) { slots.append(contentsOf: $0) }
                segments.append(UInt32(slots.count))
            }
        }
    }

    /// Rows a block: small enough to balance threads, large enough to cost nothing.
    static let rowsPerBlock = 512

    let settings: FeatureSettings
    private(set) var blocks: [Block] = []
    /// Label index of each row.
    var labels: [Int32] = []
    /// Index of a second acceptable label, or −1.
    var alternatives: [Int32] = []
    /// Sample weight of each row.
    var weights: [Float] = []
    /// Hash of the row's group, or of its text where it has none: rows with equal hashes stay together.
    var groups: [UInt64] = []

    init(settings: FeatureSettings) { self.settings = settings }

    var rowCount: Int { labels.count }

    /// Number of features of all rows.
    var featureCount: Int { blocks.reduce(0) { $0 + $1.slots.count } }

    /// First row of each block.
    private(set) var blockStarts: [Int] = []

    /// Adds a block; its rows' labels, weights and groups are appended by the caller.
    mutating func append(_ block: Block) {
        blockStarts.append(blocks.isEmpty ? 0 : blockStarts[blocks.count - 1] + blocks[blocks.count - 1].rowCount)
        blocks.append(block)
    }

    /// Where a row is.
    ///
    /// - Complexity: O(log blocks).
    func locate(_ row: Int) -> (block: Int, row: Int) {
        var low = 0
        var high = blockStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if blockStarts[middle] <= row { low = middle } else { high = middle }
        }
        return (low, row - blockStarts[low])
    }

    /// Swaps all blocks with those in `others`.
    mutating func exchangeBlocks(with others: SharedBuffer<Block>) {
        for index in blocks.indices { swap(&others[index], &blocks[index]) }
    }

    /// Factor of a segment with `count` slots of `family`.
    @inline(__always)
    static func scale(_ settings: [Float], family: Int, count: Int) -> Float {
        settings[family] / Float(count).squareRoot()
    }
}

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
    init(compacting dataset: inout Dataset, learnt: Int? = nil, parallel: Parallel) {
        let learnt = learnt ?? dataset.rowCount
        var buckets: [[UInt32]] = []
        var offsets = [0]
        var numbers: [[UInt32]] = []
        var frequencies: [Float] = []
        for family in FeatureFamily.allCases {
            var documents = [Int32](repeating: 0, count: dataset.settings.bucketCount(of: family))
            var isActive = [Bool](repeating: false, count: documents.count)
            for (block, firstRow) in zip(dataset.blocks, dataset.blockStarts) {
                for row in 0..<block.rowCount {
                    let counted: Int32 = firstRow + row < learnt ? 1 : 0
                    let segment = row * FeatureFamily.count + family.rawValue
                    for index in block.segments[segment]..<block.segments[segment + 1] {
                        let bucket = Int(block.slots[Int(index)] >> 1)
                        documents[bucket] += counted
                        isActive[bucket] = true
                    }
                }
            }
            var active: [UInt32] = []
            var number = [UInt32](repeating: 0, count: documents.count)
            for bucket in isActive.indices where isActive[bucket] {
                number[bucket] = UInt32(offsets[family.rawValue] + active.count)
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
        let blocks = SharedBuffer<Dataset.Block>(count: dataset.blocks.count, repeating: Dataset.Block())
        // Moved, not copied: a copy of the slots would double the peak of memory.
        dataset.exchangeBlocks(with: blocks)
        let numbering = numbers
        parallel.forEach(blocks.count) { index in
            var segment = 0
            while segment < blocks.base[index].segments.count - 1 {
                let family = segment % FeatureFamily.count
                let start = Int(blocks.base[index].segments[segment])
                let end = Int(blocks.base[index].segments[segment + 1])
                for position in start..<end {
                    let slot = blocks.base[index].slots[position]
                    blocks.base[index].slots[position] = numbering[family][Int(slot >> 1)] << 1 | slot & 1
                }
                segment += 1
            }
        }
        dataset.exchangeBlocks(with: blocks)
    }

    private static func inverseDocumentFrequencies(of documents: [Int32], rows: Int, isWeighted: Bool) -> [Float] {
        guard isWeighted else { return [Float](repeating: 1, count: documents.count) }
        let values = documents.map { 1 + logarithm(Double(1 + rows) / Double(1 + $0)) }
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
