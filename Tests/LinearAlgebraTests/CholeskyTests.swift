import LinearAlgebra
import TestSupport
import Testing

/// MᵀM + ridge·I for a random M of `order` × `order`.
func positiveDefinite(order: Int, ridge: Double, _ random: inout SplitMix64) -> [Double] {
    let m = random.doubles(order * order)
    var a = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
        for column in 0..<order {
            for inner in 0..<order {
                a[row * order + column] += m[inner * order + row] * m[inner * order + column]
            }
        }
        a[row * order + row] += ridge
    }
    return a
}

extension LinearAlgebraTests {
    @Suite struct CholeskyTests {
        @Test(arguments: [1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 63])
        func `the solution fulfils its equations`(order: Int) throws {
            var random = SplitMix64(seed: UInt64(order))
            let a = positiveDefinite(order: order, ridge: 1, &random)
            let b = random.doubles(order)
            let x = try Cholesky.solve(a, b)
            for row in 0..<order {
                var sum = 0.0
                var size = abs(b[row])
                for column in 0..<order {
                    sum += a[row * order + column] * x[column]
                    size += abs(a[row * order + column] * x[column])
                }
                #expect(abs(sum - b[row]) <= 10 * Double(order) * Double.ulpOfOne * size)
            }
        }

        @Test func `only the lower triangle is read`() throws {
            #expect(try Cholesky.solve([4, .nan, 0, 9], [8, 27]) == [2, 3])
        }

        @Test func `a system without equations has a solution without numbers`() throws {
            #expect(try Cholesky.solve([], []) == [])
        }

        @Test(arguments: [1, 2, 4])
        func `the error names the first leading minor that is not positive`(order: Int) {
            var a = [Double](repeating: 0, count: 25)
            for index in 0..<5 { a[index * 5 + index] = index == order - 1 ? -1 : 1 }
            let failure = Cholesky.Failure.notPositiveDefinite(leadingMinor: order)
            #expect(throws: failure) { try Cholesky.solve(a, [1, 1, 1, 1, 1]) }
            #expect(failure.description.contains("order \(order)"))
        }

        @Test func `a singular matrix is refused`() {
            #expect(throws: Cholesky.Failure.notPositiveDefinite(leadingMinor: 2)) {
                try Cholesky.solve([1, 1, 1, 1], [1, 2])
            }
        }

        @Test(arguments: [Double.nan, .infinity, -.infinity])
        func `numbers that are not finite are refused`(number: Double) {
            #expect(throws: Cholesky.Failure.notFinite) { try Cholesky.solve([1, 0, number, 1], [1, 1]) }
            #expect(throws: Cholesky.Failure.notFinite) { try Cholesky.solve([1, 0, 0, 1], [1, number]) }
        }

        @Test(.enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"))
        func `solutions and eigenvalues agree with NumPy`() throws {
            struct Input: Encodable { var a, b: [Double] }
            struct Output: Decodable { var solution, eigenvalues: [Double] }
            var random = SplitMix64(seed: 1)
            let a = positiveDefinite(order: 33, ridge: 0.1, &random)
            let b = random.doubles(33)
            let oracle: Output = try PythonOracle.run(
                """
                import json, sys, numpy as np
                d = json.load(sys.stdin)
                a = np.array(d["a"]).reshape(33, 33)
                print(json.dumps({"solution": np.linalg.solve(a, np.array(d["b"])).tolist(),
                                  "eigenvalues": np.linalg.eigvalsh(a).tolist()}))
                """, json: Input(a: a, b: b))
            let solution = try Cholesky.solve(a, b)
            let eigen = try SymmetricEigenvalues(of: a, order: 33)
            #expect(zip(solution, oracle.solution).allSatisfy { abs($0 - $1) < 1e-10 * max(1, abs($1)) })
            #expect(
                zip(eigen.values, oracle.eigenvalues).allSatisfy { abs($0 - $1) < 1e-11 * max(1, abs($1)) })
        }
    }
}
