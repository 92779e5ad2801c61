internal import CLinearAlgebra

/// The unsafe edge to LAPACK: arrays in, pointers out.
///
/// What the callers in this module have checked: a square matrix has n × n elements, n ≥ 1, vectors have n,
/// and every number is finite. LAPACK counts columns first, so a row-major lower triangle reaches it as an
/// upper one; a symmetric matrix is the same in both orders and needs no copy.
enum LAPACKCalls {
    /// Solves a·x = b in place by Cholesky; 0, or the order of the leading minor that is not positive.
    static func dposv(_ a: inout [Double], _ b: inout [Double]) -> Int {
        BLASThreads.enter()
        defer { BLASThreads.leave() }
        let n = Int32(b.count)
        return a.withUnsafeMutableBufferPointer { a in
            b.withUnsafeMutableBufferPointer { b in
                Int(tasktype_lapack_dposv(n, a.baseAddress, b.baseAddress))
            }
        }
    }

    /// Replaces `a` by its eigenvectors, one per row, and fills `values` ascending; 0, or what failed.
    static func dsyev(_ a: inout [Double], _ values: inout [Double]) -> Int {
        BLASThreads.enter()
        defer { BLASThreads.leave() }
        let n = Int32(values.count)
        return a.withUnsafeMutableBufferPointer { a in
            values.withUnsafeMutableBufferPointer { values in
                Int(tasktype_lapack_dsyev(n, a.baseAddress, values.baseAddress))
            }
        }
    }
}
