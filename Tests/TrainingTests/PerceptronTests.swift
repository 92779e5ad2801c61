import FeatureExtraction
import Foundation
import TestSupport
import Testing

@testable import Training

/// Requests whose label is the exclusive or of two words: no sum of weights tells them apart.
private func exclusiveOr(_ count: Int, seed: UInt64) -> [(text: String, label: String)] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { index in
        let left = random.next() & 1 == 0
        let right = random.next() & 1 == 0
        return (
            "\(left ? "apple" : "pear") \(index) \(right ? "river" : "stone")",
            left == right ? "same" : "other"
        )
    }
}

@Suite("Perceptron training")
struct PerceptronTests {
    private func training(
        _ data: (dataset: Dataset, active: ActiveFeatures, labels: [String]), units: Int, weights: [Float],
        threads: Int = 1
    ) -> PerceptronTraining {
        PerceptronTraining(
            dataset: data.dataset, active: data.active, labelCount: data.labels.count, units: units,
            rowWeights: weights, seed: 3, parallel: Parallel(threads: threads), passed: { _ in true })
    }

    /// Adam's first step has the length of the learning rate against the sign of the gradient, so one batch shows the
    /// sign of every derivative; the loss under the same dropout is differentiated numerically.
    @Test("The first step of every parameter goes down the slope of the loss, by central differences")
    func firstStep() throws {
        let data = try compacted(randomSamples(40, seed: 1))
        let (units, labels) = (6, data.labels.count)
        var random = SplitMix64(seed: 2)
        let weights = (0..<40).map { _ in Float(Int.random(in: 1...4, using: &random)) / 2 }
        let training = training(data, units: units, weights: weights)
        let moved = try training.run(epochs: 1, isTrainedOn: { _ in true }, isJudged: { _ in false })
            .parameters

        // The same draws from the seed: output weights, order of rows, dropout.
        var generator = SeededGenerator(seed: 3)
        let spread = 1 / Float(units).squareRoot()
        let output = (0..<units * labels).map { _ in spread * (2 * generator.uniform() - 1) }
        let order = Array(0..<40).shuffled(using: &generator)
        let dropoutSeed = generator.next()
        let isKept = order.indices.map { position -> [Bool] in
            var draws = SeededGenerator(seed: dropoutSeed &+ UInt64(position))
            return (0..<units).map { _ in draws.uniform() < Float(1) - Float(0.3) }
        }
        let start =
            [Double](repeating: 0, count: data.active.count * units)
            + [Double](repeating: Double(Float(0.1)), count: units)
            + output.map(Double.init) + [Double](repeating: 0, count: labels)
        let end = (moved.embeddings + moved.hiddenBias + moved.output + moved.outputBias).map(Double.init)
        let rows = order.map { data.dataset.dense($0) }
        let bias = data.active.count * units
        func loss(_ point: [Double]) -> Double {
            var sum = 0.0
            for (position, row) in order.enumerated() {
                let hidden = (0..<units).map { unit -> Double in
                    guard isKept[position][unit] else { return 0 }
                    let value = rows[position].reduce(point[bias + unit]) {
                        $0 + $1.value * point[$1.key * units + unit]
                    }
                    return max(0, value) / Double(Float(1) - Float(0.3))
                }
                let logits = (0..<labels).map { label in
                    (0..<units).reduce(point[bias + units + units * labels + label]) {
                        $0 + hidden[$1] * point[bias + units + $1 * labels + label]
                    }
                }
                let truth = Int(data.dataset.labels[row])
                sum += Double(weights[row]) * (log(logits.reduce(0) { $0 + exp($1) }) - logits[truth])
            }
            return sum / Double(weights.reduce(0, +))
        }
        let sampled = (0..<150).map { _ in Int.random(in: 0..<bias, using: &random) }
        var judged = 0
        for index in sampled + Array(bias..<start.count) {
            var above = start
            var below = start
            above[index] += 1e-5
            below[index] -= 1e-5
            let slope = (loss(above) - loss(below)) / 2e-5
            guard abs(slope) > 1e-5 else { continue }
            judged += 1
            let step = end[index] - start[index]
            #expect(step * slope < 0, "parameter \(index), slope \(slope), step \(step)")
            #expect(abs(abs(step) - 0.01) < 2e-4, "parameter \(index), slope \(slope), step \(step)")
        }
        #expect(judged > 100)
    }

    @Test("Parameters have the same bits for every number of threads")
    func threads() throws {
        let data = try compacted(randomSamples(700, seed: 4))
        let weights = [Float](repeating: 1, count: 700)
        func bits(_ threads: Int) throws -> [[UInt32]] {
            let outcome = try training(data, units: 16, weights: weights, threads: threads).run(
                epochs: 3, isTrainedOn: { $0 % 5 != 0 }, isJudged: { $0 % 5 == 0 })
            let parameters = outcome.parameters
            return [parameters.embeddings, parameters.hiddenBias, parameters.output, parameters.outputBias]
                .map { $0.map(\.bitPattern) }
        }
        let one = try bits(1)
        for threads in [1, 2, 3, 8] {
            let other = try bits(threads)
            #expect(other == one, "\(threads) threads")
        }
    }

    @Test("A perceptron learns an exclusive or that the linear model cannot")
    func learnsExclusiveOr() throws {
        let rows = exclusiveOr(600, seed: 5)
        // Words alone, so that no pair of words gives the answer away.
        var features = smallFeatures
        features.maximumWordOrder = 1
        features.familyWeights = features.familyWeights.indices.map { $0 == 0 ? 1 : 0 }
        let data = try compacted(rows.map { sample($0.text, $0.label) }, features: features)
        let weights = [Float](repeating: 1, count: rows.count)
        let isTrainedOn = { (row: Int) in row % 4 != 0 }
        let judged = (0..<rows.count).filter { !isTrainedOn($0) }
        func accuracy(_ logits: (Int) -> [Float]) -> Double {
            let right = judged.count { row in
                let z = logits(row)
                return z.indices.max { z[$0] < z[$1] } == Int(data.dataset.labels[row])
            }
            return Double(right) / Double(judged.count)
        }
        let training = training(data, units: 16, weights: weights)
        let outcome = try training.run(epochs: 30, isTrainedOn: isTrainedOn, isJudged: { _ in false })
        let logits = training.logits(outcome.parameters, rows: judged)
        let position = Dictionary(uniqueKeysWithValues: judged.enumerated().map { ($1, $0) })
        let perceptron = accuracy { row in
            let start = (position[row] ?? 0) * 2
            return Array(logits[start..<start + 2])
        }
        let steps = try LinearTraining(
            dataset: data.dataset, active: data.active, labelCount: 2, seed: 1, parallel: Parallel(threads: 1),
            passed: { _ in true }
        ).run([
            LinearJob(
                .softmax, path: [1, 10, 100], rowWeights: weights, isTrainedOn: isTrainedOn,
                isJudged: [Bool](repeating: true, count: rows.count))
        ])[0]
        let best = steps.map { step in accuracy { Array(step.logits[$0 * 2..<$0 * 2 + 2]) } }.max() ?? 0
        #expect(perceptron > 0.85, "perceptron \(perceptron)")
        #expect(best < 0.7, "linear \(best)")
    }

    @Test("Early stopping returns the parameters of the best pass")
    func earlyStopping() throws {
        let data = try compacted(randomSamples(300, noise: 0.6, seed: 6))
        let weights = [Float](repeating: 1, count: 300)
        let training = training(data, units: 16, weights: weights)
        let outcome = try training.run(epochs: 40, isTrainedOn: { $0 % 3 != 0 }, isJudged: { $0 % 3 == 0 })
        #expect(outcome.epochs >= 1 && outcome.epochs < 40)
        let again = try training.run(
            epochs: outcome.epochs, isTrainedOn: { $0 % 3 != 0 }, isJudged: { _ in false })
        #expect(again.parameters.embeddings == outcome.parameters.embeddings)
        #expect(again.parameters.output == outcome.parameters.output)
    }
}
