import LinearAlgebra
import Testing

extension LinearAlgebraTests {
    @Suite struct MatrixTests {
        @Test func `elements lie row after row`() {
            var matrix = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
            #expect(matrix[1, 0] == 4)
            #expect(matrix.range(ofRow: 1) == 3..<6)
            matrix[0, 2] = 9
            #expect(matrix.values == [1, 2, 9, 4, 5, 6])
            #expect(matrix.shape.description == "2 × 3")
        }

        @Test func `elements can be written in place`() {
            var matrix = Matrix(rows: 2, columns: 2)
            matrix.withMutableValues { $0[3] = 7 }
            #expect(matrix == Matrix(rows: 2, columns: 2, values: [0, 0, 0, 7]))
        }

        @Test func `a wrong number of elements stops the program with both numbers`() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4])
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("2 × 3 has 6 elements, but 4 were given"))
        }

        @Test func `a column outside the matrix stops the program though its index is in the storage`() async {
            await #expect(processExitsWith: .failure) {
                _ = Matrix(rows: 2, columns: 3)[0, 3]
            }
        }
    }
}
