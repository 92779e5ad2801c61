import ArgumentParser
import TaskType

/// `--model`, shared by the commands that classify.
struct ModelOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Weights file; the model that is compiled in where this is left out.", valueName: "file"))
    var model: String?

    /// The model named, or the embedded one.
    func load() throws -> TaskClassifier {
        do {
            if let model { return try TaskClassifier(contentsOf: model) }
            return try TaskClassifier()
        } catch {
            throw Failure("\(error)")
        }
    }
}

extension ModelOption {
    /// As if `--model path` had been given.
    init(_ path: String?) { model = path }
}
