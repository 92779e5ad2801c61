import Foundation
import TestSupport

/// Models that many tests look at and none changes, each trained once in a run of the tests.
enum TrainedModels {
    /// Four labels, 240 rows, linear, int8, few features: the shape of the default model.
    static let linear = Result { try train(named: "linear", []) }
    /// The same with a perceptron.
    static let perceptron = Result {
        try train(named: "perceptron", ["--kind", "mlp", "--precision", "float32"])
    }
    /// The linear model from other rows.
    static let other = Result { try train(named: "other", [], seed: 77) }

    /// Kept as long as the tests run.
    private static let folder = Result { try ScratchFolder() }

    /// Static values are never deinitialised, so the folder is removed when the tests end.
    private static let isRemovedAtExit =
        atexit {
            if let path = try? TrainedModels.folder.get().path {
                try? FileManager.default.removeItem(atPath: path)
            }
        } == 0

    private static func train(named name: String, _ options: [String], seed: UInt64 = 1) throws -> String {
        try train(Corpus.texts(240, seed: seed), named: name, options)
    }

    /// Trains a model from `rows` and returns its path.
    static func train(_ rows: [LabelledText], named name: String, _ options: [String]) throws -> String {
        let folder = try folder.get()
        guard isRemovedAtExit else {
            throw ProgramFailure(description: "the folder of models would stay behind")
        }
        let data = try folder.write(Corpus.csv(rows), to: name + ".csv")
        let model = folder(name + ".safetensors")
        let result = try ProgramRunner.run(["train", data, "--output", model] + quick + options)
        guard result.status == 0 else {
            throw ProgramFailure(description: "no \(name) model: \(result.errors)")
        }
        return model
    }

    /// Options that make training short.
    static let quick = [
        "--holdout", "0.25", "--loss", "softmax", "--c", "1", "--hash-bits", "12", "--word-ngrams", "2",
        "--quiet",
    ]
}

/// Whether the program was built with a default model.
enum EmbeddedModel {
    static let isPresent: Bool = (try? ProgramRunner.run(["models", "inspect"]))?.status == 0
    static let skipReason =
        "the program was built without models/default.safetensors: run `make model` and build again"
}
