import Dispatch
import Optimization
import TestSupport
import Testing

extension OptimizationTests {
    @Suite struct AdamTests {
        static let script = """
            import json, sys, numpy as np
            d = json.load(sys.stdin)
            theta = np.array(d["start"], dtype=float)
            width = d["width"]
            theta = theta.reshape(-1, width)
            m, v = np.zeros_like(theta), np.zeros_like(theta)
            a, b1, b2, e = 0.01, 0.9, 0.999, 1e-8
            trace = []
            for t, (rows, gradient) in enumerate(zip(d["rows"], d["gradients"]), 1):
                g = np.array(gradient, dtype=float).reshape(-1, width)
                m[rows] = b1 * m[rows] + (1 - b1) * g
                v[rows] = b2 * v[rows] + (1 - b2) * g * g
                theta[rows] -= a * (m[rows] / (1 - b1 ** t)) / (np.sqrt(v[rows] / (1 - b2 ** t)) + e)
                trace.append(theta.ravel().tolist())
            print(json.dumps(trace))
            """

        struct Input: Encodable {
            var start: [Float]
            var width: Int
            var rows: [[Int]]
            var gradients: [[Float]]
        }

        static func floats(_ count: Int, _ random: inout SplitMix64) -> [Float] {
            (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
        }

        /// Compares within a small share of the way that the steps so far can have led.
        static func expectEqual(_ ours: [Float], _ theirs: [Double], step: Int) {
            #expect(ours.count == theirs.count)
            for (mine, other) in zip(ours, theirs) {
                #expect(abs(Double(mine) - other) < 1e-5 * 0.01 * Double(step) + 2e-7, "step \(step)")
            }
        }

        @Test(.enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"), arguments: [1, 2] as [UInt64])
        func `every dense step agrees with NumPy`(seed: UInt64) throws {
            var random = SplitMix64(seed: seed)
            var parameters = Self.floats(37, &random)
            // Gradients of very different sizes, and a parameter that never has one.
            let gradients = (0..<30).map { step in
                Self.floats(37, &random).enumerated().map { index, value in
                    index == 5 ? 0 : value * (index.isMultiple(of: 3) ? 1e-4 : 10)
                }
            }
            let input = Input(
                start: parameters, width: 1, rows: gradients.map { _ in Array(0..<37) }, gradients: gradients)
            let trace: [[Double]] = try PythonOracle.run(Self.script, json: input)
            var adam = Adam(count: 37, settings: Adam.Settings(learningRate: 0.01))
            for (index, gradient) in gradients.enumerated() {
                adam.step(&parameters, gradient: gradient)
                Self.expectEqual(parameters, trace[index], step: index + 1)
            }
            #expect(adam.stepCount == 30)
        }

        @Test(.enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"), arguments: [3, 4] as [UInt64])
        func `every row-sparse step agrees with NumPy`(seed: UInt64) throws {
            var random = SplitMix64(seed: seed)
            var table = Self.floats(20 * 7, &random)
            let rows = (0..<25).map { _ in
                Array((0..<20).shuffled(using: &random).prefix(Int.random(in: 0...6, using: &random)))
            }
            let gradients = rows.map { Self.floats($0.count * 7, &random) }
            let input = Input(start: table, width: 7, rows: rows, gradients: gradients)
            let trace: [[Double]] = try PythonOracle.run(Self.script, json: input)
            var adam = RowSparseAdam(rows: 20, width: 7, settings: Adam.Settings(learningRate: 0.01))
            for step in 0..<25 {
                adam.step(&table, rows: rows[step], gradients: gradients[step])
                Self.expectEqual(table, trace[step], step: step + 1)
            }
        }

        @Test func `the first step has the length of the learning rate, whatever the gradient's size`() {
            var parameters: [Float] = [0, 0, 0, 0]
            var adam = Adam(count: 4, settings: Adam.Settings(learningRate: 0.5))
            adam.step(&parameters, gradient: [1000, -0.001, 0, 1e-3])
            for (value, expected) in zip(parameters, [-0.5, 0.5, 0, -0.5] as [Float]) {
                #expect(abs(value - expected) < 1e-4)
            }
        }

        @Test func `naming all rows in each step equals dense Adam`() {
            var random = SplitMix64(seed: 8)
            var dense = Self.floats(12 * 5, &random)
            var sparse = dense
            var denseState = Adam(count: 60)
            var sparseState = RowSparseAdam(rows: 12, width: 5)
            for _ in 0..<10 {
                let gradient = Self.floats(60, &random)
                denseState.step(&dense, gradient: gradient)
                sparseState.step(&sparse, rows: Array(0..<12), gradients: gradient)
            }
            #expect(dense == sparse)
        }

        @Test func `rows that are not named stay as they are`() {
            var table = [Float](repeating: 1, count: 12)
            var adam = RowSparseAdam(rows: 4, width: 3)
            for _ in 0..<3 { adam.step(&table, rows: [2], gradients: [1, 1, 1]) }
            #expect(Array(table[0..<6]) == [1, 1, 1, 1, 1, 1])
            #expect(Array(table[9...]) == [1, 1, 1])
            #expect(table[6..<9].allSatisfy { $0 < 1 })
        }

        @Test func `several threads on different rows give the bits of one thread`() {
            var random = SplitMix64(seed: 21)
            let (rows, width) = (400, 16)
            var serial = Self.floats(rows * width, &random)
            var parallel = serial
            var serialState = RowSparseAdam(rows: rows, width: width)
            var parallelState = serialState
            for _ in 0..<5 {
                let named = Array((0..<rows).shuffled(using: &random).prefix(200))
                let gradients = Self.floats(200 * width, &random)
                serialState.step(&serial, rows: named, gradients: gradients)
                var table = parallel.mutableSpan
                parallelState.step(&table) { updater in
                    DispatchQueue.concurrentPerform(iterations: 8) { share in
                        for place in share * 25..<(share + 1) * 25 {
                            let range = place * width..<(place + 1) * width
                            updater.update(row: named[place], gradient: gradients.span.extracting(range))
                        }
                    }
                }
            }
            #expect(serial.map(\.bitPattern) == parallel.map(\.bitPattern))
            #expect(parallelState.stepCount == 5)
        }

        @Test func `the learning rate can change between steps`() {
            var parameters: [Float] = [1]
            var adam = Adam(count: 1)
            adam.settings.learningRate = 0
            adam.step(&parameters, gradient: [1])
            #expect(parameters == [1])
            adam.settings.learningRate = 0.1
            adam.step(&parameters, gradient: [1])
            #expect(abs(parameters[0] - 0.9) < 1e-5)
        }

        @Test func `a row outside the table stops the program`() async {
            await #expect(processExitsWith: .failure) {
                var table = [Float](repeating: 0, count: 6)
                var adam = RowSparseAdam(rows: 2, width: 3)
                adam.step(&table, rows: [2], gradients: [1, 1, 1])
            }
        }
    }
}
