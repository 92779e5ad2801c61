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
    /// Whether each row is a noisy copy of the row before it; empty where none is.
    var copies: [Bool] = []

    private var blocks: [FeatureBlock] = []
    /// First row of each block, and the end.
    private var blockStarts = [0]
    /// First number of each family: zero before features are renumbered.
    private(set) var familyOffsets = [UInt32](repeating: 0, count: FeatureFamily.count)
    /// Where blocks beyond the limit of memory are.
    private var spill: SpillFile?
    /// Bytes of the blocks in memory.
    private var byteCount = 0
    /// Numbers of all buckets, family after family, once features are renumbered.
    ///
    /// Blocks in a file keep their buckets, and are renumbered as they are read: looking a number up costs less than
    /// writing the file anew.
    private var numbering: SharedBuffer<UInt32>?

    init(settings: FeatureSettings) { self.settings = settings }

    /// Whether some blocks are in a temporary file.
    var isSpilled: Bool { spill != nil }

    var rowCount: Int { labels.count }

    /// Whether a row is a noisy copy: learnt from where its row is, and never judged.
    func isCopy(_ row: Int) -> Bool { !copies.isEmpty && copies[row] }

    /// Number of rows that are no copies.
    var originalCount: Int { rowCount - copies.count(where: \.self) }

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

    /// Adds a block as `append` does, in memory or, beyond its limit, in a temporary file.
    mutating func append(_ block: FeatureBlock, to storage: DatasetStorage) throws(TrainingError) {
        guard case .memory(let bytes) = block.storage, byteCount + bytes.count > storage.memoryLimit else {
            if case .memory(let bytes) = block.storage { byteCount += bytes.count }
            return append(block)
        }
        let file: SpillFile
        if let spill { file = spill } else { file = try SpillFile(folder: storage.temporaryFolder) }
        spill = file
        let offset = try file.append(UnsafeRawBufferPointer(bytes.buffer))
        append(
            FeatureBlock(
                rowCount: block.rowCount, longestRow: block.longestRow, slotCount: block.slotCount,
                storage: .file(offset: offset, byteCount: bytes.count)))
    }

    /// Ends adding blocks: from here on they may be read.
    func seal() throws(TrainingError) { try spill?.map() }

    /// Calls `body` with the rows of a block that `isWanted` lets through, in order, and their features.
    ///
    /// - Parameter later: a block that will be wanted soon, and is read ahead; the next one where left out.
    func forEachRow(
        ofBlock index: Int, before later: Int? = nil, where isWanted: (_ row: Int) -> Bool = { _ in true },
        _ body: (_ row: Int, _ features: RowFeatures) -> Void
    ) {
        let block = blocks[index]
        let first = blockStarts[index]
        readInOrder(index, before: later ?? index + 1) { layout, lookup in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(block.longestRow, 1)) { slots in
                settings.familyWeights.withUnsafeBufferPointer { familyWeights in
                    guard let slots = slots.baseAddress, let familyWeights = familyWeights.baseAddress else { return }
                    for row in 0..<block.rowCount where isWanted(first + row) {
                        body(first + row, decode(row, layout, lookup, slots, familyWeights))
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
        let lookup = lookup(ofBlock: index)
        return withLayout(ofBlock: index) { layout in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(layout.slotCount(ofRow: inner), 1)) { slots in
                settings.familyWeights.withUnsafeBufferPointer { familyWeights in
                    guard let slots = slots.baseAddress, let familyWeights = familyWeights.baseAddress else {
                        preconditionFailure("a row has memory for its slots")
                    }
                    return body(decode(inner, layout, lookup, slots, familyWeights))
                }
            }
        }
    }

    /// The blocks that hold some of `rows`, ascending, and where in `rows` these stand.
    func positions(of rows: [Int]) -> [(block: Int, positions: Range<Int>)] {
        var output: [(block: Int, positions: Range<Int>)] = []
        var next = 0
        while next < rows.count {
            let block = block(ofRow: rows[next])
            let first = next
            while next < rows.count, rows[next] < blockStarts[block + 1] {
                precondition(next == 0 || rows[next - 1] < rows[next], "rows ascend")
                next += 1
            }
            output.append((block, first..<next))
        }
        return output
    }

    /// The rows in `rows`, ascending, as a data set of their own, in memory.
    ///
    /// - Complexity: O(features of the rows); one pass over the blocks that hold some.
    func subset(_ rows: [Int]) -> Dataset {
        var part = Dataset(settings: settings)
        part.familyOffsets = familyOffsets
        var writer = FeatureBlockWriter()
        part.labels = rows.map { labels[$0] }
        part.alternatives = rows.map { alternatives[$0] }
        part.weights = rows.map { weights[$0] }
        part.groups = rows.map { groups[$0] }
        if !copies.isEmpty { part.copies = rows.map { copies[$0] } }
        // Block by block: read at random, nearly all of a file would come into the process's memory.
        for (block, positions) in positions(of: rows) {
            var next = positions.lowerBound
            forEachRow(ofBlock: block, where: { next < positions.upperBound && rows[next] == $0 }) { _, features in
                writer.append(features, offsets: familyOffsets)
                next += 1
                if writer.rowCount == Self.rowsPerBlock {
                    part.append(writer.encoded(settings))
                    writer = FeatureBlockWriter()
                }
            }
        }
        if writer.rowCount > 0 { part.append(writer.encoded(settings)) }
        return part
    }

    /// Calls `body` with the slots of each family of a block's rows in `range`, as buckets: only before features are
    /// renumbered.
    func withBuckets(ofBlock index: Int, _ body: (FeatureBlockLayout) -> Void) {
        precondition(numbering == nil, "features have been renumbered")
        readInOrder(index, before: index + 1) { layout, _ in body(layout) }
    }

    /// Gives each feature the number that `numbers` has for its bucket, by family, and families their first numbers.
    ///
    /// Once only, and before the data set is copied: blocks in memory are changed in place.
    mutating func renumber(_ numbers: [[UInt32]], offsets: [Int], parallel: Parallel) {
        precondition(numbering == nil, "features have been renumbered")
        let changed = numbers.indices.filter { family in
            numbers[family].indices.contains { numbers[family][$0] != $0 }
        }
        let dataset = self
        parallel.forEach(blockCount) { block in
            guard case .memory = dataset.blocks[block].storage else { return }
            dataset.withLayout(ofBlock: block) { layout in
                for family in changed { layout[family].renumber(numbers[family]) }
            }
        }
        familyOffsets = offsets.prefix(FeatureFamily.count).map { UInt32($0) }
        let table = SharedBuffer<UInt32>(count: numbers.reduce(0) { $0 + $1.count }, repeating: 0)
        var position = 0
        for (family, numbers) in numbers.enumerated() {
            for number in numbers {
                table[position] = familyOffsets[family] + number
                position += 1
            }
        }
        numbering = table
    }

    /// The numbers to look buckets up in; nil where a block's slots have numbers already.
    private func lookup(ofBlock index: Int) -> UnsafePointer<UInt32>? {
        guard case .file = blocks[index].storage else { return nil }
        return numbering.map { UnsafePointer($0.base) }
    }

    private func withLayout<Result>(ofBlock index: Int, _ body: (FeatureBlockLayout) -> Result) -> Result {
        let block = blocks[index]
        let base =
            switch block.storage {
            case .memory(let bytes): UnsafeMutableRawPointer(bytes.base)
            case .file(let offset, _): file.pointer(at: offset)
            }
        return body(FeatureBlockLayout(base, rowCount: block.rowCount, settings))
    }

    /// Has a block read ahead, if it is there and lies in the file.
    func expect(block index: Int) {
        guard index < blocks.count, case .file(let offset, let count) = blocks[index].storage else { return }
        file.expect(offset, count)
    }

    /// Calls `body` with the parts of a block as one of many: a later one is read ahead, and this one is let go of.
    private func readInOrder(
        _ index: Int, before later: Int, _ body: (FeatureBlockLayout, UnsafePointer<UInt32>?) -> Void
    ) {
        expect(block: later)
        guard case .file(let offset, let count) = blocks[index].storage else {
            return withLayout(ofBlock: index) { body($0, nil) }
        }
        expect(block: index)
        withLayout(ofBlock: index) { body($0, lookup(ofBlock: index)) }
        file.release(offset, count)
    }

    private var file: SpillFile {
        guard let spill else { preconditionFailure("a block in a file has a file") }
        return spill
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
        _ row: Int, _ layout: borrowing FeatureBlockLayout, _ lookup: UnsafePointer<UInt32>?,
        _ slots: UnsafeMutablePointer<UInt32>, _ familyWeights: UnsafePointer<Float>
    ) -> RowFeatures {
        var ends = InlineArray<7, Int>(repeating: 0)
        var end = 0
        var numbers = lookup
        for family in 0..<FeatureFamily.count {
            let start = end
            end += layout[family].decode(
                row, offset: lookup == nil ? familyOffsets[family] : 0, into: slots + start)
            ends[family] = end
            guard let table = numbers else { continue }
            for index in start..<end { slots[index] = table[Int(slots[index] >> 1)] << 1 | slots[index] & 1 }
            numbers = table + settings.bucketCount(of: FeatureFamily.allCases[family])
        }
        return RowFeatures(slots: slots, ends: ends, familyWeights: familyWeights)
    }
}
