import Conversation
import FeatureExtraction
import Foundation
import ModelFormat
import Samples
import TaskType
import TestSupport
import Testing

@testable import Training

private let everyNoise = TrainingNoise.Kind.allCases

private func noise(_ kinds: [TrainingNoise.Kind] = everyNoise, weight: Double = 0.5) throws -> TrainingNoise {
    try TrainingNoise(kinds: Set(kinds), weight: weight)
}

private func noisyBuilder(
    _ samples: [Sample], _ noise: TrainingNoise?, threads: Int = 1, seed: UInt64 = 1, memoryLimit: Int = .max,
    validation: [Sample] = []
) throws -> DatasetBuilder {
    var builder = DatasetBuilder(
        features: smallFeatures, threads: threads,
        storage: DatasetStorage(memoryLimit: memoryLimit, temporaryFolder: NSTemporaryDirectory()), noise: noise,
        seed: seed)
    for sample in samples { try builder.append(sample) }
    if !validation.isEmpty {
        builder.beginValidation()
        for sample in validation { try builder.append(sample) }
    }
    return builder
}

private func dataset(
    _ samples: [Sample], _ noise: TrainingNoise?, threads: Int = 1, seed: UInt64 = 1, validation: [Sample] = []
) throws -> Dataset {
    var builder = try noisyBuilder(samples, noise, threads: threads, seed: seed, validation: validation)
    return try builder.finish().dataset
}

/// Requests with letters, marks and capitals, so that any noise shows.
private func punctuated(_ count: Int, seed: UInt64) -> [Sample] {
    randomSamples(count, seed: seed).map { sample in
        var sample = sample
        guard case .text(let text) = sample.request else { return sample }
        sample.request = .text("Well, " + text.replacing("word", with: "Word") + "?")
        return sample
    }
}

private func options(_ noise: TrainingNoise?, _ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    options.inverseRegularizations = [1]
    options.losses = [.softmax]
    options.validation = .folds(3)
    options.noise = noise
    change(&options)
    return options
}

@Suite("Noisy copies of training rows")
struct TrainingNoiseTests {
    @Test("Each row is followed by its copy: same label and group, the weight of copies, other features")
    func copies() throws {
        let samples = punctuated(700, seed: 41).enumerated().map { index, sample in
            var sample = sample
            sample.weight = 1 + Double(index % 3)
            sample.group = "group \(index / 2)"
            return sample
        }
        let rows = try dataset(samples, try noise(weight: 0.25))
        #expect(rows.rowCount == 1400)
        #expect(rows.originalCount == 700)
        for row in stride(from: 0, to: rows.rowCount, by: 2) {
            #expect(!rows.isCopy(row) && rows.isCopy(row + 1))
            #expect(rows.labels[row] == rows.labels[row + 1])
            #expect(rows.groups[row] == rows.groups[row + 1])
            #expect(rows.weights[row + 1] == rows.weights[row] * 0.25)
        }
        // What a text is does not depend on its copy.
        let plain = try dataset(samples, nil)
        #expect(plain.copies.isEmpty)
        let different = (0..<700).count { rows.slots(2 * $0) != plain.slots($0) }
        let same = (0..<700).count { rows.slots(2 * $0) == rows.slots(2 * $0 + 1) }
        #expect(different == 0)
        // Features fold case: a copy in small letters may differ in structure alone, or not at all.
        #expect(same < 350)
    }

    @Test("A row has the same copy on any number of threads and in any company, and another one for another seed")
    func deterministic() throws {
        let samples = punctuated(600, seed: 42)
        let one = try dataset(samples, try noise())
        let three = try dataset(samples, try noise(), threads: 3)
        let late = try dataset(Array(samples.dropFirst(100)), try noise())
        let other = try dataset(samples, try noise(), seed: 2)
        #expect(one.copies == three.copies)
        #expect((0..<one.rowCount).allSatisfy { one.slots($0) == three.slots($0) })
        #expect((0..<late.rowCount).allSatisfy { late.slots($0) == one.slots($0 + 200) })
        #expect((0..<one.rowCount).contains { one.slots($0) != other.slots($0) })
    }

    @Test("Copies are learnt from where their rows are, and never judged; rows are dealt to folds as without noise")
    func splits() throws {
        let samples = punctuated(400, seed: 43)
        let plain = try dataset(samples, nil)
        let noisy = try dataset(samples, try noise())
        try #require(noisy.rowCount == 800)
        for plan: ValidationPlan in [.folds(4), .holdout(0.25)] {
            let without = Split.splits(of: plain, plan: plan, seed: 3)
            let with = Split.splits(of: noisy, plan: plan, seed: 3)
            #expect(without.count == with.count)
            for (one, other) in zip(without, with) {
                for row in 0..<400 {
                    #expect(other.isHeldOut[2 * row] == one.isHeldOut[row])
                    #expect(other.isHeldOut[2 * row + 1] == one.isHeldOut[row])
                    #expect(other.isJudged[2 * row] == one.isHeldOut[row])
                    #expect(!other.isJudged[2 * row + 1])
                }
            }
        }
    }

    @Test("Validation rows have no copies")
    func validation() throws {
        let samples = punctuated(300, seed: 44)
        let rows = try dataset(Array(samples[..<200]), try noise(), validation: Array(samples[200...]))
        #expect(rows.rowCount == 500)
        #expect((400..<500).allSatisfy { !rows.isCopy($0) })
        let splits = Split.splits(of: rows, plan: .rows(from: 400), seed: 1)
        #expect(splits[0].judgedRows == Array(400..<500))
    }

    @Test("Of a conversation, what is asked alone is noisy; of a plain text, a misspelt greeting is part of the ask")
    func conversations() throws {
        let context = "Which trains go to Ghent in the morning? The 7:12, and then one every half hour."
        let request = Request.conversation(
            [
                Message(role: .user, text: "Which trains go to Ghent in the morning?"),
                Message(role: .assistant, text: "The 7:12, and then one every half hour."),
                Message(role: .user, text: "Please compare the fares of the first and the second class for me."),
            ], toolCount: 0)
        let conversation = Sample(request: request, label: "a", location: SampleLocation(file: "f", line: 1, column: 1))
        let plain = Ask(request)
        #expect(plain.context.contains("Ghent"), "\(context)")
        var changed = 0
        for key in 0..<30 as Range<UInt64> {
            guard let copy = try noise([.typos]).ask(of: conversation, plain, key: key) else { continue }
            changed += 1
            #expect(copy.text != plain.text)
            #expect(copy.context == plain.context && copy.document == plain.document)
            #expect(copy.turnCount == plain.turnCount)
        }
        #expect(changed == 30)
        let polite = sample("Hello, could you please help me with this? Name three rivers of Peru.", "a")
        let asked = Ask(polite.request)
        #expect(!asked.text.contains("Hello"))
        let texts = try (0..<60 as Range<UInt64>).compactMap { key in
            try noise([.typos]).ask(of: polite, asked, key: key)?.text
        }
        #expect(texts.contains { $0.count > asked.text.count + 10 })
    }

    @Test(
        "Models do not depend on threads or memory, and say what noise they saw",
        arguments: TrainingOptions.Kind.allCases)
    func models(kind: TrainingOptions.Kind) throws {
        let samples = punctuated(240, seed: 45)
        func train(_ threads: Int, _ limit: Int) throws -> Trainer.Result {
            let options = options(try noise(weight: 0.4)) {
                $0.kind = kind
                $0.threads = threads
                $0.epochs = 1
                $0.hiddenUnits = 4
            }
            var builder = try noisyBuilder(samples, options.noise, threads: threads, memoryLimit: limit)
            return try Trainer(options: options).train(&builder)
        }
        let first = try train(1, .max)
        #expect(first.report.rows == 240)
        #expect(first.report.held_out_rows == 240)
        #expect(first.report.label_counts.values.reduce(0, +) == 240)
        #expect(
            first.report.noise
                == .init(kinds: [.typos, .punctuation, .casing], weight: 0.4, typo_rate: 0.05, copies: 240))
        for (threads, limit) in [(3, Int.max), (1, 0), (2, 20_000)] {
            #expect(try train(threads, limit).bytes == first.bytes)
        }
        var builder = try noisyBuilder(samples, nil)
        let plain = try Trainer(
            options: options(nil) {
                $0.kind = kind; $0.epochs = 1; $0.hiddenUnits = 4
            }
        )
        .train(&builder)
        #expect(plain.report.noise == nil)
        #expect(plain.bytes != first.bytes)
    }

    @Test("A search, an age, an expected mix and a size go together with noise")
    func together() throws {
        let samples = punctuated(150, seed: 46)
        var tuning = TuningOptions()
        tuning.trials = 8
        let searching = options(try noise([.punctuation])) {
            $0.expectedMix = ["label0": 0.5, "label1": 0.3, "label2": 0.2]
            $0.maximumBytes = 30_000
        }
        let found = try Trainer(options: searching).tune(tuning, features: smallFeatures) { features in
            var builder = DatasetBuilder(features: features, threads: 1, noise: searching.noise)
            for sample in samples { try builder.append(sample) }
            // As ages do: a factor a sample, which its copy shares.
            try builder.scaleWeights(by: samples.indices.map { 0.5 + Float($0 % 2) })
            return builder
        }
        #expect(found.report.rows == 150)
        #expect(found.report.held_out_rows == 150)
        #expect(found.report.noise?.copies == 150)
        #expect(found.bytes.count <= 30_000)
        var builder = try noisyBuilder(samples, try noise(weight: 0.5))
        try builder.scaleWeights(by: samples.indices.map { Float($0 + 1) })
        let weights = try builder.finish().dataset.weights
        for row in samples.indices {
            #expect(weights[2 * row] == Float(row + 1))
            #expect(weights[2 * row + 1] == Float(row + 1) / 2)
        }
    }

    @Test("Rows that are alike stay refused, and so is noise that changes no text")
    func refusals() throws {
        func message(_ samples: [Sample], _ noise: TrainingNoise) -> String {
            do {
                var builder = try noisyBuilder(samples, noise)
                _ = try Trainer(options: options(noise)).train(&builder)
                return "trained"
            } catch { return "\(error)" }
        }
        let alike = (0..<40).map { sample("Always the same text, always.", $0 % 2 == 0 ? "a" : "b") }
        #expect(message(alike, try noise()).contains("all 40 texts are the same"))
        let lonely = punctuated(30, seed: 47).filter { $0.label != "label2" } + [sample("Alone?", "label2")]
        #expect(message(lonely, try noise()).contains("the label label2 has one training row"))
        let unchanged = (0..<60).map { sample("好 \($0)", "label\($0 % 2)") }
        #expect(message(unchanged, try noise([.casing])).contains("noise leaves every text as it is"))
    }

    @Test("A model trained without marks at times keeps its answers where marks are missing")
    func robust() throws {
        // The mark at the end tells the label always, the words tell it often.
        func marked(_ samples: [Sample]) -> [Sample] {
            samples.map { sample in
                var sample = sample
                guard case .text(let text) = sample.request, let label = sample.label else { return sample }
                sample.request = .text(text + (label == "label0" ? "?" : label == "label1" ? "!!" : "..."))
                return sample
            }
        }
        let samples = marked(randomSamples(900, noise: 0, seed: 49))
        let answered = marked(randomSamples(300, noise: 0, seed: 50))
        func changes(_ noise: TrainingNoise?) throws -> Int {
            var builder = try noisyBuilder(samples, noise)
            let result = try Trainer(options: options(noise)).train(&builder)
            let model = try TaskClassifier(ModelBytes(copying: result.bytes, origin: "new"), name: "new")
            return answered.count { sample in
                guard case .text(let text) = sample.request else { return false }
                let bare = Request.text(text.filter { !"?!.".contains($0) })
                return model.classify(sample.request).taskType != model.classify(bare).taskType
            }
        }
        let with = try changes(try noise([.punctuation], weight: 1))
        let without = try changes(nil)
        #expect(with < without, "\(with) of 300 change with noise, \(without) without")
    }
}
