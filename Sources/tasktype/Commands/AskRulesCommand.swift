import ArgumentParser
import Conversation
import Serving

struct AskRulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask-rules",
        abstract: "Check a file of rules about what surrounds a request, and run its cases.",
        discussion: """
            The rules say which tags, lines and labels of tools are no part of what a person asks; docs/ask.md describes \
            them. They are tried beside those that come with the program. Exit status 1 if a case is not met.
            """)

    @Argument(help: ArgumentHelp("YAML file of rules and cases.", valueName: "file"))
    var file: String

    @Flag(help: ArgumentHelp("Print the rules as Swift source instead, to be compiled in.", visibility: .hidden))
    var swift = false

    func run() throws {
        let contents: AskRuleFile
        do {
            contents = try AskRuleFile(path: file)
        } catch {
            throw Failure("\(error)")
        }
        if swift {
            StandardOutput.write(AskRuleSource.swift(contents.rules))
            return
        }
        let extractor = AskExtractor(rules: AskRules.shipped.extended(by: contents.rules))
        var failures = 0
        for item in contents.cases {
            guard let failure = item.failure(with: extractor) else { continue }
            failures += 1
            StandardOutput.write("\(file):\(item.line): \(failure)\n")
        }
        let met = contents.cases.count - failures
        StandardOutput.write("\(contents.rules.rules.count) rules, \(met) of \(contents.cases.count) cases met\n")
        if failures > 0 { throw ExitCode(1) }
    }
}
