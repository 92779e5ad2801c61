import FeatureExtraction
import Inference
import ModelFormat
import Samples
import TaskType
import TestSupport
import Testing

@testable import Training

@Suite("Size of the perceptron in a search")
struct TunedPerceptronTests {
    private func search(
        _ samples: [Sample], _ kind: TrainingOptions.Kind, units: Int = 8, threads: Int = 2,
        validation: ValidationPlan = .folds(2)
    ) throws -> Trainer.Result {
        var options = TrainingOptions()
        options.kind = kind
        options.validation = validation
        options.inverseRegularizations = [1]
        options.epochs = 4
        options.hiddenUnits = units
        options.precision = .float32
        options.threads = threads
        var tuning = TuningOptions()
        tuning.trials = 1
        return try Trainer(options: options).tune(tuning, features: smallFeatures) {
            try builder(samples, features: $0, threads: threads)
        }
    }

    private func model(_ result: Trainer.Result) throws -> TaskModel {
        try TaskClassifier(ModelBytes(copying: result.bytes, origin: "new.model"), name: "new").model
    }

    /// The sizes that were tried on the first part, with their figures.
    private func sizes(_ report: TrainingReport) -> [(units: Int, trial: TrainingReport.Trial)] {
        report.trials.compactMap { trial in
            let words = trial.kind.split(separator: " ")
            guard words.count > 3, words[0] == "mlp", let units = Int(words[2]) else { return nil }
            return (units, trial)
        }
    }

    @Test("The usual sizes and the one asked for are tried, once each, and the best of them is trained")
    func chosen() throws {
        let result = try search(randomSamples(160, labels: 3, seed: 51), .mlp)
        let tried = sizes(result.report)
        #expect(tried.map(\.units) == [8, 16, 32, 64])
        let units = try #require(model(result).perceptron).hiddenBias.count
        let best = try #require(tried.first { $0.units == units }).trial
        // Of those within a quarter standard error of the highest merit, the one with the lowest log loss.
        func merit(_ trial: TrainingReport.Trial) -> Double { (trial.accuracy + trial.macro_f1) / 2 }
        let highest = tried.map { merit($0.trial) }.max() ?? 1
        // The first part has about half of the rows.
        let margin = 0.25 * (highest * (1 - highest) / 80).squareRoot()
        #expect(merit(best) >= highest - 1.1 * margin)
        for (_, trial) in tried where merit(trial) >= highest - 0.9 * margin {
            #expect(trial.log_loss >= best.log_loss)
        }
        #expect(result.report.chosen.kind == "mlp")
        #expect((result.report.chosen.epochs ?? 0) >= 1)
        #expect(try model(result).linear == nil)
    }

    @Test("A size that is among the usual ones is not tried twice")
    func once() throws {
        let result = try search(randomSamples(90, labels: 2, seed: 52), .mlp, units: 32, validation: .holdout(0.3))
        #expect(sizes(result.report).map(\.units) == [16, 32, 64])
        #expect([16, 32, 64].contains(try #require(model(result).perceptron).hiddenBias.count))
    }

    @Test("Beside a linear model the perceptron stays only where their average is not worse on held-out rows")
    func beside() throws {
        let result = try search(randomSamples(160, labels: 3, seed: 53), .auto)
        let linear = try #require(result.report.trials.first { $0.kind == "logistic" })
        let chosen = result.report.chosen
        let model = try model(result)
        #expect(model.linear != nil)
        #expect((model.perceptron != nil) == (chosen.kind == "average" && chosen.epochs != nil))
        let merits = [chosen, linear].map { ($0.accuracy + $0.macro_f1) / 2 }
        // A quarter standard error is what counts as equal.
        #expect(merits[0] >= merits[1] - 0.25 * (merits[1] * (1 - merits[1]) / 160).squareRoot() - 1e-9)
        #expect(sizes(result.report).count == 4)
    }

    @Test("The same samples and seed give the same bytes for every number of threads")
    func reproducible() throws {
        let samples = randomSamples(100, labels: 2, seed: 54)
        let first = try search(samples, .auto, threads: 1)
        let other = try search(samples, .auto, threads: 3)
        #expect(first.bytes == other.bytes)
    }
}
