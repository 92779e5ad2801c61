internal import FeatureExtraction

/// Labelled requests as sparse rows of features, in blocks that were extracted independently.
///
/// A feature is a slot `number << 1 | sign`; its number is first a bucket of its family, after
/// `ActiveFeatures(compacting:)` the place among the active features of all families. Blocks may be in memory or in a
/// temporary file: those who read rows by `forEachRow` and `withFeatures` cannot tell.
struct Dataset: Sendable {
    /// Rows a block: small enough to balance threads, large enough to cost nothing.
    static let rowsPerBlock = 512

    let settings: FeatureSettings
    /// Label index of each row.
    var labels: [Int32] = []
    /// Index of a second acceptable label, or −1.
    var alternatives: [Int32] = []
    /// Sample weight of each row.
    var weights: [Float] = []
    /// Hash of the row's group, or of its text where it has none: rows with equal hashes stay together.
    var groups: [UInt64] = []

    private var blocks: [FeatureBlock] = []
    /// First row of each block, and the end.
    private var blockStarts = [0]
    /// First number of each family: zero before features are renumbered.
    private(set) var familyOffsets = [UInt32](repeating: 0, count: FeatureFamily.count)

    init(settings: FeatureSettings) { self.settings = settings }

    var rowCount: Int { labels.count }

    /// Number of features of all rows.
    var featureCount: Int { blocks.reduce(0) { $0 + $1.slotCount } }

    var blockCount: Int { blocks.count }

    /// The rows of a block.
    func rows(ofBlock block: Int) -> Range<Int> { blockStarts[block]..<blockStarts[block + 1] }

    /// Adds a block; its rows' labels, weights and groups are appended by the caller.
    mutating func append(_ block: FeatureBlock) {
        blocks.append(block)
        blockStarts.append(blockStarts[blocks.count - 1] + block.rowCount)
    }

    /// Calls `body` with the rows of a block that `isWanted` lets through, in order, and their features.
    func forEachRow(
        ofBlock index: Int, where isWanted: (_ row: Int) -> Bool = { _ in true },
        _ body: (_ row: Int, _ features: RowFeatures) -> Void
    ) {
        let block = blocks[index]
        let first = blockStarts[index]
        withLayout(ofBlock: index) { layout in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(block.longestRow, 1)) { slots in
                settings.familyWeights.withUnsafeBufferPointer { familyWeights in
                    guard let slots = slots.baseAddress, let familyWeights = familyWeights.baseAddress else { return }
                    for row in 0..<block.rowCount where isWanted(first + row) {
                        body(first + row, decode(row, layout, slots, familyWeights))
                    }
                }
            }
        }
    }

    /// Calls `body` with the features of a row.
    ///
    /// - Complexity: O(log blocks + features).
    func withFeatures<Result>(ofRow row: Int, _ body: (RowFeatures) -> Result) -> Result {
        let index = block(ofRow: row)
        let inner = row - blockStarts[index]
        return withLayout(ofBlock: index) { layout in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(layout.slotCount(ofRow: inner), 1)) { slots in
                settings.familyWeights.withUnsafeBufferPointer { familyWeights in
                    guard let slots = slots.baseAddress, let familyWeights = familyWeights.baseAddress else {
                        preconditionFailure("a row has memory for its slots")
                    }
                    return body(decode(inner, layout, slots, familyWeights))
                }
            }
        }
    }

    /// The rows in `rows`, ascending, as a data set of their own, in memory.
    ///
    /// - Complexity: O(features of the rows).
    func subset(_ rows: [Int]) -> Dataset {
        var part = Dataset(settings: settings)
        part.familyOffsets = familyOffsets
        var writer = FeatureBlockWriter()
        for row in rows {
            withFeatures(ofRow: row) { writer.append($0, offsets: familyOffsets) }
            part.labels.append(labels[row])
            part.alternatives.append(alternatives[row])
            part.weights.append(weights[row])
            part.groups.append(groups[row])
            if writer.rowCount == Self.rowsPerBlock {
                part.append(writer.encoded(settings))
                writer = FeatureBlockWriter()
            }
        }
        if writer.rowCount > 0 { part.append(writer.encoded(settings)) }
        return part
    }

    /// Calls `body` with the parts of a block, for those who need not decode.
    func withLayout<Result>(ofBlock index: Int, _ body: (FeatureBlockLayout) -> Result) -> Result {
        let block = blocks[index]
        switch block.storage {
        case .memory(let bytes):
            return body(FeatureBlockLayout(UnsafeMutableRawPointer(bytes.base), rowCount: block.rowCount, settings))
        case .file:
            preconditionFailure("a block in a file needs its file")
        }
    }

    /// Gives each feature the number that `numbering` has for its bucket, by family, and families their first numbers.
    ///
    /// Once only, and before the data set is copied: blocks are changed in place.
    mutating func renumber(_ numbering: [[UInt32]], offsets: [Int], parallel: Parallel) {
        familyOffsets = offsets.prefix(FeatureFamily.count).map { UInt32($0) }
        let changed = numbering.indices.filter { family in
            numbering[family].indices.contains { numbering[family][$0] != $0 }
        }
        let dataset = self
        parallel.forEach(blockCount) { block in
            dataset.withLayout(ofBlock: block) { layout in
                for family in changed { layout[family].renumber(numbering[family]) }
            }
        }
    }

    /// The block that holds a row.
    private func block(ofRow row: Int) -> Int {
        var low = 0
        var high = blocks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if blockStarts[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    @inline(__always)
    private func decode(
        _ row: Int, _ layout: borrowing FeatureBlockLayout, _ slots: UnsafeMutablePointer<UInt32>,
        _ familyWeights: UnsafePointer<Float>
    ) -> RowFeatures {
        var ends = InlineArray<7, Int>(repeating: 0)
        var end = 0
        for family in 0..<FeatureFamily.count {
            end += layout[family].decode(row, offset: familyOffsets[family], into: slots + end)
            ends[family] = end
        }
        return RowFeatures(slots: slots, ends: ends, familyWeights: familyWeights)
    }
}
