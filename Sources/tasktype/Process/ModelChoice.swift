import ArgumentParser
import TaskType

/// `--model`, shared by the commands that classify.
struct ModelOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Weights file; the model that is compiled in where this is left out.", valueName: "file"))
    var model: String?

    /// The model named, or the embedded one.
    func load() throws -> TaskClassifier { try loadClassifier(model) }
}

extension ModelOption {
    /// As if `--model path` had been given.
    init(_ path: String?) { model = path }
}

/// The model in the file at `path`, or the embedded one.
func loadClassifier(_ path: String?) throws -> TaskClassifier {
    do {
        if let path { return try TaskClassifier(contentsOf: path) }
        return try TaskClassifier()
    } catch {
        throw Failure("\(error)")
    }
}
