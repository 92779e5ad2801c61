import ArgumentParser
import JSONCoding
import ModelFormat
import TaskType

struct ModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models of a folder, with the revisions that are kept of each.")

    @Argument(help: ArgumentHelp("Folder of models; the current one where this is left out.", valueName: "dir"))
    var directory = "."

    @Flag(help: "Print the whole ledger of each model.")
    var history = false

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    func run() throws {
        try reportingModelErrors {
            guard isFolder(directory) else { throw Failure("there is no folder \(directory); name one with models") }
            let folder = ModelDirectory(directory)
            let models = try folder.list().map { try ListedModel(folder, $0) }
            switch format {
            case .json:
                var json = JSONWriter()
                json.object { json in
                    json.key("directory")
                    json.value(directory)
                    json.key("models")
                    json.array { json in for model in models { model.write(to: &json) } }
                }
                json.lineBreak()
                StandardOutput.write(json.bytes)
            case .text:
                guard !models.isEmpty else {
                    return StandardOutput.write(
                        "There are no models in \(directory): no file there is called NAME.safetensors.\n")
                }
                StandardOutput.write(models.map { $0.text(history: history) }.joined(separator: "\n"))
            }
        }
    }
}

/// What is told of a model in a folder.
private struct ListedModel {
    let name: String
    let revision: String
    let bytes: Int
    /// Nil where the file is no sound model.
    let classifier: TaskClassifier?
    let problem: String?
    let kept: [(revision: String, bytes: Int)]
    let previous: [String]
    let history: [ModelLedgerEntry]

    init(_ folder: ModelDirectory, _ name: String) throws {
        self.name = name
        let active = try folder.active(name)
        revision = active.revision()
        bytes = active.count
        do throws(ModelFileError) {
            classifier = try TaskClassifier(active, name: name)
            problem = nil
        } catch {
            classifier = nil
            problem = error.message
        }
        kept = try folder.keptRevisions(name).map { revision in
            let file = folder.path + "/\(name).revisions/sha256-\(revision.dropFirst(7)).safetensors"
            return (revision, FileIdentity(of: file)?.size ?? 0)
        }
        previous = try folder.rollbackTargets(name)
        history = try folder.history(name)
    }

    /// The last entry by which the active revision came to be so.
    private var since: ModelLedgerEntry? {
        history.last { $0.revision == revision && $0.action != .refused && $0.action != .rejected }
    }

    func text(history isWhole: Bool) -> String {
        var lines = ["\(name)  \(revision)  \(bytes) bytes"]
        if let classifier {
            let facts = ModelFacts(classifier)
            lines.append(
                "  \(facts.kind), trained on \(facts.rows.map { "\($0) rows" } ?? "an unknown number of rows")"
                    + (facts.program.map { " by \($0)" } ?? ""))
            lines.append("  labels    \(classifier.labels.joined(separator: ", "))")
        } else if let problem {
            lines.append("  broken    \(problem.onOneLine)")
        }
        lines.append("  active    \(since.map { Self.text($0, revisions: false) } ?? "since when is not recorded")")
        lines.append(
            "  kept      \(kept.count) \(kept.count == 1 ? "revision" : "revisions"), "
                + "\(kept.reduce(0) { $0 + $1.bytes }) bytes")
        for entry in kept {
            var line = "    \(entry.revision)  \(entry.bytes) bytes"
            if entry.revision == revision { line += "  active" }
            if entry.revision == previous.first { line += "  rollback goes here" }
            lines.append(line)
        }
        if isWhole {
            lines.append("  ledger")
            for entry in history { lines.append("    " + Self.text(entry, revisions: true)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ entry: ModelLedgerEntry, revisions: Bool) -> String {
        var text = "\(entry.time)  \(entry.action.rawValue)"
        if revisions { text += "  \(entry.revision.prefix(19))" }
        if revisions, let previous = entry.previous { text += " after \(previous.prefix(19))" }
        if let by = entry.by { text += "  by \(by.onOneLine)" }
        if let reason = entry.reason { text += ": \(reason.onOneLine)" }
        return text
    }

    func write(to json: inout JSONWriter) {
        func optional(_ key: String, _ text: String?, _ json: inout JSONWriter) {
            json.key(key)
            if let text { json.value(text) } else { json.null() }
        }
        json.object { json in
            json.key("name")
            json.value(name)
            json.key("revision")
            json.value(revision)
            json.key("bytes")
            json.value(bytes)
            let facts = classifier.map(ModelFacts.init)
            optional("kind", facts?.kind, &json)
            json.key("labels")
            json.array { json in for label in classifier?.labels ?? [] { json.value(label) } }
            json.key("rows")
            if let rows = facts?.rows { json.value(rows) } else { json.null() }
            optional("program", facts?.program, &json)
            optional("problem", problem, &json)
            optional("active_since", since?.time, &json)
            json.key("kept_revisions")
            json.array { json in
                for entry in kept {
                    json.object { json in
                        json.key("revision")
                        json.value(entry.revision)
                        json.key("bytes")
                        json.value(entry.bytes)
                    }
                }
            }
            json.key("previous_revisions")
            json.array { json in for revision in previous { json.value(revision) } }
            json.key("history")
            json.array { json in
                for entry in history {
                    json.object { json in
                        json.key("time")
                        json.value(entry.time)
                        json.key("action")
                        json.value(entry.action.rawValue)
                        json.key("revision")
                        json.value(entry.revision)
                        optional("previous", entry.previous, &json)
                        optional("reason", entry.reason, &json)
                        optional("by", entry.by, &json)
                        json.key("evidence")
                        if let evidence = entry.evidence { json.verbatim(evidence) } else { json.null() }
                    }
                }
            }
        }
    }
}
