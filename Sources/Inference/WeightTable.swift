public import VectorKernels

/// The weights of one feature family: a row per bucket, a column per label or per hidden unit.
///
/// Points into memory that `owner` keeps alive: a mapped file, an embedded region, or an array of a model in
/// training.
public struct WeightTable: @unchecked Sendable {
    // Sendable: the memory is never written to while a table exists, and `owner` is itself Sendable.

    /// How the weights are stored.
    public enum Storage {
        /// Plain floats.
        case float(UnsafePointer<Float>)
        /// Whole numbers of −127...127, times a scale for each block of `1 << blockShift` rows.
        case int8(UnsafePointer<Int8>, scales: UnsafePointer<Float>, blockShift: Int)
        /// Whole numbers of −8...7, two a byte, a row in `(columns + 1) / 2` bytes, times a scale a block of rows.
        case int4(UnsafePointer<UInt8>, scales: UnsafePointer<Float>, blockShift: Int)
    }

    /// Where the weights are.
    public let storage: Storage
    /// Number of buckets.
    public let rows: Int
    /// Number of labels or hidden units.
    public let columns: Int
    /// Which rows `storage` holds, nil where it holds all of them; the weights of others are 0.
    ///
    /// Blocks that share a scale are then blocks of the rows that are held.
    public let index: RowIndex?
    private let owner: any AnyObject & Sendable

    /// A table of `rows × columns` weights in memory that lives as long as `owner`.
    ///
    /// With an index, `storage` holds the rows that it keeps; where it keeps none, one row that is never used.
    public init(
        storage: Storage, rows: Int, columns: Int, index: RowIndex? = nil, owner: any AnyObject & Sendable
    ) {
        if let index { precondition(index.buckets == rows, "an index of \(index.buckets) buckets for \(rows) rows") }
        self.storage = storage
        self.index = index
        self.rows = rows
        self.columns = columns
        self.owner = owner
    }

    /// Adds `factor · Σ ± row` over `slots`, each of which must lie inside the table.
    @inline(__always)
    func add(_ slots: UnsafeBufferPointer<UInt32>, factor: Float, to sums: UnsafeMutablePointer<Float>) {
        switch storage {
        case .float(let weights):
            guard let index else {
                return RowSums.add(float: weights, columns: columns, slots: slots, factor: factor, to: sums)
            }
            RowSums.add(float: weights, columns: columns, index: index, slots: slots, factor: factor, to: sums)
        case .int8(let weights, let scales, let blockShift):
            guard let index else {
                return RowSums.add(
                    int8: weights, scales: scales, blockShift: blockShift, columns: columns, slots: slots,
                    factor: factor, to: sums)
            }
            RowSums.add(
                int8: weights, scales: scales, blockShift: blockShift, columns: columns, index: index, slots: slots,
                factor: factor, to: sums)
        case .int4(let weights, let scales, let blockShift):
            RowSums.add(
                int4: weights, scales: scales, blockShift: blockShift, columns: columns, index: index, slots: slots,
                factor: factor, to: sums)
        }
    }

    /// Number of rows that `storage` holds.
    public var heldRows: Int { index?.keptCount ?? rows }

    /// One weight, for explanations and tests.
    public func weight(row: Int, column: Int) -> Float {
        precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
        precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
        guard let row = index.map({ $0.row(of: row) }) ?? row else { return 0 }
        switch storage {
        case .float(let weights): return weights[row * columns + column]
        case .int8(let weights, let scales, let blockShift):
            return Float(weights[row * columns + column]) * scales[row >> blockShift]
        case .int4(let weights, let scales, let blockShift):
            let byte = weights[row * ((columns + 1) / 2) + column / 2]
            let nibble = Int8(bitPattern: column % 2 == 0 ? byte << 4 : byte) >> 4
            return Float(nibble) * scales[row >> blockShift]
        }
    }
}
