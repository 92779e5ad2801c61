/// Rows that a solver passes over again and again, each time in another order.
///
/// Few rows are decoded once and visited in any order. Of many, blocks are drawn at random until a chunk is full, and
/// the chunk's rows are visited in random order: memory for a chunk is all that a pass takes, and files are read block by
/// block. Orders follow from the data and the generator, never from where blocks are stored, nor from who decodes them.
struct RowPasses: Sendable {
    /// Rows of the data set that are learnt from, ascending; their places here are the *positions* of the rows.
    let trained: [Int]
    private let storage: Storage

    private enum Storage: Sendable {
        case resident(DecodedRows)
        case blocks(Dataset, [BlockRows], isTrained: [Bool], chunk: Int, decodesAhead: Bool)
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
    ///
    /// - Parameter decodesAhead: Whether another thread decodes a chunk while the one before it is visited.
    init(_ dataset: Dataset, isTrained: [Bool], chunk: Int = Self.chunkFeatures, decodesAhead: Bool = false) {
        var trained: [Int] = []
        var blocks: [BlockRows] = []
        for block in 0..<dataset.blockCount {
            let first = trained.count
            for row in dataset.rows(ofBlock: block) where isTrained[row] { trained.append(row) }
            if first < trained.count { blocks.append(BlockRows(block: block, positions: first..<trained.count)) }
        }
        self.trained = trained
        storage = .blocks(dataset, blocks, isTrained: isTrained, chunk: chunk, decodesAhead: decodesAhead)
    }

    /// Whether rows are decoded anew in each pass, so that it saves time to pass over some of them only.
    var decodesEachTime: Bool {
        switch storage {
        case .resident: false
        case .blocks: true
        }
    }

    /// Calls `body` with each chunk of a pass and the order to visit its rows in; false from it ends the pass.
    ///
    /// - Parameter isVisited: Which positions to visit; all of them where left out.
    func forEachChunk(
        _ generator: inout SeededGenerator, isVisited: [Bool]? = nil, _ body: (DecodedRows, [Visit]) -> Bool
    ) {
        switch storage {
        case .resident(let rows):
            var visits: [Visit] = []
            for position in trained.indices where isVisited?[position] ?? true {
                visits.append(Visit(row: UInt32(trained[position]), position: UInt32(position)))
            }
            visits.shuffle(using: &generator)
            _ = body(rows, visits)
        case .blocks(let dataset, var blocks, let isTrained, let limit, let decodesAhead):
            blocks.shuffle(using: &generator)
            for block in blocks.prefix(Self.lookahead) { dataset.expect(block: block.block) }
            let decode: @Sendable (Int, inout RowChunk) -> Void = { [blocks] start, chunk in
                chunk.rows.removeAll()
                chunk.visits.removeAll(keepingCapacity: true)
                chunk.end = start
                while chunk.end < blocks.count, chunk.rows.slots.count < limit {
                    let later = blocks[min(chunk.end + Self.lookahead, blocks.count - 1)].block
                    let block = blocks[chunk.end]
                    var positions = block.positions.makeIterator()
                    chunk.rows.append(dataset, block: block.block, before: later) { row in
                        guard isTrained[row], let position = positions.next(), isVisited?[position] ?? true else {
                            return false
                        }
                        chunk.visits.append(Visit(row: UInt32(chunk.visits.count), position: UInt32(position)))
                        return true
                    }
                    chunk.end += 1
                }
            }
            RowChunk.forEach(to: blocks.count, decodesAhead: decodesAhead, decode: decode) { chunk in
                chunk.visits.shuffle(using: &generator)
                return body(chunk.rows, chunk.visits)
            }
        }
    }

    /// Calls `body` with every row and its position, in the order of the data.
    func forEach(_ body: (_ rows: DecodedRows, _ row: Int, _ position: Int) -> Void) {
        switch storage {
        case .resident(let rows):
            for (position, row) in trained.enumerated() { body(rows, row, position) }
        case .blocks(let dataset, let blocks, let isTrained, _, _):
            var rows = DecodedRows()
            for block in blocks {
                rows.removeAll()
                rows.append(dataset, block: block.block) { isTrained[$0] }
                for (row, position) in block.positions.enumerated() { body(rows, row, position) }
            }
        }
    }
}
