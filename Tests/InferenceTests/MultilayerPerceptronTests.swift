import Inference
import TestSupport
import Testing

@Suite("Multilayer perceptron")
struct MultilayerPerceptronTests {
    @Test("Logits are those of a dense computation with a rectifier", arguments: TableKind.allCases)
    func denseLogits(kind: TableKind) {
        var random = SplitMix64(seed: 4)
        for (units, labels) in [(1, 2), (4, 4), (16, 3), (17, 5), (32, 4), (64, 150), (65, 7)] {
            let families = (0..<3).map { kind.table(rows: 64 << $0, columns: units, &random) }
            let model = MultilayerPerceptron(
                embeddings: families.map(\.table),
                hiddenBias: (0..<units).map { _ in Float.random(in: -0.3...0.3, using: &random) },
                outputWeights: (0..<units * labels).map { _ in Float.random(in: -1...1, using: &random) },
                outputBias: (0..<labels).map { _ in Float.random(in: -1...1, using: &random) })
            for count in [0, 1, 3, 40] {
                let features = families.map { DenseFeatures(count: count, rows: $0.table.rows, &random) }
                var hidden = model.hiddenBias.map(Double.init)
                for (family, row) in zip(families, features) {
                    for (unit, value) in row.product(with: family).enumerated() { hidden[unit] += value }
                }
                let expected = (0..<labels).map { label in
                    (0..<units).reduce(Double(model.outputBias[label])) { sum, unit in
                        sum + max(hidden[unit], 0) * Double(model.outputWeights[unit * labels + label])
                    }
                }
                let (rectified, logits) = run(model, features)
                #expect(
                    agree(logits, expected), "\(units) units, \(labels) labels, \(count) features a family")
                #expect(agree(rectified, hidden.map { max($0, 0) }))
            }
        }
    }

    private func run(
        _ model: MultilayerPerceptron, _ features: [DenseFeatures]
    ) -> (hidden: [Float], logits: [Float]) {
        var hidden = [Float](repeating: .nan, count: model.hiddenCount)
        var logits = [Float](repeating: .nan, count: model.outputBias.count)
        hidden.withUnsafeMutableBufferPointer { hidden in
            logits.withUnsafeMutableBufferPointer { logits in
                model.start(hidden)
                for (family, row) in features.enumerated() {
                    row.slots.withUnsafeBufferPointer {
                        model.add(FamilyFeatures(slots: $0, scale: row.scale), family: family, to: hidden)
                    }
                }
                model.finish(hidden, logits: logits)
            }
        }
        return (hidden, logits)
    }

    @Test("Units below zero are silenced, those above pass unchanged")
    func rectifier() {
        var random = SplitMix64(seed: 5)
        let table = DenseTable.float(rows: 16, columns: 3, &random)
        let model = MultilayerPerceptron(
            embeddings: [table.table], hiddenBias: [-1, 0, 2], outputWeights: [100, 0, 0, 100, 1, 10],
            outputBias: [0.5, -0.5])
        let (hidden, logits) = run(model, [DenseFeatures(count: 0, rows: 16, &random)])
        #expect(hidden == [0, 0, 2])
        #expect(logits == [2.5, 19.5])
    }
}
