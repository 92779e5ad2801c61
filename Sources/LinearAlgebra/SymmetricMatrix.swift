/// Shared handling of symmetric matrices of Double that are given by their lower triangle, row-major.
enum SymmetricMatrix {
    static func lowerTriangleIsFinite(_ a: [Double], order n: Int) -> Bool {
        (0..<n).allSatisfy { row in a[row * n...row * n + row].allSatisfy(\.isFinite) }
    }

    /// Copies the lower triangle over the upper one, so that nothing unread, not even a NaN, reaches LAPACK.
    static func mirrorLowerTriangle(_ a: inout [Double], order n: Int) {
        for row in 0..<n {
            for column in 0..<row { a[column * n + row] = a[row * n + column] }
        }
    }
}
