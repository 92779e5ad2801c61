import Conversation
import Foundation
import TestSupport
import Testing

@testable import Serving

private let shippedFile = URL(fileURLWithPath: #filePath)
    .appendingPathComponent("../../../ask-rules/rules.yaml").standardized.path

@Suite struct AskRuleFileTests {
    @Test func `the rules that are compiled in are those of the file`() throws {
        #expect(
            try AskRuleFile(path: shippedFile).rules == .shipped, "run Scripts/generate-ask-rules after a change")
    }

    @Test func `every rule that is shipped has a case, and its cases are met`() throws {
        let file = try AskRuleFile(path: shippedFile)
        for item in file.cases {
            let failure = item.failure(with: .standard)
            #expect(failure == nil, "\(shippedFile):\(item.line): \(failure ?? "")")
        }
        let covered = Set(file.cases.map(\.rule))
        #expect(file.rules.rules.filter { !covered.contains($0.name) }.map(\.name) == [])
    }

    @Test func `a case tells what is wrong with a rule`() throws {
        let file = try AskRuleFile(path: shippedFile)
        let without = AskExtractor(rules: AskRules([]))
        // Without rules most cases fail; those that hold show that a text is left alone.
        let failures = file.cases.filter { $0.failure(with: without) != nil }
        #expect(failures.count * 2 > file.cases.count)
        let failure = try #require(failures.first?.failure(with: without))
        #expect(failure.contains("the ask of a case of `") && failure.contains("was found"))
    }

    @Test func `a user's rules stand beside those of the program`() throws {
        let file = try AskRuleFile(
            text: """
                version: 1
                rules:
                - rule: my gateway
                  match: lines
                  patterns: ["@@gateway {w}@@"]
                  cases:
                  - text: "@@gateway a=1@@\\nname a river"
                    ask: name a river
                """, path: "mine.yaml")
        let extractor = try file.extractor()
        let text = "@@gateway x@@\n<system-reminder>be brief</system-reminder>\nname a lake"
        #expect(extractor.ask(of: .text(text)).text == "name a lake")
        #expect(AskExtractor.standard.ask(of: .text(text)).text == "@@gateway x@@\nname a lake")
    }

    @Test func `rules with a case that is not met are refused`() throws {
        let file = try AskRuleFile(
            text: "version: 1\nrules:\n- {rule: a, match: tags, patterns: [b], cases: [{text: <b>c</b>d, ask: c}]}\n",
            path: "mine.yaml")
        #expect(throws: ConfigurationError.self) { try file.extractor() }
    }

    @Test(arguments: [
        ("", "holds no rules"),
        ("version: 2\nrules: [{rule: a, match: tags, patterns: [b]}]", "1:10: `version` must be 1"),
        ("rules: [{rule: a, match: tags, patterns: [b]}]", "`version` is missing"),
        ("version: 1\nrules: []", "at least one rule"),
        ("version: 1\nrules: [{rule: a, match: tag, patterns: [b]}]", "`match` must be one of tags, lines"),
        ("version: 1\nrules: [{rule: a, match: tags}]", "needs `patterns`"),
        ("version: 1\nrules: [{rule: a, match: tags, patterns: [a b]}]", "is no tag's name"),
        ("version: 1\nrules: [{rule: a, match: lines, patterns: ['{n} b']}]", "must begin with something definite"),
        ("version: 1\nrules: [{rule: a, match: lines, patterns: [b], reach: through}]", "needs `until`"),
        ("version: 1\nrules: [{rule: a, match: envelope, patterns: [b]}]", "needs keys in `beside`"),
        ("version: 1\nrules: [{rule: a, match: housekeeping, patterns: [b]}]", "needs a `kind`"),
        ("version: 1\nrules: [{rule: a, match: paste}]", "least length in `bytes`"),
        ("version: 1\nrules: [{rule: a, match: tags, patern: [b]}]", "has no key `patern`"),
        (
            "version: 1\nrules: [{rule: a, match: tags, patterns: [b]}, {rule: a, match: tags, patterns: [c]}]",
            "two rules named `a`"
        ),
        (
            "version: 1\nrules: [{rule: a, match: tags, patterns: [b], cases: [{ask: c}]}]",
            "either `text` or `messages`"
        ),
        ("version: [", "not valid YAML"),
    ])
    func `what is wrong with a file is told with its place`(text: String, part: String) {
        do {
            _ = try AskRuleFile(text: text, path: "mine.yaml")
            Issue.record("\(text) was taken")
        } catch {
            #expect("\(error)".contains(part) && "\(error)".hasPrefix("mine.yaml"), "\(error)")
        }
    }
}
