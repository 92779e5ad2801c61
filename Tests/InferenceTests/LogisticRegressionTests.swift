import Inference
import TestSupport
import Testing

@Suite("Logistic regression")
struct LogisticRegressionTests {
    @Test("Logits are those of a dense computation", arguments: TableKind.allCases)
    func denseLogits(kind: TableKind) {
        var random = SplitMix64(seed: 1)
        for labels in [2, 4, 5, 16, 17, 64, 65, 150] {
            let families = (0..<3).map { kind.table(rows: 64 << $0, columns: labels, &random) }
            let bias = (0..<labels).map { _ in Float.random(in: -1...1, using: &random) }
            let model = LogisticRegression(tables: families.map(\.table), bias: bias)
            for count in [0, 1, 2, 5, 60] {
                let features = families.map { DenseFeatures(count: count, rows: $0.table.rows, &random) }
                var expected = bias.map(Double.init)
                for (family, row) in zip(families, features) {
                    for (label, value) in row.product(with: family).enumerated() { expected[label] += value }
                }
                #expect(
                    agree(logits(of: model, features), expected),
                    "\(labels) labels, \(count) features a family")
            }
        }
    }

    private func logits(of model: LogisticRegression, _ features: [DenseFeatures]) -> [Float] {
        // What an earlier request left must not shine through.
        var logits = [Float](repeating: .nan, count: model.bias.count)
        logits.withUnsafeMutableBufferPointer { logits in
            model.start(logits)
            for (family, row) in features.enumerated() {
                row.slots.withUnsafeBufferPointer {
                    model.add(FamilyFeatures(slots: $0, scale: row.scale), family: family, to: logits)
                }
            }
        }
        return logits
    }

    @Test("Without features the logits are the biases, bit for bit")
    func noFeatures() {
        var random = SplitMix64(seed: 2)
        let table = DenseTable.float(rows: 16, columns: 3, &random)
        let bias: [Float] = [0.1, -0.0, 7]
        let model = LogisticRegression(tables: [table.table], bias: bias)
        let result = logits(of: model, [DenseFeatures(count: 0, rows: 16, &random)])
        #expect(result.map(\.bitPattern) == bias.map(\.bitPattern))
    }

    @Test("A single weight reads as it is stored", arguments: TableKind.allCases)
    func singleWeights(kind: TableKind) {
        var random = SplitMix64(seed: 3)
        let table = kind.table(rows: 32, columns: 5, &random)
        for row in 0..<32 {
            for column in 0..<5 {
                let weight = Double(table.table.weight(row: row, column: column))
                #expect(abs(weight - table.dense[row][column]) <= 1e-7 * abs(weight))
            }
        }
    }
}
