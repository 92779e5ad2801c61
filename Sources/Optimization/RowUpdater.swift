/// Updates single rows of a table within one step of `RowSparseAdam`, from several threads if need be.
///
/// Several threads may call it at once as long as no two of them update the same row; a row's result then
/// does not depend on which thread did it, nor when.
///
/// Why it is `Sendable` in spite of its pointers: they stay valid while `RowSparseAdam.step` runs its body,
/// which holds exclusive access to the table and to both moments; each update checks its row and writes within
/// that row alone; and rows do not overlap.
public struct RowUpdater: @unchecked Sendable {
    let rows: Int
    let width: Int
    let kernel: AdamKernel
    let parameters: UnsafeMutableBufferPointer<Float>
    let first: UnsafeMutableBufferPointer<Float>
    let second: UnsafeMutableBufferPointer<Float>

    /// Moves one row against its gradient, in O(width); to be called at most once per row and step.
    ///
    /// - Precondition: `row` is a row of the table, and `gradient` has the table's width.
    public func update(row: Int, gradient: Span<Float>) {
        precondition(row >= 0 && row < rows, "row \(row) of a table with \(rows) rows")
        precondition(gradient.count == width, "a gradient of \(gradient.count) for a row of \(width)")
        let range = row * width..<(row + 1) * width
        gradient.withUnsafeBufferPointer { gradient in
            kernel.update(
                UnsafeMutableBufferPointer(rebasing: parameters[range]),
                UnsafeMutableBufferPointer(rebasing: first[range]),
                UnsafeMutableBufferPointer(rebasing: second[range]), gradient: gradient)
        }
    }
}
