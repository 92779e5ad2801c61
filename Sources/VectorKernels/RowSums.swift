internal import CVectorKernels

/// Sums of selected rows of a table of weights: the only arithmetic that a linear prediction does per feature.
///
/// A *slot* is `row << 1 | negative`. The order of additions is fixed (see the C header), so that all
/// processors give the same bits. All pointers must stay valid during the call and every row must be inside its
/// table: model and features are checked against each other when a model is opened.
public enum RowSums {
    /// Adds `factor · Σ ± scale(row) · q(row)` to `sums` for an int8 table with a scale per block of rows.
    ///
    /// - Complexity: O(slots · columns), one cache line a slot up to 64 columns.
    @inlinable
    public static func add(
        int8 table: UnsafePointer<Int8>, scales: UnsafePointer<Float>, blockShift: Int, columns: Int,
        slots: UnsafeBufferPointer<UInt32>, factor: Float, to sums: UnsafeMutablePointer<Float>
    ) {
        guard let base = slots.baseAddress, !slots.isEmpty else { return }
        addInt8(table, scales, blockShift, columns, base, slots.count, factor, sums)
    }

    /// Adds `factor · Σ ± weights(row)` to `sums` for a float table.
    ///
    /// - Complexity: O(slots · columns).
    @inlinable
    public static func add(
        float table: UnsafePointer<Float>, columns: Int,
        slots: UnsafeBufferPointer<UInt32>, factor: Float, to sums: UnsafeMutablePointer<Float>
    ) {
        guard let base = slots.baseAddress, !slots.isEmpty else { return }
        addFloat(table, columns, base, slots.count, factor, sums)
    }

    /// Adds `± factor · values` to the row of every slot: the transpose of `add(float:…)`, for gradients.
    ///
    /// - Complexity: O(slots · columns).
    public static func scatter(
        _ values: UnsafePointer<Float>, columns: Int, slots: UnsafeBufferPointer<UInt32>, factor: Float,
        toRowsOf table: UnsafeMutablePointer<Float>
    ) {
        guard let base = slots.baseAddress, !slots.isEmpty else { return }
        tasktype_add_to_rows(table, columns, base, slots.count, factor, values)
    }

    /// Adds `± factor · rowFactors(row) · values` to the row of every slot.
    ///
    /// - Complexity: O(slots · columns).
    public static func scatter(
        _ values: UnsafePointer<Float>, columns: Int, slots: UnsafeBufferPointer<UInt32>, factor: Float,
        rowFactors: UnsafePointer<Float>, toRowsOf table: UnsafeMutablePointer<Float>
    ) {
        guard let base = slots.baseAddress, !slots.isEmpty else { return }
        tasktype_add_to_weighed_rows(table, columns, rowFactors, base, slots.count, factor, values)
    }

    /// Adds `count` elements of `values` to `sums`; the two must not overlap.
    ///
    /// - Complexity: O(count).
    public static func add(_ values: UnsafePointer<Float>, count: Int, to sums: UnsafeMutablePointer<Float>) {
        tasktype_add(sums, values, count)
    }

    /// Adds `Σ coefficient(j) · weights(j)` over all rows of a small dense table to `sums`.
    ///
    /// - Complexity: O(rows · columns).
    public static func add(
        scaledRows table: UnsafePointer<Float>, rows: Int, columns: Int,
        coefficients: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>
    ) {
        tasktype_sum_scaled_rows(table, rows, columns, coefficients, sums)
    }

    @usableFromInline
    static func addInt8(
        _ table: UnsafePointer<Int8>, _ scales: UnsafePointer<Float>, _ blockShift: Int, _ columns: Int,
        _ slots: UnsafePointer<UInt32>, _ count: Int, _ factor: Float, _ sums: UnsafeMutablePointer<Float>
    ) {
        tasktype_sum_rows_int8(table, scales, UInt32(blockShift), columns, slots, count, factor, sums)
    }

    @usableFromInline
    static func addFloat(
        _ table: UnsafePointer<Float>, _ columns: Int,
        _ slots: UnsafePointer<UInt32>, _ count: Int, _ factor: Float, _ sums: UnsafeMutablePointer<Float>
    ) {
        tasktype_sum_rows_float(table, columns, slots, count, factor, sums)
    }
}
