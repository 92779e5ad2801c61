import LinearAlgebra
import TestSupport
import Testing

extension LinearAlgebraTests {
    @Suite struct VectorOperationsTests {
        @Test(arguments: awkwardSizes)
        func `dot agrees with a sum in Double`(count: Int) {
            var random = SplitMix64(seed: UInt64(count))
            let x = random.floats(count)
            let y = random.floats(count)
            let products = zip(x, y).map { Double($0) * Double($1) }
            let tolerance = Double(Float.ulpOfOne) * products.reduce(0) { $0 + abs($1) } + 1e-30
            let expected = products.reduce(0, +)
            #expect(abs(VectorOperations.dot(x, y) - expected) <= tolerance)
        }

        @Test func `dot and norm of millions of elements keep seven digits`() {
            // A sum carried in Float would stop growing at 2²⁴ and be wrong long before.
            let count = 3_000_001
            let x = [Float](repeating: 0.1, count: count)
            let expected = Double(count) * Double(Float(0.1)) * Double(Float(0.1))
            #expect(abs(VectorOperations.dot(x, x) / expected - 1) < 1e-7)
            #expect(abs(VectorOperations.norm2(x) / expected.squareRoot() - 1) < 1e-7)
        }

        @Test(arguments: awkwardSizes)
        func `norm2 agrees with a sum in Double`(count: Int) {
            var random = SplitMix64(seed: 100 + UInt64(count))
            let x = random.floats(count)
            let expected = x.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            #expect(abs(VectorOperations.norm2(x) - expected) <= expected * Double(Float.ulpOfOne))
        }

        @Test(arguments: [1e-38, 1e-30, 1e-20, 1e-10, 1, 1e10, 1e19, 1e30, 3e38] as [Float])
        func `norm2 neither overflows nor underflows`(size: Float) {
            let x = [Float](repeating: size, count: 100)
            #expect(abs(VectorOperations.norm2(x) / (10 * Double(size)) - 1) < 1e-6)
        }

        @Test func `norm2 passes on what is not a number, and is 0 for nothing`() {
            #expect(VectorOperations.norm2([1, .nan, 2]).isNaN)
            #expect(VectorOperations.norm2([1, .infinity]) == .infinity)
            #expect(VectorOperations.norm2([]) == 0)
            #expect(VectorOperations.norm2([0, 0, 0]) == 0)
            #expect(VectorOperations.dot([], []) == 0)
        }

        @Test(arguments: awkwardSizes)
        func `add, scale and copy agree with loops`(count: Int) {
            var random = SplitMix64(seed: 200 + UInt64(count))
            let x = random.floats(count)
            let y = random.floats(count)
            let a = Float.random(in: -2...2, using: &random)

            var sum = y
            VectorOperations.add(scaled: a, x, to: &sum)
            for index in 0..<count {
                // A fused product rounds once where a loop rounds twice.
                let tolerance = (abs(a * x[index]) + abs(y[index])) * Float.ulpOfOne
                #expect(abs(sum[index] - (a * x[index] + y[index])) <= tolerance)
            }
            var scaled = x
            VectorOperations.scale(&scaled, by: a)
            #expect(scaled == x.map { a * $0 })
            var copied = y
            VectorOperations.copy(x, to: &copied)
            #expect(copied == x)
        }

        @Test func `scaling by 0 clears even what is not a number`() {
            var x: [Float] = [1, .nan, .infinity]
            VectorOperations.scale(&x, by: 0)
            #expect(x == [0, 0, 0])
        }

        @Test func `copy keeps the storage of its target`() {
            let x = [Float](repeating: 1, count: 1000)
            var y = [Float](repeating: 0, count: 1000)
            let before = y.withUnsafeBufferPointer { $0.baseAddress }
            VectorOperations.copy(x, to: &y)
            #expect(y.withUnsafeBufferPointer { $0.baseAddress } == before)
            #expect(y == x)
        }

        @Test func `results repeat bit for bit, wherever the vectors lie in memory`() {
            var random = SplitMix64(seed: 7)
            let x = random.floats(10_007)
            let y = random.floats(10_007)
            let expected = VectorOperations.dot(x.span.extracting(9...), y.span.extracting(9...))
            #expect(VectorOperations.dot(Array(x[9...]), Array(y[9...])) == expected)
        }

        @Test func `vectors of different lengths stop the program with both lengths`() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = VectorOperations.dot([1, 2, 3], [1, 2, 3, 4, 5])
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("3 and 5 elements"))
        }
    }
}
