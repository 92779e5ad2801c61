import ArgumentParser
import JSONCoding
import Samples
import TaskType

/// `tasktype models vectors`: texts with every step of their prediction.
struct ModelsVectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectors",
        abstract:
            "Print texts with their features, logits and probabilities, to check loaders in other languages.",
        discussion: """
            Prints JSON Lines, a text a line, as docs/weights-format.md says; Scripts/reference_classifier.py checks them \
            with an implementation of its own.
            """)

    @Argument(
        help: ArgumentHelp("Weights file; the embedded model where this is left out.", valueName: "model"))
    var path: String?

    @Option(
        help: ArgumentHelp(
            "Texts: .jsonl, .csv or .txt (a line each), perhaps .gz; - for standard input.", valueName: "file"
        ))
    var input: String

    @Option(
        help: ArgumentHelp(
            "Format of the input where its name does not say it: csv, jsonl or txt.", valueName: "format"))
    var inputFormat: SampleFormat?

    func run() throws {
        let classifier = try ModelOption(path).load()
        var options = SampleReader.Options.requests
        options.format = inputFormat
        do {
            var reader = try SampleReader(paths: [input], options: options)
            var count = 0
            while let sample = try reader.next() {
                count += 1
                guard case .text(let text) = sample.request else {
                    throw Failure(
                        "request \(count) of \(input) is a conversation; vectors are made of plain texts")
                }
                var json = JSONWriter()
                classifier.trace(text).write(to: &json, text: text, labels: classifier.labels)
                json.lineBreak()
                StandardOutput.write(json.bytes)
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(error)")
        }
    }
}

extension PredictionTrace {
    /// One line of a vectors file.
    func write(to json: inout JSONWriter, text: String, labels: [String]) {
        json.object { json in
            json.key("text")
            json.value(text)
            json.key("features")
            json.object { json in
                for family in families {
                    json.key(family.name)
                    json.array { json in for slot in family.slots { json.value(Int(slot)) } }
                }
            }
            json.key("scales")
            json.object { json in
                for family in families {
                    json.key(family.name)
                    json.value(family.scale)
                }
            }
            json.key("logits")
            json.array { json in for logit in logits { json.value(logit) } }
            json.key("probabilities")
            json.object { json in
                for (label, probability) in zip(labels, probabilities) {
                    json.key(label)
                    json.value(probability)
                }
            }
            json.key("coverage")
            json.value(coverage)
        }
    }
}
