/// Rows that a solver passes over again and again, each time in another order.
///
/// Few rows are decoded once and visited in any order. Of many, blocks are drawn at random until a chunk is full, and
/// the chunk's rows are visited in random order: memory for a chunk is all that a pass takes, and files are read block by
/// block. Orders follow from the data and the generator, never from where blocks are stored.
struct RowPasses: Sendable {
    /// Rows of the data set that are learnt from, ascending; their places here are the *positions* of the rows.
    let trained: [Int]
    private let storage: Storage

    private enum Storage: Sendable {
        case resident(DecodedRows)
        case blocks(Dataset, [BlockRows], isTrained: [Bool], chunk: Int)
    }

    /// The rows of a block that are learnt from.
    private struct BlockRows: Sendable {
        let block: Int
        /// Their positions.
        let positions: Range<Int>
    }

    /// One row of a chunk.
    struct Visit: Sendable {
        /// Where its features are.
        var row: UInt32
        /// Its place among the rows that are learnt from.
        var position: UInt32
    }

    /// Features that a pass over many rows decodes at once: 32 MiB of them.
    static let chunkFeatures = 8 << 20
    /// Blocks that are read ahead of the one being decoded: they lie anywhere in a file, which a disk takes its time for.
    private static let lookahead = 4

    /// Passes over `trained`, rows of decoded features.
    init(_ rows: DecodedRows, trained: [Int]) {
        self.trained = trained
        storage = .resident(rows)
    }

    /// Passes over the rows of `dataset` that `isTrained` marks, a chunk of about `chunk` features at a time.
    init(_ dataset: Dataset, isTrained: [Bool], chunk: Int = Self.chunkFeatures) {
        var trained: [Int] = []
        var blocks: [BlockRows] = []
        for block in 0..<dataset.blockCount {
            let first = trained.count
            for row in dataset.rows(ofBlock: block) where isTrained[row] { trained.append(row) }
            if first < trained.count { blocks.append(BlockRows(block: block, positions: first..<trained.count)) }
        }
        self.trained = trained
        storage = .blocks(dataset, blocks, isTrained: isTrained, chunk: chunk)
    }

    /// Calls `body` with each chunk of a pass and the order to visit its rows in; false from it ends the pass.
    func forEachChunk(
        _ generator: inout SeededGenerator, _ body: (DecodedRows, [Visit]) -> Bool
    ) {
        switch storage {
        case .resident(let rows):
            var visits = trained.indices.map { Visit(row: UInt32(trained[$0]), position: UInt32($0)) }
            visits.shuffle(using: &generator)
            _ = body(rows, visits)
        case .blocks(let dataset, var blocks, let isTrained, let chunk):
            blocks.shuffle(using: &generator)
            var rows = DecodedRows()
            var visits: [Visit] = []
            for block in blocks.prefix(Self.lookahead) { dataset.expect(block: block.block) }
            for (index, block) in blocks.enumerated() {
                let later = blocks[min(index + Self.lookahead, blocks.count - 1)].block
                rows.append(dataset, block: block.block, before: later) { isTrained[$0] }
                for position in block.positions {
                    visits.append(Visit(row: UInt32(visits.count), position: UInt32(position)))
                }
                guard rows.slots.count >= chunk || index == blocks.count - 1 else { continue }
                visits.shuffle(using: &generator)
                guard body(rows, visits) else { return }
                rows.removeAll()
                visits.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Calls `body` with every row and its position, in the order of the data.
    func forEach(_ body: (_ rows: DecodedRows, _ row: Int, _ position: Int) -> Void) {
        switch storage {
        case .resident(let rows):
            for (position, row) in trained.enumerated() { body(rows, row, position) }
        case .blocks(let dataset, let blocks, let isTrained, _):
            var rows = DecodedRows()
            for block in blocks {
                rows.removeAll()
                rows.append(dataset, block: block.block) { isTrained[$0] }
                for (row, position) in block.positions.enumerated() { body(rows, row, position) }
            }
        }
    }
}
