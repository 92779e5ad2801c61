import ArgumentParser
import JSONCoding
import Routing
import RoutingPolicyFile

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Look after the policy that says which model answers what.",
        subcommands: [CheckCommand.self, PolicyCalibrateCommand.self])

    struct CheckCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Say what is wrong with a policy, each thing with its line.",
            discussion: """
                Errors make the policy useless: keys that do not exist, models, tiers, modes and task types that nobody \
                defined, prices below 0, fallbacks that go in a circle, invalid or huge regular expressions, budgets of 0. \
                Warnings are about what has no effect: rules that can never apply, or only where an earlier one does. \
                Exit status 2 where there are errors, 1 with --strict where there are warnings. See docs/routing.md.
                """)

        @Argument(help: ArgumentHelp("Policy in YAML or JSON.", valueName: "policy"))
        var path: String

        @Flag(help: "Exit with status 1 where there are warnings.")
        var strict = false

        @Option(help: "How to print: text or json.")
        var format: InspectionFormat = .text

        func run() throws {
            let file = try PolicyFile(reading: path)
            switch format {
            case .text: StandardOutput.write(text(file))
            case .json: StandardOutput.write(json(file))
            }
            if !file.isSound { throw ExitCode(2) }
            if strict, !file.issues.isEmpty { throw ExitCode(1) }
        }

        private func text(_ file: PolicyFile) -> String {
            var text = file.issues.map { "\($0)\n" }.joined()
            let errors = file.issues.count { $0.severity == .error }
            let counts = "\(errors) \(errors == 1 ? "error" : "errors"), \(file.issues.count - errors) warnings"
            if let policy = file.policy {
                text += "\(path) is sound: \(policy.models.count) models, \(policy.table.count) task types, "
                text += "\(policy.modes.count) modes, \(policy.rules.count) rules, \(policy.budgets.count) budgets "
                text += "(\(counts))\n\(file.digest)\n"
            } else {
                text += "\(path) cannot be used (\(counts))\n"
            }
            return text
        }

        private func json(_ file: PolicyFile) -> [UInt8] {
            var json = JSONWriter()
            json.object { json in
                json.key("sound")
                json.value(file.isSound)
                json.key("policy")
                json.value(file.digest)
                json.key("issues")
                json.array { json in
                    for issue in file.issues { write(issue, to: &json) }
                }
            }
            json.lineBreak()
            return json.bytes
        }

        private func write(_ issue: PolicyIssue, to json: inout JSONWriter) {
            json.object { json in
                json.key("severity")
                json.value(issue.severity.rawValue)
                json.key("key")
                json.value(issue.path)
                for (key, number) in [("line", issue.line), ("column", issue.column)] {
                    json.key(key)
                    if let number { json.value(number) } else { json.null() }
                }
                json.key("message")
                json.value(issue.message)
            }
        }
    }
}

extension PolicyFile {
    /// Reads a file for a command, which ends where that cannot be done.
    init(reading path: String) throws {
        do {
            try self.init(path: path)
        } catch {
            throw Failure("\(error)")
        }
    }

    /// The policy, compiled; warnings go to standard error, and errors end the command.
    func compiled() throws -> CompiledPolicy {
        let errors = issues.filter { $0.severity == .error }
        guard let policy else {
            let listed = errors.prefix(20).map { "\($0)" }.joined(separator: "\ntasktype: ")
            throw Failure(errors.count > 20 ? "\(listed)\ntasktype: and \(errors.count - 20) more" : listed)
        }
        for warning in issues { StandardError.write("tasktype: \(warning)\n") }
        do {
            return try CompiledPolicy(policy, digest: digest)
        } catch {
            throw Failure("\(error)")
        }
    }
}
