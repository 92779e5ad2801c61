import FeatureExtraction
import Inference
import ModelFormat
import TaskType
import TestSupport
import Testing

@testable import Training

@Suite("Searching for a smaller model")
struct SizeSearchTests {
    private static func options(_ maximumBytes: Int?, threads: Int = 1) -> TrainingOptions {
        var options = TrainingOptions()
        options.losses = [.softmax]
        options.inverseRegularizations = [3]
        options.validation = .folds(3)
        options.maximumBytes = maximumBytes
        options.threads = threads
        return options
    }

    private static func train(
        _ maximumBytes: Int?, threads: Int = 1, kind: TrainingOptions.Kind = .logistic,
        validation: ValidationPlan = .folds(3)
    ) throws -> Trainer.Result {
        var builder = try builder(randomSamples(240, seed: 5), threads: threads)
        var options = options(maximumBytes, threads: threads)
        options.kind = kind
        options.validation = validation
        options.epochs = 3
        options.hiddenUnits = 6
        return try Trainer(options: options).train(&builder)
    }

    private static func classifier(_ bytes: [UInt8]) throws -> TaskClassifier {
        try TaskClassifier(ModelBytes(copying: bytes, origin: "small"), name: "small")
    }

    @Test("The file is within the size, reads back, and reports what was tried", arguments: [14_000, 18_000, 1 << 20])
    func staysWithin(limit: Int) throws {
        let result = try Self.train(limit)
        #expect(result.bytes.count <= limit)
        #expect(try Self.classifier(result.bytes).labels.count == 3)
        let search = try #require(result.report.size_search)
        #expect(search.maximum_bytes == limit)
        #expect(search.judged_rows == 240)
        #expect(search.trials.contains { $0.precision == "int8" } || limit < 18_000)
        #expect(search.trials.contains { $0.precision == "int4" })
        #expect(search.chosen.file_bytes <= limit)
        #expect(search.trials.allSatisfy { $0.kept_rows <= search.rows && $0.accuracy <= 1 })
        // Where another that fits is as good, none that the tests object to is kept.
        if search.trials.contains(where: { !$0.is_worse && $0.file_bytes <= limit }) {
            #expect(!search.chosen.is_worse)
        }
    }

    @Test("A model with a perceptron is made smaller too, and held-out rows judge the model itself")
    func perceptron() throws {
        let result = try Self.train(20_000, kind: .mlp, validation: .holdout(0.3))
        #expect(result.bytes.count <= 20_000)
        let search = try #require(result.report.size_search)
        #expect(search.judged_rows == result.report.held_out_rows)
        #expect(try Self.classifier(result.bytes).model.perceptron != nil)
    }

    @Test("The same data give the same bytes, whatever the number of threads")
    func reproducible() throws {
        #expect(try Self.train(18_000).bytes == Self.train(18_000, threads: 3).bytes)
    }

    @Test("Without a size the file is as before: every bucket has its row")
    func withoutSize() throws {
        let result = try Self.train(nil)
        #expect(result.report.size_search == nil)
        let model = try Self.classifier(result.bytes).model
        #expect(try #require(model.linear).tables.allSatisfy { $0.index == nil })
    }

    @Test("A size that not even an empty model fits is refused with the least that would do")
    func tooSmall() throws {
        do {
            _ = try Self.train(2_000)
            Issue.record("2,000 bytes were enough")
        } catch let error as TrainingError {
            #expect(error.message.contains("fits 2000 bytes: without any weight it takes"), "\(error.message)")
        }
    }

    @Test("Rows go in the order of norm times occurrences, and equal ones in the order of buckets")
    func ranking() throws {
        let (dataset, active, _) = try compacted(randomSamples(60, seed: 6))
        let all = RowEffects(dataset: dataset, active: active, isCounted: { _ in true })
        // Counted the slow way, from the rows written out.
        var sums = [Double](repeating: 0, count: active.count)
        for row in 0..<dataset.rowCount {
            dataset.withFeatures(ofRow: row) { features in
                features.forEachFamily { _, slots, scale in
                    for slot in slots { sums[Int(slot >> 1)] += Double(scale) * Double(scale) }
                }
            }
        }
        let words = active.buckets[0]
        let bases = zip(words.indices, words).map { Double(all.occurrences[0][Int($1)]) - sums[$0] }
        let first = try #require(bases.first)
        #expect(first > 0 && bases.allSatisfy { abs($0 - first) < 1e-5 })
        let parameters = [Float](repeating: 1, count: active.count * 3 + 3)
        let linear = ModelAssembly.linear(
            parameters, labelCount: 3, active: active, settings: dataset.settings)
        let ranked = RankedRows(linear.tables, all)
        #expect(ranked.rows.count == active.count)
        let effects = ranked.rows.map { all.occurrences[Int($0 >> 32)][Int($0 & 0xFFFF_FFFF)] }
        #expect(zip(effects, effects.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(ranked.heldRows(10).reduce(0, +) == 10)
    }

    @Test("Pruned to all rows, a model answers as before; pruned to none, it answers its biases")
    func pruning() throws {
        let (dataset, active, labels) = try compacted(randomSamples(60, seed: 7))
        var random = SplitMix64(seed: 8)
        let parameters = (0..<active.count * 3 + 3).map { _ in Float.random(in: -1...1, using: &random) }
        let model = TaskModel(
            labels: labels, features: dataset.settings,
            linear: ModelAssembly.linear(parameters, labelCount: 3, active: active, settings: dataset.settings),
            perceptron: nil, calibration: .identity(labelCount: 3), thresholds: [0, 0, 0], candidateThreshold: 0,
            candidateCoverage: 0.9, coverageFilter: ModelAssembly.filter([0]), defaultLabel: 0,
            priors: [0.5, 0.25, 0.25])
        let effects = RowEffects(dataset: dataset, active: active, isCounted: { _ in true })
        let prunable = PrunableModel(model, effects)
        let scoring = PackedScoring(dataset: dataset, active: active, parallel: Parallel(threads: 2))
        let rows = Array(0..<dataset.rowCount)
        let whole = scoring.logits(of: model, rows: rows)
        let nearly = prunable.pruned(keeping: 1 - 0.5 / Double(prunable.rowCount))
        #expect(nearly.linear?.tables[0].index != nil)
        // One row is gone, which moves the logits of the requests that have it only.
        let moved = zip(whole, scoring.logits(of: nearly, rows: rows)).count { $0 != $1 }
        #expect(moved < whole.count / 4)
        #expect(scoring.logits(of: prunable.pruned(keeping: 1), rows: rows) == whole)
        let none = scoring.logits(of: prunable.pruned(keeping: 0), rows: rows)
        #expect(none == rows.flatMap { _ in Array(parameters.suffix(3)) })
        #expect(nearly.dequantized().linear?.tables[0].heldRows == nearly.linear?.tables[0].heldRows)
    }

    @Test("The paired tests see a loss that is there and none that is not")
    func judgement() {
        var random = SplitMix64(seed: 9)
        let truths = (0..<400).map { _ in Int.random(in: 0..<2, using: &random) }
        func heldOut(_ isRight: (Int) -> Bool) -> HeldOutLogits {
            HeldOutLogits(
                rows: Array(0..<400),
                logits: truths.enumerated().flatMap { row, truth -> [Float] in
                    (truth == 0) == isRight(row) ? [1, 0] : [0, 1]
                }, truths: truths, weights: [Float](repeating: 1, count: 400), labelCount: 2)
        }
        let reference = heldOut { $0 % 10 != 0 }
        let same = PairedJudgement(of: reference, against: reference)
        #expect(!same.isWorse && same.mcNemarP == 1 && same.lost == 0 && same.logLossAdded == 0)
        #expect(abs(same.accuracy - 0.9) < 1e-9)
        let worse = PairedJudgement(of: heldOut { $0 % 10 > 1 }, against: reference)
        #expect(worse.isWorse && worse.mcNemarP < 1e-6)
        #expect(abs(worse.lost - 0.1) < 1e-9 && worse.lostInterval.contains(0.1))
        #expect(worse.lostInterval.lowerBound > 0.05 && worse.logLossAdded > 0)
        // As many won as lost.
        let other = PairedJudgement(of: heldOut { $0 % 10 != 1 }, against: reference)
        #expect(!other.isWorse && other.mcNemarP == 1)
        let better = PairedJudgement(of: heldOut { _ in true }, against: reference)
        #expect(!better.isWorse && better.lost < 0)
    }

    @Test("The warning names the loss, its interval and a size that would do")
    func warning() {
        let trial = SizeSearchReport.Trial(
            precision: "int4", kept_rows: 10, file_bytes: 900, accuracy: 0.8, log_loss: 0.5, accuracy_lost: 0.034,
            accuracy_lost_ci95: [0.02, 0.05], log_loss_added: 0.1, mcnemar_p: 0.0012, is_worse: true)
        var sound = trial
        sound.file_bytes = 5000
        sound.is_worse = false
        var report = SizeSearchReport(
            maximum_bytes: 1000, judged_rows: 300, rows: 100, float_accuracy: 0.834, float_log_loss: 0.4,
            float_bytes: 9000, trials: [trial, sound], chosen: trial)
        let text = report.warning ?? ""
        #expect(text.contains("loses 3.4 points of accuracy (95 % interval 2.0 to 5.0, p = 0.0012)"), "\(text)")
        #expect(text.contains("5000 bytes cost nothing"), "\(text)")
        report.chosen = sound
        #expect(report.warning == nil)
    }

    @Test("A trained model is made smaller by samples it has not seen, and says so in its provenance")
    func shrinking() throws {
        let model = try Self.classifier(try Self.train(nil).bytes)
        var results: [[UInt8]] = []
        for threads in [1, 3] {
            var shrinker = ModelShrinker(model, maximumBytes: 16_000)
            shrinker.threads = threads
            var builder = try builder(randomSamples(150, seed: 77), threads: threads)
            let result = try shrinker.shrink(&builder, origin: .init(program: "tests", data: ["sha256:0"]))
            #expect(result.bytes.count <= 16_000 && result.report.judged_rows == 150)
            results.append(result.bytes)
        }
        #expect(results[0] == results[1])
        let smaller = try Self.classifier(results[0])
        #expect(smaller.metadata["tasktype.provenance"]?.contains("\"shrunk\"") == true)
        #expect(smaller.metadata["tasktype.provenance"]?.contains(model.revision) == true)
        // What was made smaller once can be made smaller again.
        var again = ModelShrinker(smaller, maximumBytes: 20_000)
        again.precision = .int4
        var builder = try builder(randomSamples(150, seed: 78))
        #expect(try again.shrink(&builder).bytes.count <= 20_000)
    }

    @Test("Samples with a label that the model does not know are refused")
    func unknownLabel() throws {
        let model = try Self.classifier(try Self.train(nil).bytes)
        var builder = try builder([sample("one", "label0"), sample("two", "poetry"), sample("three", "label1")])
        do {
            _ = try ModelShrinker(model, maximumBytes: 1 << 20).shrink(&builder)
            Issue.record("an unknown label was taken")
        } catch {
            #expect(error.message.contains("the label poetry, which the model does not know"), "\(error.message)")
        }
    }
}
