internal import CVectorKernels

extension RowSums {
    /// Adds `factor · Σ ± scale(row) · q(row)` to `sums` for a table of 4-bit weights, two a byte.
    ///
    /// A row is `(columns + 1) / 2` bytes; the C header says where a column is. With an index, `table` holds the rows
    /// that it keeps, at least one, and blocks of `1 << blockShift` rows are blocks of those.
    /// - Complexity: O(slots · columns).
    public static func add(
        int4 table: UnsafePointer<UInt8>, scales: UnsafePointer<Float>, blockShift: Int, columns: Int,
        index: RowIndex?, slots: UnsafeBufferPointer<UInt32>, factor: Float, to sums: UnsafeMutablePointer<Float>
    ) {
        guard let base = slots.baseAddress, !slots.isEmpty else { return }
        if let index {
            tasktype_sum_kept_rows_int4(
                table, scales, UInt32(blockShift), columns, index.words, base, slots.count, factor, sums)
        } else {
            tasktype_sum_rows_int4(table, scales, UInt32(blockShift), columns, base, slots.count, factor, sums)
        }
    }

    /// As `add(int8:…)` over a table of the rows that `index` keeps, at least one; other rows count as zeros.
    ///
    /// - Complexity: O(slots · columns).
    public static func add(
        int8 table: UnsafePointer<Int8>, scales: UnsafePointer<Float>, blockShift: Int, columns: Int,
        index: RowIndex, slots: UnsafeBufferPointer<UInt32>, factor: Float, to sums: UnsafeMutablePointer<Float>
    ) {
        guard let base = slots.baseAddress, !slots.isEmpty else { return }
        tasktype_sum_kept_rows_int8(
            table, scales, UInt32(blockShift), columns, index.words, base, slots.count, factor, sums)
    }

    /// As `add(float:…)` over a table of the rows that `index` keeps, at least one; other rows count as zeros.
    ///
    /// - Complexity: O(slots · columns).
    public static func add(
        float table: UnsafePointer<Float>, columns: Int, index: RowIndex,
        slots: UnsafeBufferPointer<UInt32>, factor: Float, to sums: UnsafeMutablePointer<Float>
    ) {
        guard let base = slots.baseAddress, !slots.isEmpty else { return }
        tasktype_sum_kept_rows_float(table, columns, index.words, base, slots.count, factor, sums)
    }
}
