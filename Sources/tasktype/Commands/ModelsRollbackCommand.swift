import ArgumentParser
import JSONCoding
import ModelFormat
import TaskType

struct ModelsRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Put the model back in service that was so before; called again, it goes back further.",
        discussion: "A running sidecar takes the model that was put in place at its next look at the folder.")

    @Argument(help: ArgumentHelp("The model: DIR/NAME, or NAME with --directory.", valueName: "model"))
    var model: String

    @OptionGroup var folder: DirectoryOption

    @Option(
        help: ArgumentHelp(
            "Go to this revision, of which the first digits are enough, instead of the one before.",
            valueName: "revision"))
    var to: String?

    @Option(help: ArgumentHelp("Why, for the ledger.", valueName: "sentence"))
    var reason: String?

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    func run() throws {
        try reportingModelErrors {
            let (directory, name) = try folder.target(model)
            let verify: ModelVerification = { (bytes) throws(ModelFileError) in
                _ = try checkModel(bytes, name: name)
            }
            let change: ModelDirectoryChange
            if let to {
                change = try directory.activate(
                    name, revision: directory.revision(to, of: name), action: .rolledBack, reason: reason,
                    by: "tasktype models rollback", verify: verify)
            } else {
                change = try directory.rollback(
                    name, reason: reason, by: "tasktype models rollback", verify: verify)
            }
            switch format {
            case .text:
                StandardOutput.write(
                    change.previous == change.revision
                        ? "\(name) is \(change.revision) already; nothing was changed\n"
                        : "\(name) is \(change.revision) again, instead of \(change.previous ?? "none")\n")
            case .json:
                var json = JSONWriter()
                json.object { json in
                    json.key("name")
                    json.value(name)
                    json.key("revision")
                    json.value(change.revision)
                    json.key("previous")
                    if let previous = change.previous { json.value(previous) } else { json.null() }
                }
                json.lineBreak()
                StandardOutput.write(json.bytes)
            }
        }
    }
}
