import Conversation
import FeatureExtraction
import ModelFormat
import Samples
import TaskType
import TestSupport
import Testing

@testable import Training

/// A search beside options that plain training has too.
@Suite("Search together with other options")
struct TuningTogetherTests {
    private func search(
        _ samples: [Sample], trials: Int = 14, traffic: TrafficSample? = nil,
        _ change: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> Trainer.Result {
        var options = TrainingOptions()
        options.validation = .folds(3)
        options.inverseRegularizations = [1]
        options.threads = 2
        change(&options)
        var tuning = TuningOptions()
        tuning.trials = trials
        return try Trainer(options: options).tune(tuning, features: smallFeatures, traffic: traffic) {
            try builder(samples, features: $0, threads: 2)
        }
    }

    @Test("The chosen model is made smaller after the search, judged on models of its own settings without each fold")
    func size() throws {
        let samples = randomSamples(240, seed: 61)
        let whole = try search(samples)
        let limit = whole.bytes.count * 3 / 4
        let smaller = try search(samples) { $0.maximumBytes = limit }
        #expect(smaller.bytes.count <= limit)
        let found = try #require(smaller.report.size_search)
        #expect(found.judged_rows == 240)
        // What is made smaller is what the same search chose.
        #expect(smaller.report.tuning?.members == whole.report.tuning?.members)
        #expect(abs(found.float_accuracy - whole.report.chosen.accuracy) < 0.05)
    }

    @Test("The mix of the traffic is estimated before the search and stands in its report")
    func traffic() throws {
        let samples = randomSamples(240, labels: 2, noise: 0, seed: 62)
        var traffic = TrafficSample(seed: 1)
        for row in randomSamples(900, labels: 2, noise: 0, seed: 63)
        where row.label == "label0" || traffic.count % 5 == 0 {
            traffic.append(row.request)
        }
        let result = try search(samples, trials: 3, traffic: traffic)
        let estimate = try #require(result.report.traffic)
        #expect((estimate.mix["label0"] ?? 0) > 0.65, "\(estimate.mix)")
        let again = try search(samples, trials: 3) { $0.expectedMix = estimate.mix }
        #expect(again.report.tuning == result.report.tuning)
        #expect(throws: TrainingError.self) {
            try search(samples, trials: 3, traffic: traffic) { $0.expectedMix = ["label0": 1, "label1": 1] }
        }
    }

    @Test("Weights of single labels hold in every trial, and are not searched")
    func labelWeights() throws {
        let samples = randomSamples(240, labels: 2, noise: 0.5, seed: 64)
        func share(_ weights: [String: Double]) throws -> Double {
            let result = try search(samples) {
                $0.classWeights = .none
                $0.labelWeights = weights
            }
            let tuning = try #require(result.report.tuning)
            #expect(weights.isEmpty || tuning.trials.allSatisfy { $0.configuration.class_weights == .none })
            let classifier = try TaskClassifier(ModelBytes(copying: result.bytes, origin: "new"), name: "new")
            let fresh = randomSamples(200, labels: 2, noise: 0.5, seed: 65)
            return Double(fresh.count { classifier.classify($0.request).taskType == "label1" }) / 200
        }
        let heavy = try share(["label1": 8])
        let plain = try share([:])
        #expect(heavy > plain + 0.1, "\(heavy), \(plain)")
        #expect(throws: TrainingError.self) { try search(samples) { $0.labelWeights = ["unheard": 2] } }
    }
}
