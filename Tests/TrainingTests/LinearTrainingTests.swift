import FeatureExtraction
import Optimization
import TestSupport
import Testing

@testable import Training

@Suite("Linear training")
struct LinearTrainingTests {
    /// The value that parameters have in the objective that L-BFGS minimises.
    private func value(_ parameters: [Float], _ objective: inout LinearObjective) -> Double {
        var point = parameters
        for feature in 0..<objective.activeCount {
            for index in feature * objective.labelCount..<(feature + 1) * objective.labelCount {
                point[index] = (point[index] - (objective.base?[index] ?? 0)) / objective.featureFactors[feature]
            }
        }
        for index in objective.activeCount * objective.labelCount..<objective.dimension {
            point[index] -= objective.base?[index] ?? 0
        }
        var gradient = [Float](repeating: 0, count: objective.dimension)
        return objective.evaluate(at: point, gradient: &gradient)
    }

    private func training(_ dataset: Dataset, _ active: ActiveFeatures, labels: Int, threads: Int) -> LinearTraining {
        LinearTraining(
            dataset: dataset, active: active, labelCount: labels, seed: 3, parallel: Parallel(threads: threads),
            passed: { _ in true })
    }

    @Test(
        "The dual solver ends where L-BFGS with tight tolerances ends: weighted rows, free biases, any base",
        arguments: [LinearLoss.softmax, .squaredHinge], [false, true])
    func sameOptimum(loss: LinearLoss, hasBase: Bool) throws {
        var (dataset, active, labels) = try compacted(randomSamples(240, labels: 4, seed: 31))
        var random = SplitMix64(seed: 32)
        // One label of weight nearly nothing, so that a penalty on biases would show.
        var weights = dataset.labels.map { $0 == 1 ? Float(0.05) : Float.random(in: 0.5...2, using: &random) }
        for row in stride(from: 0, to: weights.count, by: 5) { weights[row] = 0 }
        if hasBase {
            let base = (0..<(active.count + 1) * labels.count).map { _ in Float.random(in: -0.3...0.3, using: &random) }
            active.base = WarmBase(parameters: base, tables: [], columns: [])
        }
        let path = [0.1, 1, 10]
        let steps = try training(dataset, active, labels: labels.count, threads: 2)
            .run([LinearJob(loss, path: path, rowWeights: weights, kept: .all)])[0]
        let trained = Double(weights.count { $0 > 0 })
        for (c, step) in zip(path, steps) {
            var objective = LinearObjective(
                dataset: dataset, labelCount: labels.count, loss: loss, rowWeights: weights,
                featureFactors: active.inverseDocumentFrequencies, regularization: 1 / (c * trained),
                parallel: Parallel(threads: 2), base: active.base?.parameters)
            let best = LBFGS(
                memory: 12, gradientTolerance: 1e-6, valueTolerance: 1e-9, valueWindow: 10, iterationLimit: 2000
            ).minimize(&objective, from: [Float](repeating: 0, count: objective.dimension)).value
            let reached = value(step.parameters, &objective)
            #expect(reached >= best * (1 - 1e-4) && reached <= best * 1.002, "C = \(c): \(reached), at best \(best)")
        }
    }

    @Test("Logits are those of the parameters, for the judged rows, and only what is asked for is kept")
    func steps() throws {
        let (dataset, active, labels) = try compacted(randomSamples(200, seed: 33))
        let isJudged = (0..<200).map { $0 % 4 == 1 }
        let training = training(dataset, active, labels: labels.count, threads: 3)
        for loss in LinearLoss.allCases {
            let job = LinearJob(
                loss, path: [0.5, 2], rowWeights: dataset.weights, isTrainedOn: { !isJudged[$0] }, isJudged: isJudged,
                kept: .last)
            let steps = try training.run([job])[0]
            #expect(steps.map(\.inverseRegularization) == [0.5, 2])
            #expect(steps[0].parameters.isEmpty)
            #expect(
                steps[1].logits
                    == LinearScoring.logits(
                        steps[1].parameters, of: dataset, labelCount: labels.count, isWanted: isJudged,
                        parallel: Parallel(threads: 1)))
            #expect(steps[0].logits.count == steps[1].logits.count && steps[0].logits != steps[1].logits)
        }
    }

    @Test("A job's result depends neither on threads nor on the jobs beside it")
    func independent() throws {
        let (dataset, active, labels) = try compacted(randomSamples(300, seed: 34))
        let jobs = (0..<4).flatMap { fold in
            LinearLoss.allCases.map {
                LinearJob(
                    $0, path: [1], rowWeights: dataset.weights, isTrainedOn: { $0 % 4 != fold },
                    isJudged: (0..<300).map { $0 % 4 == fold }, kept: .last)
            }
        }
        let alone = try jobs.map { try training(dataset, active, labels: labels.count, threads: 1).run([$0])[0] }
        let together = try training(dataset, active, labels: labels.count, threads: 4).run(jobs)
        for (one, other) in zip(alone, together) {
            #expect(one.map(\.parameters) == other.map(\.parameters))
            #expect(one.map(\.logits) == other.map(\.logits))
        }
    }

    @Test("Rows that are all alike, and a label of two rows among many, are fitted to finite weights")
    func awkward() throws {
        let same = (0..<40).map { sample("always the same words", "label\($0 % 2)") }
        let rare = randomSamples(400, labels: 2, seed: 35) + (0..<2).map { sample("something else \($0)", "rare") }
        for samples in [same, rare] {
            let (dataset, active, labels) = try compacted(samples)
            let training = training(dataset, active, labels: labels.count, threads: 2)
            for loss in LinearLoss.allCases {
                let steps = try training.run([
                    LinearJob(
                        loss, path: [0.01, 1000], rowWeights: dataset.weights,
                        isJudged: [Bool](repeating: true, count: samples.count), kept: .all)
                ])[0]
                #expect(steps.count == 2)
                #expect(steps.allSatisfy { $0.parameters.allSatisfy { abs($0) < 1000 } })
            }
        }
    }
}
