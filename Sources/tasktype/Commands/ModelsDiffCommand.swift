import ArgumentParser
import Evaluation
import JSONCoding
import ModelFormat
import Samples
import TaskType

struct ModelsDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what sets one model apart from another: labels, settings, provenance, weights, answers.",
        discussion: """
            A model is a weights file, DIR/NAME@REVISION, or with --directory NAME or NAME@REVISION. REVISION is `previous`, \
            or a digest of which the beginning is enough. Of values that differ, that of A comes first.
            """)

    @Argument(help: ArgumentHelp("The one model.", valueName: "a"))
    var first: String

    @Argument(help: ArgumentHelp("The other, which usually went before.", valueName: "b"))
    var second: String

    @Argument(
        help: ArgumentHelp(
            "Requests, with or without labels, that both are to answer: .csv or .jsonl, perhaps .gz.", valueName: "data"
        ))
    var data: [String] = []

    @OptionGroup var folder: DirectoryOption

    @Option(help: ArgumentHelp("Weights and changed requests that are listed.", valueName: "n"))
    var list = 20

    @Flag(
        help: "Show texts of changed requests, and words that name features; the result then holds what people wrote.")
    var showTexts = false

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    func validate() throws {
        if !(0...100_000).contains(list) { throw ValidationError("--list must be 0 to 100000.") }
    }

    func run() throws {
        let (a, b) = (try NamedModel(first, folder).classifier, try NamedModel(second, folder).classifier)
        let samples = try readSamples()
        let difference = ModelDifference(
            a, b,
            weights: WeightDifference(
                of: a.model, against: b.model, limit: list, namedBy: showTexts ? samples.map(\.request) : []))
        let answers = samples.isEmpty ? nil : try compareAnswers(a, b, samples)
        switch format {
        case .text:
            var text = difference.text(names: (first, second))
            if let answers { text += "\n" + answers.text(limit: list) }
            StandardOutput.write(text)
        case .json:
            var json = JSONWriter()
            difference.write(to: &json, names: (first, second), answers: answers?.json)
            json.lineBreak()
            StandardOutput.write(json.bytes)
        }
    }

    private func readSamples() throws -> [Sample] {
        guard !data.isEmpty else { return [] }
        var options = SampleReader.Options()
        options.requiresLabel = false
        if data == ["-"] { options.format = .csv }
        return try reportingDataErrors {
            var reader = try SampleReader(paths: data, options: options)
            return try reader.readAll()
        }
    }

    private func compareAnswers(
        _ a: TaskClassifier, _ b: TaskClassifier, _ samples: [Sample]
    ) throws -> AgreementReport {
        let labels = Set(a.labels).union(b.labels).sorted()
        let isLabelled = samples.allSatisfy { labels.contains($0.label ?? "") }
        var details = RowDetails(names: samples.map(\.shownName))
        do {
            let comparison = try Comparison(
                of: ModelScoring.score(samples, a, labels: labels),
                against: ModelScoring.score(samples, b, labels: labels))
            if showTexts {
                for change in comparison.changed { details.texts[change.row] = samples[change.row].request.ask }
            }
            return AgreementReport(comparison, isLabelled: isLabelled, details: details)
        } catch let error as EvaluationError {
            throw Failure(error.message)
        }
    }
}

/// What two weights files say of themselves, and how far their weights are apart.
struct ModelDifference {
    struct Change {
        var name: String
        var a: String?
        var b: String?
    }

    private let models: (a: TaskClassifier, b: TaskClassifier)
    private let changes: [Change]
    private let weights: WeightDifference?

    init(_ a: TaskClassifier, _ b: TaskClassifier, weights: WeightDifference?) {
        models = (a, b)
        self.weights = weights
        let (one, other) = (Self.values(a), Self.values(b))
        changes = Set(one.keys).union(other.keys).sorted().filter { one[$0] != other[$0] }.map {
            Change(name: $0, a: one[$0], b: other[$0])
        }
    }

    /// All that can be compared, by name; trials of the search are passed over.
    private static func values(_ classifier: TaskClassifier) -> [String: String] {
        var values = ["kind": ModelFacts(classifier).kind, "bytes": String(classifier.bytes.count)]
        for label in classifier.labels { values["labels.\(label)"] = "known" }
        for (key, text) in classifier.metadata where key != "tasktype.labels" {
            let name = key.hasPrefix("tasktype.") ? String(key.dropFirst(9)) : key
            for (path, value) in JSONTree(text: text).leaves(name, labels: classifier.labels)
            where !path.hasPrefix("provenance.training.trials") {
                values[path] = value
            }
        }
        return values
    }

    func text(names: (String, String)) -> String {
        var text = "A  \(names.0)  \(models.a.revision)\nB  \(names.1)  \(models.b.revision)\n"
        if models.a.revision == models.b.revision { return text + "\nThe files are the same, byte for byte.\n" }
        text += "\nWhat they say of themselves\n"
        if changes.isEmpty { text += "  nothing differs\n" }
        let width = min(60, changes.map(\.name.count).max() ?? 0) + 2
        for change in changes {
            text +=
                "  \(change.name.onOneLine.padded(to: width))\((change.a ?? "–").onOneLine)  was  \((change.b ?? "–").onOneLine)\n"
        }
        guard let weights else {
            return text
                + "\nThe weights cannot be compared: the models number features differently, or one has no linear part.\n"
        }
        text += "\nWeights as they act on the calibrated logits, less their mean over the labels\n"
        text +=
            "  \("family".padded(to: 14))\("rms of A".padded(to: 12))\("rms of B".padded(to: 12))rms of the difference\n"
        for family in weights.families {
            let figures = [family.after, family.before, family.difference].map { decimal($0, places: 5) }
            text +=
                "  \(family.name.padded(to: 14))\(figures[0].padded(to: 12))\(figures[1].padded(to: 12))\(figures[2])\n"
        }
        guard !weights.moves.isEmpty else { return text }
        text += "\nWeights that moved most\n"
        for move in weights.moves {
            let place = "\(move.family) \(move.bucket)".padded(to: 22) + move.label.onOneLine.padded(to: 16)
            let figures = "\(decimal(Double(move.after), places: 3))  was  \(decimal(Double(move.before), places: 3))"
            text += "  \(place)\(figures)"
            text += move.features.isEmpty ? "\n" : "  \(move.features.joined(separator: " | ").onOneLine)\n"
        }
        return text
    }

    func write(to json: inout JSONWriter, names: (String, String), answers: String?) {
        json.object { json in
            for (key, name, model) in [("a", names.0, models.a), ("b", names.1, models.b)] {
                json.key(key)
                json.object { json in
                    json.key("name")
                    json.value(name)
                    json.key("revision")
                    json.value(model.revision)
                    json.key("bytes")
                    json.value(model.bytes.count)
                    json.key("labels")
                    json.array { json in for label in model.labels { json.value(label) } }
                }
            }
            json.key("changes")
            json.array { json in
                for change in changes {
                    json.object { json in
                        json.key("name")
                        json.value(change.name)
                        for (key, value) in [("a", change.a), ("b", change.b)] {
                            json.key(key)
                            if let value { json.value(value) } else { json.null() }
                        }
                    }
                }
            }
            json.key("weights")
            if let weights { Self.write(weights, to: &json) } else { json.null() }
            json.key("answers")
            if let answers { json.verbatim(answers) } else { json.null() }
        }
    }

    private static func write(_ weights: WeightDifference, to json: inout JSONWriter) {
        json.object { json in
            json.key("families")
            json.object { json in
                for family in weights.families {
                    json.key(family.name)
                    json.object { json in
                        for (key, value) in [
                            ("rms_a", family.after), ("rms_b", family.before), ("rms_difference", family.difference),
                        ] {
                            json.key(key)
                            json.value(value)
                        }
                    }
                }
            }
            json.key("moved_most")
            json.array { json in
                for move in weights.moves {
                    json.object { json in
                        json.key("family")
                        json.value(move.family)
                        json.key("bucket")
                        json.value(move.bucket)
                        json.key("label")
                        json.value(move.label)
                        json.key("a")
                        json.value(move.after)
                        json.key("b")
                        json.value(move.before)
                        json.key("features")
                        json.array { json in for name in move.features { json.value(name) } }
                    }
                }
            }
        }
    }
}
