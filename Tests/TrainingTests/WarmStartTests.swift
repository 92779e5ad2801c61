import Conversation
import FeatureExtraction
import Foundation
import Inference
import ModelFormat
import Samples
import TaskType
import TestSupport
import Testing

@testable import Training

private func options() -> TrainingOptions {
    var options = TrainingOptions()
    options.features = smallFeatures
    options.losses = [.softmax]
    options.inverseRegularizations = [1]
    options.precision = .float32
    return options
}

private func train(
    _ samples: [Sample], _ options: TrainingOptions, validation: [Sample] = [], traffic: TrafficSample? = nil
) throws -> (classifier: TaskClassifier, result: Trainer.Result) {
    var builder = try builder(samples, features: options.features ?? smallFeatures)
    if !validation.isEmpty {
        builder.beginValidation()
        for sample in validation { try builder.append(sample) }
    }
    let result = try Trainer(options: options).train(&builder, traffic: traffic)
    return (try TaskClassifier(ModelBytes(copying: result.bytes, origin: "new.model"), name: "new"), result)
}

/// Logits of `texts`, text after text.
private func logits(_ classifier: TaskClassifier, _ texts: [String]) -> [Float] {
    texts.flatMap { classifier.classifyWithLogits(.text($0)).logits ?? [] }
}

private func distance(_ one: [Float], _ other: [Float]) -> Float {
    zip(one, other).map { abs($0 - $1) }.max() ?? .infinity
}

@Suite("Warm start")
struct WarmStartTests {
    private let old = randomSamples(300, seed: 1)
    private let texts = randomSamples(40, seed: 2).compactMap { sample -> String? in
        if case .text(let text) = sample.request { text } else { nil }
    }

    @Test(
        "A strong pull keeps the model's weights, a weak one follows the new rows, where no start follows them from the first"
    )
    func pull() throws {
        let parent = try train(old, options()).classifier
        // The new rows say the opposite of the old ones.
        let turned = randomSamples(300, seed: 3).map { row -> Sample in
            var row = row
            row.label = ["label0": "label1", "label1": "label2", "label2": "label0"][row.label ?? ""]
            return row
        }
        var changes: [Float] = []
        for c in [1e-5, 0.1, 10] {
            var warm = options()
            warm.warmStart = try WarmStart(parent)
            warm.inverseRegularizations = [c]
            let child = try train(turned, warm).classifier
            // Biases are free, so differences of a logit from its mean over texts are compared.
            changes.append(distance(centred(logits(child, texts)), centred(logits(parent, texts))))
        }
        #expect(changes[0] < 0.02, "\(changes)")
        #expect(changes[1] > 10 * changes[0] && changes[2] > changes[1], "\(changes)")
    }

    private func centred(_ logits: [Float]) -> [Float] {
        let rows = logits.count / 3
        let means = (0..<3).map { label in (0..<rows).reduce(Float(0)) { $0 + logits[$1 * 3 + label] } / Float(rows) }
        return logits.indices.map { logits[$0] - means[$0 % 3] }
    }

    @Test("What the new rows do not speak of keeps its weights, also those of features that they do not have")
    func kept() throws {
        let parent = try train(old, options()).classifier
        // Without numbers: those at the end of the old texts tell the label.
        let fresh = (0..<60).map { row -> Sample in
            let name = ["b", "c", "d"][row % 3] + String(repeating: "k", count: row / 3)
            return sample("quite other words \(name) here", "label\(row % 3)")
        }
        var warm = options()
        warm.warmStart = try WarmStart(parent)
        let child = try train(fresh, warm).classifier
        func right(_ classifier: TaskClassifier, _ samples: [Sample]) -> Int {
            samples.count { classifier.classify($0.request).taskType == $0.label }
        }
        let cold = try train(fresh, options()).classifier
        let judged = randomSamples(150, seed: 5)
        #expect(right(child, judged) >= right(parent, judged) - 15)
        #expect(right(cold, judged) < right(child, judged) - 30)
        #expect(child.classify(texts[0]).input.coverage == parent.classify(texts[0]).input.coverage)
        for family in smallFeatures.bucketBits.indices {
            guard let one = child.model.linear?.tables[family], let other = parent.model.linear?.tables[family] else {
                Issue.record("no linear model")
                return
            }
            let same = (0..<one.rows).count { row in
                (0..<3).allSatisfy { one.weight(row: row, column: $0) == other.weight(row: row, column: $0) }
            }
            #expect(same > 0, "family \(family)")
        }
    }

    @Test("New labels start at zero, and the parent is named in the provenance's loss and the settings")
    func newLabels() throws {
        let parent = try train(old, options()).classifier
        let warm = try WarmStart(parent)
        #expect(warm.loss == .softmax && warm.features == smallFeatures && warm.revision == parent.revision)
        let rows = old + (0..<30).map { sample("astronomy of planets \($0)", "a new label") }
        var newRows = try builder(rows)
        var (dataset, labels, _, _) = try newRows.finish()
        let active = ActiveFeatures(compacting: &dataset, parallel: Parallel(threads: 1))
        let base = try warm.base(active, labels: labels, settings: smallFeatures)
        #expect(base.columns == [nil, 0, 1, 2])
        #expect(stride(from: 0, to: base.parameters.count, by: 4).allSatisfy { base.parameters[$0] == 0 })
        #expect(base.parameters.contains { $0 != 0 })
        var settings = options()
        settings.warmStart = warm
        let child = try train(rows, settings).classifier
        #expect(child.labels == ["a new label", "label0", "label1", "label2"])
        #expect(child.classify("astronomy of planets").taskType == "a new label")
    }

    @Test("A model whose labels are missing, other features, and perceptrons are refused")
    func refusals() throws {
        let parent = try train(old, options()).classifier
        var warm = options()
        warm.warmStart = try WarmStart(parent)
        let missing = #expect(throws: TrainingError.self) {
            try train(old.filter { $0.label != "label1" }, warm)
        }
        #expect(missing?.message.contains("no row of label1") == true)
        var other = warm
        other.features?.maximumWordOrder = 1
        #expect(throws: TrainingError.self) { try train(old, other) }
        var perceptron = warm
        perceptron.kind = .mlp
        #expect(throws: TrainingError.self) { try train(old, perceptron) }
        var mlp = options()
        mlp.kind = .mlp
        mlp.hiddenUnits = 4
        mlp.epochs = 1
        let hidden = try train(old, mlp).classifier
        let error = #expect(throws: TrainingError.self) { try WarmStart(hidden) }
        #expect(error?.message.contains("perceptron") == true)
    }
}

@Suite("Label weights, label mix and age in training")
struct ImbalanceTests {
    @Test("A label with a higher weight is answered more often; unknown labels and weights of 0 are refused")
    func labelWeights() throws {
        let samples = randomSamples(300, labels: 2, noise: 0.4, seed: 6)
        let judged = randomSamples(200, labels: 2, seed: 7)
        func answers(_ weight: Double) throws -> Int {
            var settings = options()
            settings.classWeights = .none
            settings.labelWeights = ["label1": weight]
            let classifier = try train(samples, settings).classifier
            return judged.count { row in
                let logits = classifier.classifyWithLogits(row.request).logits ?? [0, 0]
                return logits[1] > logits[0]
            }
        }
        #expect(try answers(8) > answers(1) + 20)
        #expect(try answers(1.0 / 8) < answers(1) - 20)
        for weights in [["label1": 0.0], ["label1": -1], ["label1": .nan], ["label1": .infinity], ["poem": 1]] {
            var settings = options()
            settings.labelWeights = weights
            let error = #expect(throws: TrainingError.self) { try train(samples, settings) }
            #expect(error?.message.contains(weights.keys.first ?? "-") == true)
        }
    }

    @Test("Whatever the label weights, probabilities are those of the mix expected")
    func calibratedAtTheMix() throws {
        let samples = randomSamples(900, labels: 2, noise: 0.3, seed: 8)
        for weight in [0.2, 1, 5] {
            var settings = options()
            settings.classWeights = .none
            settings.labelWeights = ["label1": weight]
            settings.expectedMix = ["label0": 0.8, "label1": 0.2]
            let classifier = try train(samples, settings).classifier
            var means = [0.0, 0.0]
            var counts = [0.0, 0.0]
            for row in randomSamples(600, labels: 2, noise: 0.3, seed: 9) {
                let label = row.label == "label1" ? 1 : 0
                means[label] += Double(classifier.classify(row.request).probabilities[1])
                counts[label] += 1
            }
            let mean = 0.8 * means[0] / counts[0] + 0.2 * means[1] / counts[1]
            #expect(abs(mean - 0.2) < 0.04, "weight \(weight): mean probability \(mean)")
        }
    }

    @Test(
        "Traffic whose mix is estimated gives the model that the same expected mix gives, and adapting comes close to it"
    )
    func traffic() throws {
        let samples = randomSamples(900, labels: 3, noise: 0.1, seed: 10)
        var traffic = TrafficSample(seed: 1)
        let pool = randomSamples(3000, labels: 3, noise: 0, seed: 11)
        for (index, row) in pool.enumerated() where row.label == "label0" || index % 10 < 3 {
            traffic.append(row.request)
        }
        var counts: [String: Double] = [:]
        for (index, row) in pool.enumerated() where row.label == "label0" || index % 10 < 3 {
            counts[row.label ?? "", default: 0] += 1 / Double(traffic.count)
        }
        let (classifier, result) = try train(samples, options(), traffic: traffic)
        let estimate = try #require(result.report.traffic)
        for (label, share) in counts {
            let found = try #require(estimate.shares[label])
            #expect(abs(found.traffic - share) < 0.08, "\(label): \(found), \(share)")
        }
        var given = options()
        given.expectedMix = estimate.mix
        let same = try train(samples, given).classifier
        #expect(same.model.calibration == classifier.model.calibration)
        #expect(same.model.priors == classifier.model.priors && same.model.thresholds == classifier.model.thresholds)
        let plain = try train(samples, options()).classifier
        let adapted = try ModelAdaptation(plain, mix: estimate.mix, origin: .init())
        let moved = try TaskClassifier(ModelBytes(copying: adapted.bytes, origin: "adapted"), name: "adapted")
        #expect(!adapted.hasNewCandidates)
        #expect(zip(moved.model.priors, classifier.model.priors).allSatisfy { abs($0 - $1) < 1e-5 })
        var gap = 0.0
        var effect = 0.0
        for row in pool.prefix(200) {
            let wanted = classifier.classify(row.request).probabilities[0]
            gap += Double(abs(moved.classify(row.request).probabilities[0] - wanted)) / 200
            effect += Double(abs(plain.classify(row.request).probabilities[0] - wanted)) / 200
        }
        #expect(gap < 0.03 && effect > 2 * gap, "gap \(gap), effect of the mix \(effect)")
        #expect(moved.metadata["tasktype.provenance"]?.contains(plain.revision) == true)
    }

    @Test("Adapting with labelled rows estimates the mix and fits candidates anew")
    func adaptWithRows() throws {
        let plain = try train(randomSamples(600, seed: 12), options()).classifier
        var traffic = TrafficSample(seed: 1)
        for row in randomSamples(1500, noise: 0, seed: 13) where row.label != "label2" { traffic.append(row.request) }
        let labelled = randomSamples(400, seed: 14)
        let adapted = try ModelAdaptation(
            plain, traffic: traffic, labelled: labelled, seed: 1, threads: 2, origin: .init())
        let share = try #require(adapted.estimate?.shares["label2"])
        #expect(share.traffic < 0.1 && share.labelled > 0.25)
        #expect(adapted.hasNewCandidates)
        let again = try ModelAdaptation(
            plain, traffic: traffic, labelled: labelled, seed: 1, threads: 1, origin: .init())
        #expect(again.bytes == adapted.bytes)
    }

    @Test("Priors are those of training rows, whatever a validation file holds")
    func priors() throws {
        let samples = randomSamples(200, labels: 2, noise: 0, seed: 15)
        let validation =
            randomSamples(200, labels: 2, noise: 0, seed: 16).filter { $0.label == "label0" || $0.weight > 1 }
            + randomSamples(4, labels: 2, noise: 0, seed: 17)
        let (classifier, result) = try train(samples, options(), validation: validation)
        #expect(classifier.model.priors == [0.5, 0.5])
        #expect(result.report.label_counts == ["label0": 100, "label1": 100])
    }

    @Test("One label with 99.9 % of the rows and one with two rows are trained, with finite answers")
    func extreme() throws {
        var samples = (0..<1500).map { sample("common words number \($0) \($0 % 17)", "common") }
        samples += [sample("a rare thing one", "rare"), sample("a rare thing two", "rare")]
        for weights in [TrainingOptions.ClassWeights.balanced, .none] {
            var settings = options()
            settings.classWeights = weights
            settings.candidateSets = .perLabel
            let (classifier, result) = try train(samples, settings)
            let answer = classifier.classify("a rare thing")
            #expect(answer.probabilities.allSatisfy { $0.isFinite && $0 > 0 })
            #expect(result.report.decisions?.candidate_fallbacks == ["rare"])
        }
    }
}

@Suite("Decay")
struct TimeDecayTests {
    private func row(_ time: String?, weight: Double = 1) -> Sample {
        Sample(
            request: .text("x"), label: "a", weight: weight, timestamp: time.flatMap { Timestamp($0) },
            location: SampleLocation(file: "test.csv", line: 7, column: 1))
    }

    @Test("A row counts half for each half-life before the newest one, down to a limit")
    func factors() throws {
        var decay = try TimeDecay(halfLifeDays: 10)
        for time in ["2026-03-01", "2026-02-19", "2026-02-09", "2026-02-24", "1970-01-01"] {
            try decay.append(row(time))
        }
        let factors = try decay.factors()
        #expect(zip(factors, [1, 0.5, 0.25, Float(0.5).squareRoot()]).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(factors[4] > 0 && factors[4] < 1e-8)
        let figures = try decay.figures()
        #expect(figures.newest == "2026-03-01" && figures.oldest == "1970-01-01" && figures.undated_rows == 0)
        let sum = 1.75 + 0.5.squareRoot()
        #expect(abs(figures.effective_rows - sum * sum / (1 + 0.25 + 0.0625 + 0.5)) < 1e-6)
    }

    @Test("Rows without a timestamp are refused unless it is said how they count")
    func undated() throws {
        var strict = try TimeDecay(halfLifeDays: 1)
        let error = #expect(throws: TrainingError.self) { try strict.append(row(nil)) }
        #expect(error?.message.contains("test.csv:7") == true && error?.message.contains("--undated") == true)
        for (undated, expected) in [(TimeDecay.Undated.newest, Float(1)), (.oldest, 0.25)] {
            var decay = try TimeDecay(halfLifeDays: 1, undated: undated)
            for time in ["2026-01-03", nil, "2026-01-01"] { try decay.append(row(time)) }
            #expect(abs(try decay.factors()[1] - expected) < 1e-6)
        }
        var empty = try TimeDecay(halfLifeDays: 1, undated: .newest)
        try empty.append(row(nil))
        #expect(throws: TrainingError.self) { try empty.factors() }
        for days in [0, -1, Double.nan, .infinity] {
            #expect(throws: TrainingError.self) { try TimeDecay(halfLifeDays: days) }
        }
    }

    @Test("The builder's weights are multiplied, row by row")
    func builderWeights() throws {
        var builder = try builder(randomSamples(700, seed: 1))
        try builder.scaleWeights(by: (0..<700).map { Float($0 + 1) })
        for sample in randomSamples(3, seed: 2) { try builder.append(sample) }
        let weights = try builder.finish().dataset.weights
        #expect(weights == (0..<700).map { Float($0 + 1) } + [1, 1, 1])
    }
}
