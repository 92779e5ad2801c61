import Conversation
import Foundation
import ModelFormat
import Samples
import TaskType
import TestSupport
import Testing

@testable import Training

/// Options that make a run of a few hundred rows a matter of moments.
func quickOptions(_ kind: TrainingOptions.Kind = .logistic) -> TrainingOptions {
    var options = TrainingOptions()
    options.kind = kind
    options.losses = [.softmax]
    options.inverseRegularizations = [1, 10]
    options.features = smallFeatures
    options.hiddenUnits = 8
    options.epochs = 3
    options.validation = .holdout(0.25)
    return options
}

/// Trains on `samples`, with rows of validation files if there are any.
func train(
    _ samples: [Sample], _ options: TrainingOptions, validation: [Sample] = [], readingThreads: Int = 1,
    progress: (TrainingProgress) -> Bool = { _ in true }
) throws -> Trainer.Result {
    var builder = try builder(samples, features: options.features ?? smallFeatures, threads: readingThreads)
    if !validation.isEmpty {
        builder.beginValidation()
        for sample in validation { try builder.append(sample) }
    }
    return try Trainer(options: options).train(&builder, progress: progress)
}

/// Trains in vain, and returns why.
private func failure(_ samples: [Sample], _ options: TrainingOptions, validation: [Sample] = []) throws
    -> TrainingError
{
    try #require(throws: TrainingError.self) { _ = try train(samples, options, validation: validation) }
}

private func classifier(_ result: Trainer.Result) throws -> TaskClassifier {
    try TaskClassifier(ModelBytes(copying: result.bytes, origin: "new.model"), name: "new")
}

@Suite("Trainer")
struct TrainerTests {
    @Test(
        "The same samples, options and seed give the same bytes, on every run and for every number of threads",
        arguments: TrainingOptions.Kind.allCases)
    func reproducible(kind: TrainingOptions.Kind) throws {
        let samples = randomSamples(900, seed: 1)
        var options = quickOptions(kind)
        options.validation = .folds(3)
        let first = try train(samples, options)
        for threads in [1, 2, 3, 8] {
            options.threads = threads
            let other = try train(samples, options, readingThreads: threads)
            #expect(other.bytes == first.bytes, "\(threads) threads")
            #expect(other.report == first.report, "\(threads) threads")
        }
        if kind != .logistic {
            options.seed = 2
            let other = try train(samples, options)
            #expect(other.bytes != first.bytes)
        }
    }

    @Test(
        "The model tells labels apart that words tell apart, and says so",
        arguments: TrainingOptions.Kind.allCases)
    func learns(kind: TrainingOptions.Kind) throws {
        for plan: ValidationPlan in [.folds(3), .holdout(0.2)] {
            var options = quickOptions(kind)
            options.validation = plan
            options.epochs = 12
            let result = try train(randomSamples(500, noise: 0, seed: 2), options)
            let fresh = randomSamples(300, noise: 0, seed: 3)
            let classifier = try classifier(result)
            let right = fresh.count { classifier.classify($0.request).taskType == $0.label }
            #expect(right > 200, "\(plan): \(right) of 300")
            let report = result.report
            #expect(abs(report.chosen.accuracy - Double(right) / 300) < 0.12)
            #expect(
                report.float_accuracy > 0.65 && abs(report.float_accuracy - report.stored_accuracy) < 0.02)
            #expect(report.file_bytes == result.bytes.count)
            switch plan {
            case .folds: #expect(report.rows == 500 && report.held_out_rows == 500)
            default:
                #expect(report.rows + report.held_out_rows == 500 && abs(report.held_out_rows - 100) <= 3)
            }
        }
    }

    @Test("The report is that of the trials: one a loss and C, one a perceptron, one an average")
    func trials() throws {
        var options = quickOptions(.auto)
        options.losses = [.softmax, .squaredHinge]
        let report = try train(randomSamples(300, seed: 4), options).report
        #expect(
            report.trials.map(\.kind) == ["logistic", "logistic", "logistic", "logistic", "mlp", "average"])
        #expect(report.trials.prefix(4).map(\.inverse_regularization) == [1, 10, 1, 10])
        #expect(
            report.trials.prefix(4).map(\.loss) == ["softmax", "softmax", "squared-hinge", "squared-hinge"])
        let kept = report.trials.contains {
            $0.kind == report.chosen.kind && $0.accuracy == report.chosen.accuracy
                && $0.log_loss == report.chosen.log_loss
        }
        #expect(kept)
        #expect(report.label_counts.values.reduce(0, +) == 300)
        let json = try JSONDecoder().decode(TrainingReport.self, from: Data(report.json().utf8))
        #expect(json == report)
    }

    @Test("Provenance and the report are in the file, and both precisions hold the same model")
    func provenance() throws {
        var options = quickOptions()
        var builder = try builder(randomSamples(200, seed: 5))
        options.precision = .float32
        let origin = Provenance.Origin(program: "a \"test\"", data: ["sha256:00"], validation: [])
        let result = try Trainer(options: options).train(&builder, origin: origin)
        let text = try classifier(result).metadata["tasktype.provenance", default: ""]
        let provenance = try JSONDecoder().decode(Provenance.self, from: Data(text.utf8))
        #expect(provenance.origin == origin)
        #expect(provenance.training.seed == 1)
        #expect(provenance.training.held_out_rows == result.report.held_out_rows)
        options.precision = .int8
        let small = try train(randomSamples(200, seed: 5), options)
        #expect(small.bytes.count < result.bytes.count / 2)
        let (one, other) = (try classifier(result), try classifier(small))
        for sample in randomSamples(50, seed: 6) {
            let (p, q) = (one.classify(sample.request), other.classify(sample.request))
            for (a, b) in zip(p.probabilities, q.probabilities) { #expect(abs(a - b) < 0.05) }
        }
    }

    @Test("With validation files nothing is learnt from their rows, and all of them are judged")
    func validationFiles() throws {
        let samples = randomSamples(200, seed: 7)
        let validation = randomSamples(60, seed: 8)
        let result = try train(samples, quickOptions(), validation: validation)
        #expect(result.report.rows == 200 && result.report.held_out_rows == 60)
        // Turning the labels of the validation rows must not move the float weights, only what is fitted on them.
        var options = quickOptions()
        options.precision = .float32
        options.inverseRegularizations = [1]
        let turned = validation.map { row -> Sample in
            var row = row
            row.label = row.label == "label0" ? "label1" : "label0"
            return row
        }
        func biases(_ validation: [Sample]) throws -> [Float] {
            let bytes = try train(samples, options, validation: validation).bytes
            let file = try SafetensorsFile(parsing: ModelBytes(copying: bytes, origin: "new.model"))
            return try file.tensor("linear.bias", as: Float.self).array()
        }
        let one = try biases(validation)
        let other = try biases(turned)
        #expect(one == other)
    }

    @Test("The default label is the one that is asked for, else the most frequent")
    func defaultLabel() throws {
        let samples =
            randomSamples(120, noise: 0, seed: 9) + [
                sample("word1x1 extra", "label1"), sample("word1x2 more", "label1"),
            ]
        var options = quickOptions()
        #expect(try classifier(train(samples, options)).classify("").taskType == "label1")
        options.defaultLabel = "label2"
        let empty = try classifier(train(samples, options)).classify("")
        #expect(empty.taskType == "label2" && empty.source == .default)
        #expect(abs(empty.probabilities[1] - 42.0 / 122) < 1e-6)
    }

    @Test("Copies of one text never lie on both sides: their labels cannot be learnt by heart")
    func copies() throws {
        // Every text occurs ten times with a label of its own that says nothing about other texts.
        var random = SplitMix64(seed: 10)
        var samples: [Sample] = []
        for text in 0..<60 {
            let words = (0..<8).map { _ in "w\(Int.random(in: 0..<5000, using: &random))" }.joined(
                separator: " ")
            for _ in 0..<10 { samples.append(sample(words, text % 2 == 0 ? "a" : "b")) }
        }
        var options = quickOptions()
        options.validation = .folds(5)
        let report = try train(samples, options).report
        #expect(report.chosen.accuracy < 0.8, "\(report.chosen.accuracy)")
    }

    @Test("Balanced class weights give every label the same say, whatever its number of rows")
    func classWeights() throws {
        var samples = randomSamples(400, labels: 2, noise: 0.3, seed: 11)
        samples = samples.enumerated().filter { $0.element.label == "label0" || $0.offset % 8 == 1 }.map(
            \.element)
        func share(_ weights: TrainingOptions.ClassWeights) throws -> Int {
            var options = quickOptions()
            options.classWeights = weights
            options.inverseRegularizations = [0.01]
            let file = try SafetensorsFile(
                parsing: ModelBytes(copying: train(samples, options).bytes, origin: "new.model"))
            let bias = try file.tensor("linear.bias", as: Float.self).array()
            return abs(bias[0] - bias[1]) > 0.8 ? 1 : 0
        }
        #expect(try share(.none) == 1)
        #expect(try share(.balanced) == 0)
    }

    @Test("A row of weight 2 counts as the row twice")
    func weights() throws {
        let samples = randomSamples(240, labels: 2, seed: 12)
        var options = quickOptions()
        options.classWeights = .none
        options.precision = .float32
        options.inverseRegularizations = [1]
        let doubled = samples.enumerated().map { index, row -> Sample in
            var row = row
            row.weight = index % 3 == 0 ? 2 : 1
            return row
        }
        let repeated = samples.enumerated().flatMap { $0 % 3 == 0 ? [$1, $1] : [$1] }
        // The same rows in a validation file, so that the folds are the same too.
        let validation = randomSamples(100, labels: 2, seed: 13)
        let one = try classifier(train(doubled, options, validation: validation))
        // λ = 1 / (C · rows) counts rows, so C makes up for the larger number of them.
        options.inverseRegularizations = [240.0 / 320]
        let other = try classifier(train(repeated, options, validation: validation))
        options.inverseRegularizations = [1]
        let plain = try classifier(train(samples, options, validation: validation))
        var difference: Float = 0
        var effect: Float = 0
        for row in randomSamples(100, labels: 2, seed: 14) {
            let p = one.classify(row.request).probabilities[0]
            difference = max(difference, abs(p - other.classify(row.request).probabilities[0]))
            effect = max(effect, abs(p - plain.classify(row.request).probabilities[0]))
        }
        // The features' document frequencies count rows, not weights, which leaves a small difference.
        #expect(difference < 0.015, "largest difference \(difference)")
        #expect(effect > 3 * difference, "largest effect of the weights \(effect), difference \(difference)")
    }

    @Test(
        "Progress tells of stages and rows, and saying no stops the run at any time",
        arguments: TrainingOptions.Kind.allCases)
    func cancellation(kind: TrainingOptions.Kind) throws {
        let samples = randomSamples(300, seed: 15)
        var calls: [TrainingProgress] = []
        _ = try train(samples, quickOptions(kind)) { progress in
            calls.append(progress)
            return true
        }
        #expect(
            calls.allSatisfy {
                !$0.stage.isEmpty && $0.rows > 0 && ($0.fraction.map { (0...1).contains($0) } ?? true)
            })
        for limit in Set([1, 2, calls.count / 2, calls.count]) {
            var count = 0
            let error = #expect(throws: TrainingError.self) {
                _ = try train(samples, quickOptions(kind)) { _ in
                    count += 1
                    return count < limit
                }
            }
            #expect(error?.code == .interrupted, "call \(limit) of \(calls.count)")
            #expect(count == limit)
        }
    }
}

@Suite("Refusing to train")
struct TrainerRefusalTests {
    @Test("Samples that cannot be learnt from are named")
    func unusable() throws {
        let one = try failure((0..<10).map { sample("text \($0)", "only") }, quickOptions())
        #expect(
            one.code == .unusableData && one.message.contains("only")
                && one.message.contains("at least two labels"))
        let none = try failure([], quickOptions())
        #expect(none.code == .unusableData && none.message.contains("no samples"))
        let rare = try failure(randomSamples(20, seed: 1) + [sample("single", "rare")], quickOptions())
        #expect(rare.code == .unusableData && rare.message.contains("the label rare has one training row"))
        let unseen = try failure(
            randomSamples(20, seed: 1), quickOptions(), validation: [sample("x", "new"), sample("y", "new")])
        #expect(unseen.code == .unusableData && unseen.message.contains("the label new has no training row"))
    }

    @Test(
        "A group that holds all rows leaves nothing to choose settings on",
        arguments: TrainingOptions.Kind.allCases)
    func oneGroup(kind: TrainingOptions.Kind) throws {
        let samples = (0..<20).map { sample("text \($0)", $0 % 2 == 0 ? "a" : "b", group: "everyone") }
        let error = try failure(samples, quickOptions(kind))
        #expect(error.code == .unusableData && error.message.contains("held out"))
    }

    @Test("An unknown default label is refused with the labels there are")
    func defaultLabel() throws {
        var options = quickOptions()
        options.defaultLabel = "poetry"
        let error = try failure(randomSamples(30, seed: 2), options)
        #expect(
            error.code == .badOption && error.message.contains("poetry")
                && error.message.contains("label0, label1, label2"))
    }

    static let badOptions: [(name: String, change: @Sendable (inout TrainingOptions) -> Void)] = [
        ("folds", { $0.validation = .folds(1) }), ("folds", { $0.validation = .folds(0) }),
        ("folds", { $0.validation = .folds(-3) }), ("folds", { $0.validation = .folds(.max) }),
        ("held-out share", { $0.validation = .holdout(0) }),
        ("held-out share", { $0.validation = .holdout(1) }),
        ("held-out share", { $0.validation = .holdout(-0.5) }),
        ("held-out share", { $0.validation = .holdout(.nan) }),
        ("hidden", { $0.hiddenUnits = 0 }), ("hidden", { $0.hiddenUnits = -1 }),
        ("hidden", { $0.hiddenUnits = 5000 }),
        ("coverage", { $0.candidateCoverage = .nan }), ("coverage", { $0.candidateCoverage = .infinity }),
        ("coverage", { $0.candidateCoverage = 0 }), ("coverage", { $0.candidateCoverage = 1.5 }),
        ("precision", { $0.targetPrecision = .nan }), ("precision", { $0.targetPrecision = 2 }),
        ("passes", { $0.epochs = 0 }), ("loss", { $0.losses = [] }),
        ("C", { $0.inverseRegularizations = [] }),
        ("C", { $0.inverseRegularizations = [1, 0] }), ("C", { $0.inverseRegularizations = [-1] }),
        ("C", { $0.inverseRegularizations = [.nan] }), ("C", { $0.inverseRegularizations = [.infinity] }),
    ]

    @Test("Options out of range are refused, naming the option", arguments: badOptions.indices)
    func options(index: Int) throws {
        let (name, change) = Self.badOptions[index]
        for kind in TrainingOptions.Kind.allCases {
            var options = quickOptions(kind)
            change(&options)
            let error = try failure(randomSamples(30, seed: 3), options)
            #expect(error.code == .badOption, "\(error.message)")
            #expect(error.message.contains(name), "\(error.message)")
        }
    }

    @Test("An expected mix that does not give each label a positive share is refused")
    func expectedMix() throws {
        for mix in [
            ["label0": 1.0], ["label0": 1, "label1": 1, "label2": 0],
            ["label0": 1, "label1": .nan, "label2": 1],
            ["label0": 1, "label1": 1, "label2": 1, "poetry": 1],
        ] {
            var options = quickOptions()
            options.expectedMix = mix
            let error = try failure(randomSamples(30, seed: 4), options)
            #expect(
                error.code == .badOption && error.message.contains("label0, label1, label2"),
                "\(error.message)")
        }
    }

    @Test("As many folds as rows are not too many")
    func leaveOneOut() throws {
        var options = quickOptions()
        options.validation = .folds(12)
        let result = try train((0..<12).map { sample("text number \($0)", $0 % 2 == 0 ? "a" : "b") }, options)
        #expect(result.report.held_out_rows == 12)
    }

    @Test("Two rows a label are enough", arguments: TrainingOptions.Kind.allCases)
    func smallest(kind: TrainingOptions.Kind) throws {
        let samples = [
            sample("red apple", "a"), sample("red pear", "a"), sample("blue sky", "b"),
            sample("blue sea", "b"),
        ]
        for plan: ValidationPlan? in [nil, .folds(2), .holdout(0.5)] {
            var options = quickOptions(kind)
            options.validation = plan
            let model = try classifier(train(samples, options))
            let prediction = model.classify("red")
            #expect(prediction.probabilities.allSatisfy { $0.isFinite })
        }
    }
}
