/// Solves symmetric positive definite systems of equations in Double (LAPACK: dposv).
public enum Cholesky {
    /// Why a system could not be solved.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// The leading minor of this order is not positive.
        case notPositiveDefinite(leadingMinor: Int)
        /// The matrix or the right side holds NaN or an infinity.
        case notFinite

        /// One sentence that says what is wrong and what to do.
        public var description: String {
            switch self {
            case .notPositiveDefinite(let leadingMinor):
                "The matrix is not positive definite: its leading minor of order \(leadingMinor) is not "
                    + "positive; add a ridge to the diagonal, or remove columns that depend on each other."
            case .notFinite:
                "The system of equations holds a number that is NaN or infinite; check the data it came from."
            }
        }
    }

    /// The solution x of A·x = b for a symmetric positive definite A, in O(n³).
    ///
    /// - Parameters:
    ///   - a: A, row-major, n × n; only its lower triangle is read.
    ///   - b: The right side, n elements.
    /// - Returns: x, n elements.
    /// - Precondition: `a.count == b.count * b.count`.
    public static func solve(_ a: [Double], _ b: [Double]) throws(Failure) -> [Double] {
        require(
            a.count == b.count * b.count,
            "a right side of \(b.count) needs a matrix of \(b.count * b.count) elements, not \(a.count)")
        guard !b.isEmpty else { return [] }
        guard SymmetricMatrix.lowerTriangleIsFinite(a, order: b.count), b.allSatisfy(\.isFinite) else {
            throw .notFinite
        }
        var factor = a
        SymmetricMatrix.mirrorLowerTriangle(&factor, order: b.count)
        var solution = b
        let leadingMinor = LAPACKCalls.dposv(&factor, &solution)
        guard leadingMinor == 0 else { throw .notPositiveDefinite(leadingMinor: leadingMinor) }
        return solution
    }
}
