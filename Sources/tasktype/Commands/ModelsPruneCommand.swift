import ArgumentParser
import JSONCoding
import ModelFormat

struct ModelsPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove the copies of revisions that were in service longest ago.",
        discussion: """
            The active revision and the one that a rollback would go to stay in any case. The ledger stays whole.
            """)

    @Argument(
        help: ArgumentHelp("The models: DIR/NAME, or NAME with --directory; all of DIR with --all.", valueName: "model")
    )
    var models: [String] = []

    @OptionGroup var folder: DirectoryOption

    @Flag(help: "All models of --directory, or of the current folder.")
    var all = false

    @Option(help: ArgumentHelp("Kept revisions that are to be left of each model, the latest.", valueName: "n"))
    var keep: Int

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    func validate() throws {
        if keep < 0 { throw ValidationError("--keep must be 0 or more.") }
        if all == !models.isEmpty { throw ValidationError("Name the models, or give --all.") }
    }

    func run() throws {
        try reportingModelErrors {
            let targets =
                all
                ? try ModelDirectory(folder.directory ?? ".").list().map {
                    (directory: ModelDirectory(folder.directory ?? "."), name: $0)
                } : try models.map(folder.target)
            var json = JSONWriter()
            var text = ""
            try writing(&json) { json in
                for (directory, name) in targets {
                    let pruning = try directory.prune(name, keeping: keep, isRehearsal: dryRun)
                    let count = pruning.removed.count
                    text +=
                        "\(name): \(count) \(count == 1 ? "revision" : "revisions") \(dryRun ? "would be " : "")removed "
                        + "(\(pruning.removedBytes) bytes), \(pruning.kept.count) kept\n"
                    for revision in pruning.removed { text += "  - \(revision)\n" }
                    Self.write(pruning, name, isRehearsal: dryRun, to: &json)
                }
            }
            StandardOutput.write(format == .text ? Array(text.utf8) : json.bytes)
        }
    }

    private func writing(_ json: inout JSONWriter, _ body: (inout JSONWriter) throws -> Void) throws {
        var failure: (any Error)?
        json.array { json in
            do { try body(&json) } catch { failure = error }
        }
        json.lineBreak()
        if let failure { throw failure }
    }

    private static func write(_ pruning: ModelPruning, _ name: String, isRehearsal: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.value(name)
            json.key("dry_run")
            json.value(isRehearsal)
            json.key("removed")
            json.array { json in for revision in pruning.removed { json.value(revision) } }
            json.key("removed_bytes")
            json.value(pruning.removedBytes)
            json.key("kept")
            json.array { json in for revision in pruning.kept { json.value(revision) } }
        }
    }
}
