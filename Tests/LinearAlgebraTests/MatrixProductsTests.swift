import TestSupport
import Testing

@testable import LinearAlgebra

extension LinearAlgebraTests {
    @Suite struct MatrixProductsTests {
        static let sides = [1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 63]

        /// op(A)·op(B) in Double, and the sum of the absolute products as a measure of its rounding.
        static func naive(
            _ a: Matrix, _ transposeA: Bool, _ b: Matrix, _ transposeB: Bool, row: Int, column: Int
        ) -> (value: Double, size: Double) {
            var value = 0.0
            var size = 0.0
            for inner in 0..<(transposeA ? a.rows : a.columns) {
                let left = transposeA ? a[inner, row] : a[row, inner]
                let right = transposeB ? b[column, inner] : b[inner, column]
                value += Double(left) * Double(right)
                size += abs(Double(left) * Double(right))
            }
            return (value, size)
        }

        static func random(_ rows: Int, _ columns: Int, _ generator: inout SplitMix64) -> Matrix {
            Matrix(rows: rows, columns: columns, values: generator.floats(rows * columns))
        }

        @Test(arguments: 0..<48)
        func `gemm agrees with three loops, for all transposes`(seed: Int) throws {
            var generator = SplitMix64(seed: UInt64(seed))
            func side() throws -> Int { try #require(Self.sides.randomElement(using: &generator)) }
            let (m, n, k) = (try side(), try side(), try side())
            let transposeA = seed & 1 != 0
            let transposeB = seed & 2 != 0
            let alpha: Float = seed & 4 != 0 ? 1 : -1.75
            let beta: Float = seed & 8 != 0 ? 0 : 0.5
            let a = Self.random(transposeA ? k : m, transposeA ? m : k, &generator)
            let b = Self.random(transposeB ? n : k, transposeB ? k : n, &generator)
            let before = Self.random(m, n, &generator)
            var c = before
            MatrixProducts.gemm(
                alpha: alpha, a, transposeA: transposeA, b, transposeB: transposeB, beta: beta, into: &c)
            for row in 0..<m {
                for column in 0..<n {
                    let product = Self.naive(a, transposeA, b, transposeB, row: row, column: column)
                    let rest = Double(beta) * Double(before[row, column])
                    let expected = Double(alpha) * product.value + rest
                    let tolerance =
                        Double(k + 2) * Double(Float.ulpOfOne)
                        * (abs(Double(alpha)) * product.size + abs(rest))
                    #expect(abs(Double(c[row, column]) - expected) <= tolerance, "m \(m) n \(n) k \(k)")
                }
            }
        }

        @Test(arguments: 0..<32)
        func `gemv agrees with gemm on one column`(seed: Int) throws {
            var generator = SplitMix64(seed: 500 + UInt64(seed))
            let m = try #require(Self.sides.randomElement(using: &generator))
            let n = try #require(Self.sides.randomElement(using: &generator))
            let transpose = seed & 1 != 0
            let alpha: Float = seed & 2 != 0 ? 1 : 2.5
            let beta: Float = seed & 4 != 0 ? 0 : -0.5
            let a = Self.random(transpose ? n : m, transpose ? m : n, &generator)
            let x = generator.floats(n)
            let before = generator.floats(m)
            var y = before
            MatrixProducts.gemv(alpha: alpha, a, transpose: transpose, x, beta: beta, into: &y)
            let column = Matrix(rows: n, columns: 1, values: x)
            for row in 0..<m {
                let product = Self.naive(a, transpose, column, false, row: row, column: 0)
                let rest = Double(beta) * Double(before[row])
                let expected = Double(alpha) * product.value + rest
                let tolerance =
                    Double(n + 2) * Double(Float.ulpOfOne) * (abs(Double(alpha)) * product.size + abs(rest))
                #expect(abs(Double(y[row]) - expected) <= tolerance, "m \(m) n \(n)")
            }
        }

        @Test func `a beta of 0 overwrites what is not a number`() {
            let identity = Matrix(rows: 2, columns: 2, values: [1, 0, 0, 1])
            var c = Matrix(rows: 2, columns: 2, repeating: .nan)
            MatrixProducts.gemm(identity, identity, into: &c)
            #expect(c == identity)
            var y: [Float] = [.nan, .infinity]
            MatrixProducts.gemv(identity, [3, 4], into: &y)
            #expect(y == [3, 4])
        }

        @Test func `a product over nothing leaves beta times the former result`() {
            var c = Matrix(rows: 2, columns: 3, repeating: 4)
            MatrixProducts.gemm(
                Matrix(rows: 2, columns: 0), Matrix(rows: 0, columns: 3), beta: 0.5, into: &c)
            #expect(c == Matrix(rows: 2, columns: 3, repeating: 2))
            var y: [Float] = [4, 6]
            MatrixProducts.gemv(Matrix(rows: 2, columns: 0), [], beta: 0.5, into: &y)
            #expect(y == [2, 3])
            var nothing = Matrix(rows: 0, columns: 3)
            MatrixProducts.gemm(Matrix(rows: 0, columns: 2), Matrix(rows: 2, columns: 3), into: &nothing)
            #expect(nothing.values.isEmpty)
        }

        @Test func `spans give what matrices give`() {
            var generator = SplitMix64(seed: 42)
            let a = Self.random(5, 7, &generator)
            let b = Self.random(7, 3, &generator)
            var c = Matrix(rows: 5, columns: 3)
            MatrixProducts.gemm(a, b, into: &c)
            // Rows 1 to 3 of A alone, taken from its storage without a copy.
            var part = [Float](repeating: 0, count: 9)
            var span = part.mutableSpan
            MatrixProducts.gemm(
                a.values.span.extracting(7..<28), MatrixShape(rows: 3, columns: 7), b.values.span, b.shape,
                into: &span, MatrixShape(rows: 3, columns: 3))
            for (index, value) in part.enumerated() {
                #expect(abs(value - c.values[3 + index]) <= 8 * Float.ulpOfOne)
            }
        }

        @Test func `results repeat bit for bit on one thread`() {
            var generator = SplitMix64(seed: 9)
            let a = Self.random(129, 257, &generator)
            let b = Self.random(257, 65, &generator)
            var first = Matrix(rows: 129, columns: 65)
            var second = first
            MatrixProducts.gemm(a, b, into: &first)
            MatrixProducts.gemm(a, b, into: &second)
            #expect(first == second)
            #expect(BLASThreads.current == 1)
        }

        @Test func `shapes that do not fit stop the program with both numbers`() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var c = Matrix(rows: 2, columns: 2)
                MatrixProducts.gemm(Matrix(rows: 2, columns: 3), Matrix(rows: 4, columns: 2), into: &c)
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("op(A) has 3 columns, but op(B) 4 rows"))
        }

        @Test func `a vector that does not fit stops the program with both numbers`() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var y = [Float](repeating: 0, count: 2)
                MatrixProducts.gemv(Matrix(rows: 2, columns: 3), [1, 2, 3, 4], into: &y)
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("op(A) has 3 columns, but x 4 elements"))
        }

        @Test(.enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"))
        func `gemm and gemv agree with NumPy`() throws {
            struct Input: Encodable { var m, n, k: Int, a, b, x: [Float] }
            struct Output: Decodable { var product, gram, image: [Double] }
            var generator = SplitMix64(seed: 77)
            let (m, n, k) = (33, 17, 63)
            let a = Self.random(m, k, &generator)
            let b = Self.random(k, n, &generator)
            let x = generator.floats(m)
            let oracle: Output = try PythonOracle.run(
                """
                import json, sys, numpy as np
                d = json.load(sys.stdin)
                a = np.array(d["a"], dtype=np.float32).astype(float).reshape(d["m"], d["k"])
                b = np.array(d["b"], dtype=np.float32).astype(float).reshape(d["k"], d["n"])
                x = np.array(d["x"], dtype=np.float32).astype(float)
                print(json.dumps({"product": (a @ b).ravel().tolist(), "gram": (a.T @ a).ravel().tolist(),
                                  "image": (a.T @ x).tolist()}))
                """, json: Input(m: m, n: n, k: k, a: a.values, b: b.values, x: x))
            var product = Matrix(rows: m, columns: n)
            MatrixProducts.gemm(a, b, into: &product)
            var gram = Matrix(rows: k, columns: k)
            MatrixProducts.gemm(a, transposeA: true, a, into: &gram)
            var image = [Float](repeating: 0, count: k)
            MatrixProducts.gemv(a, transpose: true, x, into: &image)
            let pairs = [
                (product.values, oracle.product), (gram.values, oracle.gram), (image, oracle.image),
            ]
            for (ours, theirs) in pairs {
                #expect(ours.count == theirs.count)
                for (mine, other) in zip(ours, theirs) {
                    #expect(abs(Double(mine) - other) < 65 * 16 * Double(Float.ulpOfOne))
                }
            }
        }
    }
}
