import ArgumentParser
import JSONCoding
import ModelFormat
import TaskType

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Look at weights files.",
        subcommands: [InspectCommand.self, VerifyCommand.self, VectorsCommand.self, ModelsAdaptCommand.self])

    struct InspectCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "Print what a weights file says of itself.")

        @Argument(help: ArgumentHelp("Weights file; the embedded model where this is left out.", valueName: "model"))
        var path: String?

        @Option(help: "How to print: text or json.")
        var format: InspectionFormat = .text

        func run() throws {
            let option = ModelOption(path)
            let classifier = try option.load()
            switch format {
            case .json:
                var json = JSONWriter()
                json.object { json in
                    json.key("name")
                    json.value(classifier.name)
                    json.key("revision")
                    json.value(classifier.revision)
                    json.key("bytes")
                    json.value(classifier.bytes.count)
                    json.key("labels")
                    json.array { json in for label in classifier.labels { json.value(label) } }
                    json.key("metadata")
                    json.object { json in
                        for (key, value) in classifier.metadata.sorted(by: { $0.key < $1.key }) {
                            json.key(key)
                            json.value(value)
                        }
                    }
                }
                json.lineBreak()
                StandardOutput.write(json.bytes)
            case .text:
                var text = "name      \(classifier.name)\nrevision  \(classifier.revision)\n"
                text += "bytes     \(classifier.bytes.count)\nlabels    \(classifier.labels.joined(separator: ", "))\n"
                for (key, value) in classifier.metadata.sorted(by: { $0.key < $1.key }) { text += "\(key)  \(value)\n" }
                StandardOutput.write(text)
            }
        }
    }

    struct VerifyCommand: ParsableCommand {
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
}

enum InspectionFormat: String, ExpressibleByArgument {
    case text, json
}
