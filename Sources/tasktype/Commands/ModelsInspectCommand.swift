import ArgumentParser
import JSONCoding
import ModelFormat
import TaskType

struct ModelsInspectCommand: ParsableCommand {
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

enum InspectionFormat: String, ExpressibleByArgument {
    case text, json
}
