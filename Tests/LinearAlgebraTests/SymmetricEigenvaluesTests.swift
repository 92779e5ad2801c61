import LinearAlgebra
import TestSupport
import Testing

extension LinearAlgebraTests {
    @Suite struct SymmetricEigenvaluesTests {
        @Test(arguments: [1, 2, 3, 8, 17, 33])
        func `eigenvectors are orthonormal and are scaled by their eigenvalues`(order n: Int) throws {
            var random = SplitMix64(seed: UInt64(n))
            var a = random.doubles(n * n)
            for row in 0..<n { for column in 0..<row { a[column * n + row] = a[row * n + column] } }
            let eigen = try SymmetricEigenvalues(of: a, order: n)
            #expect(eigen.values == eigen.values.sorted())
            for i in 0..<n {
                let vector = Array(eigen.vectors[i * n..<(i + 1) * n])
                for row in 0..<n {
                    let image = (0..<n).reduce(0) { $0 + a[row * n + $1] * vector[$1] }
                    #expect(abs(image - eigen.values[i] * vector[row]) < 1e-12 * Double(n))
                }
                for j in 0..<n {
                    let product = (0..<n).reduce(0) { $0 + vector[$1] * eigen.vectors[j * n + $1] }
                    #expect(abs(product - (i == j ? 1 : 0)) < 1e-12 * Double(n))
                }
            }
        }

        @Test func `only the lower triangle is read, and nothing gives nothing`() throws {
            #expect(try SymmetricEigenvalues(of: [2, .nan, 0, 1], order: 2).values == [1, 2])
            #expect(try SymmetricEigenvalues(of: [], order: 0).values == [])
        }

        @Test func `numbers that are not finite are refused`() {
            #expect(throws: SymmetricEigenvalues.Failure.notFinite) {
                try SymmetricEigenvalues(of: [1, 0, .nan, 1], order: 2)
            }
        }
    }
}
