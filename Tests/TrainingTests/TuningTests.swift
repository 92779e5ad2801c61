import FeatureExtraction
import Foundation
import ModelFormat
import Samples
import TaskType
import TestSupport
import Testing

@testable import Training

/// Searches `trials` trials on `samples`.
private func tune(
    _ samples: [Sample], trials: Int? = 20, seconds: Double? = nil, validation: [Sample] = [],
    _ change: (inout TrainingOptions, inout TuningOptions) -> Void = { _, _ in }
) throws -> Trainer.Result {
    var options = TrainingOptions()
    options.validation = validation.isEmpty ? .folds(3) : nil
    options.inverseRegularizations = [0.3, 1]
    var tuning = TuningOptions()
    tuning.trials = trials
    tuning.seconds = seconds
    change(&options, &tuning)
    return try Trainer(options: options).tune(tuning, features: smallFeatures) { features in
        var builder = try builder(samples, features: features, threads: options.threads)
        if !validation.isEmpty {
            builder.beginValidation()
            for sample in validation { try builder.append(sample) }
        }
        return builder
    }
}

private func accuracy(_ result: Trainer.Result, on samples: [Sample]) throws -> Double {
    let classifier = try TaskClassifier(ModelBytes(copying: result.bytes, origin: "new.model"), name: "new")
    let right = samples.count { classifier.classify($0.request).taskType == $0.label }
    return Double(right) / Double(samples.count)
}

@Suite("Search for settings")
struct TuningTests {
    @Test("The same number of trials gives the same bytes and the same table, for every number of threads")
    func reproducible() throws {
        let samples = randomSamples(150, seed: 31)
        let first = try tune(samples)
        for threads in [2, 5] {
            let other = try tune(samples) { options, _ in options.threads = threads }
            #expect(other.bytes == first.bytes)
            #expect(other.report == first.report)
        }
        let other = try tune(samples) { options, _ in options.seed = 9 }
        #expect(other.report.tuning?.trials.map(\.accuracy) != first.report.tuning?.trials.map(\.accuracy))
    }

    @Test("Fewer trials are a beginning of more trials, and the number is never exceeded")
    func prefix() throws {
        let samples = randomSamples(120, seed: 32)
        let long = try #require(try tune(samples, trials: 24).report.tuning)
        #expect(long.trialCount <= 24)
        #expect(long.trialCount > 14)
        for count in [1, 16] {
            let short = try #require(try tune(samples, trials: count).report.tuning)
            #expect(short.trialCount <= count)
            #expect(short.trials == Array(long.trials.prefix(short.trials.count)))
        }
    }

    @Test("What is chosen is not worse on held-out rows than the defaults, which are trial 0", arguments: 33...35)
    func notWorse(seed: UInt64) throws {
        // Noise decides here, so that a lucky configuration has every chance to be mistaken for a better one.
        let report = try tune(randomSamples(120, noise: 0.5, seed: seed), trials: 26).report
        let tuning = try #require(report.tuning)
        #expect(tuning.gain >= 0)
        #expect(tuning.trials.first?.number == 0)
        #expect(tuning.trials.first?.rung == "defaults")
        #expect(tuning.trials.first?.summary == "defaults")
        #expect(!tuning.reason.isEmpty)
        for member in tuning.members {
            let trial = tuning.trials.first {
                $0.number == member.number && $0.configuration.loss == member.loss && $0.summary == member.summary
            }
            #expect(trial?.inverse_regularization == member.inverse_regularization)
            #expect(trial?.rung == "defaults" || trial?.rung == "full")
        }
        let numbers = tuning.trials.map(\.number)
        #expect(numbers == numbers.sorted())
        #expect(
            tuning.trials.allSatisfy {
                $0.configuration.loss == .squaredHinge || $0.configuration.weighting != .logCountRatio
            })
        let shares = tuning.members.reduce(0) { $0 + $1.share }
        #expect(abs(shares - 1) < 1e-9)
    }

    @Test("The model that is written predicts fresh rows")
    func learns() throws {
        let result = try tune(randomSamples(300, noise: 0, seed: 37))
        #expect(try accuracy(result, on: randomSamples(200, noise: 0, seed: 38)) > 0.65)
        #expect(result.report.tuning?.members.isEmpty == false)
    }

    @Test("Rows of validation files judge, and are not learnt from")
    func validationFiles() throws {
        let samples = randomSamples(200, noise: 0, seed: 39)
        let judged = randomSamples(90, noise: 0, seed: 40)
        let result = try tune(samples, trials: 16, validation: judged)
        #expect(result.report.rows == 200)
        #expect(result.report.held_out_rows == 90)
        #expect(try accuracy(result, on: randomSamples(150, noise: 0, seed: 41)) > 0.7)
    }

    @Test("Settings that the caller gives stay as they are")
    func fixed() throws {
        let result = try tune(randomSamples(120, seed: 42), trials: 20) { options, tuning in
            options.losses = [.squaredHinge]
            tuning.fixed = [.hashBits, .wordOrder, .familyWeights]
            tuning.inverseRegularizations = [0.5]
        }
        let trials = try #require(result.report.tuning?.trials)
        #expect(trials.allSatisfy { $0.configuration.hash_bits == 9 && $0.configuration.word_ngrams == 2 })
        #expect(trials.allSatisfy { $0.configuration.family_weights == smallFeatures.familyWeights })
        #expect(trials.allSatisfy { $0.configuration.loss == .squaredHinge })
        #expect(trials.filter { $0.rung != "confirmation" }.allSatisfy { $0.inverse_regularization == 0.5 })
    }

    @Test("Copies of a text never stand on both sides of a trial")
    func groups() throws {
        // Labels at random, every text five times under groups of their own: only a leak could predict them.
        var random = SplitMix64(seed: 43)
        let samples = (0..<60).flatMap { index -> [Sample] in
            let label = "label\(Int.random(in: 0..<3, using: &random))"
            return (0..<5).map { sample("nonce\(index) token\(index * 7) \($0)", label, group: "group\(index)") }
        }
        let tuning = try #require(try tune(samples).report.tuning)
        for trial in tuning.trials { #expect(trial.accuracy < 0.62, "\(trial)") }
    }

    @Test("A budget too short for one trial is refused in a sentence")
    func tooShort() throws {
        let error = try #require(throws: TrainingError.self) {
            _ = try tune(randomSamples(300, seed: 44), trials: nil, seconds: 1e-9)
        }
        #expect(error.message.contains("too short for one trial"))
        #expect(error.message.contains("nothing was written"))
    }

    @Test("A run that is interrupted says so")
    func interrupted() throws {
        let error = try #require(throws: TrainingError.self) {
            _ = try tune(randomSamples(100, seed: 45)) { _, tuning in tuning.isInterrupted = { true } }
        }
        #expect(error.code == .interrupted)
    }

    @Test("Samples that change between two readings are noticed")
    func changingFiles() throws {
        var count = 120
        var tuning = TuningOptions()
        tuning.trials = 30
        let error = try #require(throws: TrainingError.self) {
            _ = try Trainer(options: TrainingOptions()).tune(tuning, features: smallFeatures) { features in
                count -= 1
                return try builder(randomSamples(count, seed: 46), features: features)
            }
        }
        #expect(error.message.contains("changed"))
    }

    @Test("An average of models has the logits of the average of their logits")
    func averages() throws {
        let rows = try tuningRows(randomSamples(150, seed: 47))
        let all = Array(0..<rows.rowCount)
        var configurations: [TuningConfiguration] = []
        for (loss, words) in [(LinearLoss.squaredHinge, Float(0)), (.softmax, 0.5), (.squaredHinge, 1.4)] {
            var lengths = rows.settings.familyWeights
            lengths[0] = words
            configurations.append(
                TuningConfiguration(
                    hash_bits: 9, word_ngrams: 2, shortest_character_ngram: 2, longest_character_ngram: 5,
                    family_weights: lengths, weighting: .none, loss: loss, class_weights: .none))
        }
        var fits: [[Float]] = []
        var finished: [TuningSearch.Finished] = []
        for (number, configuration) in configurations.enumerated() {
            let job = TrialJob(
                rows: rows, configuration: configuration, path: [1], split: TrialSplit(trained: all, judged: all),
                seed: 1)
            let heldOut = rows.heldOut(all, logits: try #require(job.run { false })[0])
            fits.append(try #require(job.fit { false }))
            finished.append(
                .init(
                    number: number, configuration: configuration, c: 1, heldOut: heldOut, score: TrialScore(heldOut)))
        }
        for first in finished {
            let average = TunedAverage(growing: first, from: finished)
            guard average.members.count > 1 else { continue }
            let chosen = average.members.map { fits[$0.finished.number] }
            let combined = average.combine(chosen, active: rows.active, labelCount: rows.labelCount)
            let lengths = average.familyWeights
            for row in all.prefix(20) {
                for label in 0..<rows.labelCount {
                    func logit(_ weights: [Float], _ lengths: [Float]) -> Double {
                        var sum = Double(weights[rows.active.count * rows.labelCount + label])
                        for family in 0..<FeatureFamily.count {
                            let segment = row * FeatureFamily.count + family
                            let range = rows.segments[segment]..<rows.segments[segment + 1]
                            for slot in rows.slots[range] {
                                let value = Double(lengths[family]) / Double(range.count).squareRoot()
                                let weight = Double(weights[Int(slot >> 1) * rows.labelCount + label])
                                sum += (slot & 1 == 1 ? -value : value) * weight
                            }
                        }
                        return sum
                    }
                    let expected = zip(average.members, chosen).reduce(0.0) { sum, pair in
                        sum + Double(pair.0.scale) * pair.0.share
                            * logit(pair.1, pair.0.finished.configuration.family_weights)
                    }
                    #expect(abs(logit(combined, lengths) - expected) < 1e-3)
                }
            }
        }
    }

    @Test("A paired bootstrap finds no lead where there is none, and one where there is")
    func pairedMerit() throws {
        var random = SplitMix64(seed: 48)
        func data(_ accuracy: Double) -> HeldOutLogits {
            var data = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: 3)
            for row in 0..<600 {
                let truth = row % 3
                let isRight = Double.random(in: 0..<1, using: &random) < accuracy
                let answer = isRight ? truth : (truth + 1) % 3
                data.rows.append(row)
                data.logits += (0..<3).map { $0 == answer ? 1 : 0 }
                data.truths.append(truth)
                data.weights.append(1)
            }
            return data
        }
        let good = data(0.9)
        let poor = data(0.6)
        let lead = PairedMerit(good, over: poor, seed: 1)
        #expect(lead.isBetter(by: 2))
        #expect(!PairedMerit(poor, over: good, seed: 1).isBetter(by: 0))
        #expect(!PairedMerit(good, over: good, seed: 1).isBetter(by: 1))
        // The standard error of a difference of independent shares of 600 rows, near enough.
        #expect((0.01...0.04).contains(lead.standardError), "\(lead)")
    }
}
