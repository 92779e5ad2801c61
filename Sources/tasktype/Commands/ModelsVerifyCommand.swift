import ArgumentParser
import TaskType

struct ModelsVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a weights file in every part, and that it classifies.")

    @Argument(help: ArgumentHelp("Weights file.", valueName: "model"))
    var path: String

    func run() throws {
        let classifier = try ModelOption(path).load()
        let probe = classifier.classify("What is the capital of France?")
        guard probe.source == .model, abs(probe.probabilities.reduce(0, +) - 1) < 1e-3 else {
            throw Failure("\(path) opens but does not classify; train it again")
        }
        StandardOutput.write("\(path) is sound: \(classifier.revision)\n")
    }
}
