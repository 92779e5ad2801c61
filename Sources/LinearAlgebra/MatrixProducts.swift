/// Products of dense matrices and vectors (BLAS levels 2 and 3).
///
/// op(A) is A, or its transpose where the call says so. With `beta` 0 the result is overwritten whatever it
/// held. Shapes that do not fit together are a programming error and stop the program with both numbers.
public enum MatrixProducts {
    /// C ← alpha·op(A)·op(B) + beta·C in O(m·n·k), where op(A) is m × k, op(B) is k × n and C is m × n.
    public static func gemm(
        alpha: Float = 1, _ a: Matrix, transposeA: Bool = false, _ b: Matrix, transposeB: Bool = false,
        beta: Float = 0, into c: inout Matrix
    ) {
        let shapeC = c.shape
        c.withMutableValues {
            gemm(
                alpha: alpha, a.values.span, a.shape, transposeA: transposeA, b.values.span, b.shape,
                transposeB: transposeB, beta: beta, into: &$0, shapeC)
        }
    }

    /// C ← alpha·op(A)·op(B) + beta·C on row-major spans, each followed by the shape in which it is stored.
    public static func gemm(
        alpha: Float = 1, _ a: Span<Float>, _ shapeA: MatrixShape, transposeA: Bool = false, _ b: Span<Float>,
        _ shapeB: MatrixShape, transposeB: Bool = false, beta: Float = 0, into c: inout MutableSpan<Float>,
        _ shapeC: MatrixShape
    ) {
        checkStorage("A", shapeA, a.count)
        checkStorage("B", shapeB, b.count)
        checkStorage("C", shapeC, c.count)
        let left = transposeA ? shapeA.transposed : shapeA
        let right = transposeB ? shapeB.transposed : shapeB
        require(left.columns == right.rows, "op(A) has \(left.columns) columns, but op(B) \(right.rows) rows")
        require(shapeC.rows == left.rows, "C has \(shapeC.rows) rows, but op(A) \(left.rows)")
        require(
            shapeC.columns == right.columns, "C has \(shapeC.columns) columns, but op(B) \(right.columns)")
        guard shapeC.count > 0 else { return }
        guard left.columns > 0 else { return VectorOperations.scale(&c, by: beta) }
        BLASCalls.gemm(
            alpha: alpha, a, shapeA, transposeA: transposeA, b, shapeB, transposeB: transposeB, beta: beta,
            &c,
            shapeC)
    }

    /// y ← alpha·op(A)·x + beta·y in O(m·n), where op(A) is m × n, x has n elements and y has m.
    public static func gemv(
        alpha: Float = 1, _ a: Matrix, transpose: Bool = false, _ x: [Float], beta: Float = 0,
        into y: inout [Float]
    ) {
        var span = y.mutableSpan
        gemv(
            alpha: alpha, a.values.span, a.shape, transpose: transpose, x.span, beta: beta, into: &span)
    }

    /// y ← alpha·op(A)·x + beta·y on spans, where `shape` is the one in which A is stored, row-major.
    public static func gemv(
        alpha: Float = 1, _ a: Span<Float>, _ shape: MatrixShape, transpose: Bool = false, _ x: Span<Float>,
        beta: Float = 0, into y: inout MutableSpan<Float>
    ) {
        checkStorage("A", shape, a.count)
        let left = transpose ? shape.transposed : shape
        require(left.columns == x.count, "op(A) has \(left.columns) columns, but x \(x.count) elements")
        require(left.rows == y.count, "op(A) has \(left.rows) rows, but y \(y.count) elements")
        guard y.count > 0 else { return }
        // OpenBLAS scales y before it adds, and a NaN would survive the factor 0 in some of its versions.
        if beta == 0 { y.update(repeating: 0) }
        guard left.columns > 0 else { return VectorOperations.scale(&y, by: beta) }
        BLASCalls.gemv(alpha: alpha, a, shape, transpose: transpose, x, beta: beta == 0 ? 1 : beta, &y)
    }

    private static func checkStorage(_ name: String, _ shape: MatrixShape, _ count: Int) {
        require(
            shape.count == count, "\(name) is \(shape), \(shape.count) elements, but its storage has \(count)"
        )
    }
}
