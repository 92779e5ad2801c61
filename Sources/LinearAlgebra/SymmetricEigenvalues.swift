/// Eigenvalues and eigenvectors of a symmetric matrix in Double (LAPACK: dsyev).
///
/// The QR iteration of dsyev, not the divide and conquer of dsyevd, because the latter needs the Fortran
/// runtime when the library is linked statically.
public struct SymmetricEigenvalues: Sendable, Equatable {
    /// Why a decomposition could not be had.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// The matrix holds NaN or an infinity.
        case notFinite
        /// The iteration left this many off-diagonal elements that did not converge.
        case notConverged(Int)

        /// One sentence that says what is wrong and what to do.
        public var description: String {
            switch self {
            case .notFinite:
                "The matrix holds a number that is NaN or infinite; check the data it came from."
            case .notConverged(let count):
                "The eigenvalue iteration did not converge for \(count) elements; rescale the matrix."
            }
        }
    }

    /// The eigenvalues, ascending.
    public let values: [Double]
    /// The unit eigenvectors, row-major n × n: row i belongs to `values[i]`; its sign is arbitrary.
    public let vectors: [Double]

    /// Decomposes a symmetric matrix in O(n³).
    ///
    /// - Parameters:
    ///   - a: The matrix, row-major, n × n; only its lower triangle is read.
    ///   - order: n.
    /// - Precondition: `a.count == order * order`.
    public init(of a: [Double], order: Int) throws(Failure) {
        require(
            a.count == order * order,
            "a matrix of order \(order) has \(order * order) elements, but \(a.count) were given")
        guard SymmetricMatrix.lowerTriangleIsFinite(a, order: order) else { throw .notFinite }
        var vectors = a
        var values = [Double](repeating: 0, count: order)
        if order > 0 {
            SymmetricMatrix.mirrorLowerTriangle(&vectors, order: order)
            let unconverged = LAPACKCalls.dsyev(&vectors, &values)
            guard unconverged == 0 else { throw .notConverged(unconverged) }
        }
        self.values = values
        self.vectors = vectors
    }
}
