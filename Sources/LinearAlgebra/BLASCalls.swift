internal import CLinearAlgebra

/// The unsafe edge to OpenBLAS: spans in, pointers out.
///
/// What the callers in this module have checked before they come here:
/// - vectors that belong together have equal counts, and matrices hold exactly rows × columns elements;
/// - a mutable span overlaps no other argument (Swift's exclusivity rule sees to that for arrays and spans).
///
/// What this file adds: no count beyond 32 bits reaches OpenBLAS, whose integers are that wide, no pointer
/// outlives its call, and no pointer of an empty buffer is read.
enum BLASCalls {
    /// The longest stretch of a vector handed over in one call.
    private static let longestStretch = 1 << 30

    static func dot(_ x: Span<Float>, _ y: Span<Float>) -> Double {
        BLASThreads.enter()
        defer { BLASThreads.leave() }
        return x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                guard let x0 = x.baseAddress, let y0 = y.baseAddress else { return 0 }
                var sum = 0.0
                for start in stride(from: 0, to: x.count, by: longestStretch) {
                    let count = blasInteger(min(longestStretch, x.count - start))
                    sum += tasktype_blas_dot(count, x0 + start, y0 + start)
                }
                return sum
            }
        }
    }

    static func add(scaled a: Float, _ x: Span<Float>, to y: inout MutableSpan<Float>) {
        BLASThreads.enter()
        defer { BLASThreads.leave() }
        x.withUnsafeBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
                guard let x0 = x.baseAddress, let y0 = y.baseAddress else { return }
                for start in stride(from: 0, to: x.count, by: longestStretch) {
                    let count = blasInteger(min(longestStretch, x.count - start))
                    tasktype_blas_axpy(count, a, x0 + start, y0 + start)
                }
            }
        }
    }

    static func scale(_ x: inout MutableSpan<Float>, by a: Float) {
        BLASThreads.enter()
        defer { BLASThreads.leave() }
        x.withUnsafeMutableBufferPointer { x in
            guard let x0 = x.baseAddress else { return }
            for start in stride(from: 0, to: x.count, by: longestStretch) {
                tasktype_blas_scale(blasInteger(min(longestStretch, x.count - start)), a, x0 + start)
            }
        }
    }

    /// C ← alpha·op(A)·op(B) + beta·C, row-major, where op(A) is m × k and op(B) is k × n.
    static func gemm(
        alpha: Float, _ a: Span<Float>, _ shapeA: MatrixShape, transposeA: Bool, _ b: Span<Float>,
        _ shapeB: MatrixShape, transposeB: Bool, beta: Float, _ c: inout MutableSpan<Float>,
        _ shapeC: MatrixShape
    ) {
        BLASThreads.enter()
        defer { BLASThreads.leave() }
        let inner = transposeA ? shapeA.rows : shapeA.columns
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    tasktype_blas_gemm(
                        transposeA, transposeB, blasInteger(shapeC.rows), blasInteger(shapeC.columns),
                        blasInteger(inner), alpha, a.baseAddress, leadingDimension(shapeA), b.baseAddress,
                        leadingDimension(shapeB), beta, c.baseAddress, leadingDimension(shapeC))
                }
            }
        }
    }

    /// y ← alpha·op(A)·x + beta·y, row-major.
    static func gemv(
        alpha: Float, _ a: Span<Float>, _ shape: MatrixShape, transpose: Bool, _ x: Span<Float>, beta: Float,
        _ y: inout MutableSpan<Float>
    ) {
        BLASThreads.enter()
        defer { BLASThreads.leave() }
        a.withUnsafeBufferPointer { a in
            x.withUnsafeBufferPointer { x in
                y.withUnsafeMutableBufferPointer { y in
                    tasktype_blas_gemv(
                        transpose, blasInteger(shape.rows), blasInteger(shape.columns), alpha, a.baseAddress,
                        leadingDimension(shape), x.baseAddress, beta, y.baseAddress)
                }
            }
        }
    }

    /// BLAS refuses a leading dimension of 0, also for a matrix without columns.
    private static func leadingDimension(_ shape: MatrixShape) -> Int32 { blasInteger(max(1, shape.columns)) }

    private static func blasInteger(_ count: Int) -> Int32 {
        guard let narrow = Int32(exactly: count) else {
            fatalError("BLAS counts in 32 bits: a side of \(count) is longer than \(Int32.max)")
        }
        return narrow
    }
}
