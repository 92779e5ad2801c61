internal import VectorKernels

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
    }

    /// Where the weights are.
    public let storage: Storage
    /// Number of buckets.
    public let rows: Int
    /// Number of labels or hidden units.
    public let columns: Int
    private let owner: any AnyObject & Sendable

    /// A table of `rows × columns` weights in memory that lives as long as `owner`.
    public init(storage: Storage, rows: Int, columns: Int, owner: any AnyObject & Sendable) {
        self.storage = storage
        self.rows = rows
        self.columns = columns
        self.owner = owner
    }

    /// Adds `factor · Σ ± row` over `slots`, each of which must lie inside the table.
    @inline(__always)
    func add(_ slots: UnsafeBufferPointer<UInt32>, factor: Float, to sums: UnsafeMutablePointer<Float>) {
        switch storage {
        case .float(let weights):
            RowSums.add(float: weights, columns: columns, slots: slots, factor: factor, to: sums)
        case .int8(let weights, let scales, let blockShift):
            RowSums.add(
                int8: weights, scales: scales, blockShift: blockShift, columns: columns, slots: slots,
                factor: factor, to: sums)
        }
    }

    /// One weight, for explanations and tests.
    public func weight(row: Int, column: Int) -> Float {
        precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
        precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
        switch storage {
        case .float(let weights): return weights[row * columns + column]
        case .int8(let weights, let scales, let blockShift):
            return Float(weights[row * columns + column]) * scales[row >> blockShift]
        }
    }
}
