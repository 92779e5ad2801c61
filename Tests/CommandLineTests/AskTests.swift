import Foundation
import TestSupport
import Testing

@Suite struct AskTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private static let session = #"""
        {"id": "s", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "<system-reminder>no emojis</system-reminder>\nprove that 7 is prime"}]}

        """#

    @Test func `an explanation shows what was taken and what was left out`() throws {
        let input = try folder.write(Self.session, to: "a.jsonl")
        let result = try tasktype("classify", "--explain", "--input", input)
        #expect(result.status == 0)
        let lines = result.text.split(separator: "\n").map(String.init)
        #expect(lines.contains("    left-out (system prompt), 9 bytes: Be brief."), "\(lines)")
        #expect(
            lines.contains { $0.hasPrefix("    left-out (reminder tags), 44 bytes: <system-reminder>") }, "\(lines)")
        #expect(lines.contains("    ask: prove that 7 is prime"), "\(lines)")
        // A text that is all asked needs no such lines.
        let plain = try tasktype("classify", "--explain", "prove that 7 is prime")
        #expect(!plain.text.contains("    ask"))
    }

    @Test func `the explanation in JSON names the rule and the message`() throws {
        let input = try folder.write(Self.session, to: "a.jsonl")
        let result = try tasktype("classify", "--explain", "--input", input, "--format", "jsonl")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(result.text.utf8)) as? [String: Any])
        let ask = try #require(object["ask"] as? [String: Any])
        #expect(ask["text"] as? String == "prove that 7 is prime")
        #expect(ask["bytes"] as? Int == 21)
        #expect(ask["housekeeping"] is NSNull && ask["follow_up"] as? Bool == false)
        let parts = try #require(ask["parts"] as? [[String: Any]])
        #expect(parts.map { $0["is"] as? String } == ["left-out", "left-out", "ask"])
        #expect(parts.map { $0["message"] as? Int } == [0, 1, 1])
        #expect(parts[1]["rule"] as? String == "reminder tags")
        let without = try tasktype("classify", "--input", input, "--format", "jsonl")
        #expect(!without.text.contains("\"ask\""))
    }

    @Test func `rules of one's own are checked, and used`() throws {
        let rules = try folder.write(
            """
            version: 1
            rules:
            - rule: our gateway
              match: lines
              patterns: ["@@customer {n}@@"]
              cases:
              - {text: "@@customer 4711@@\\nname a river", ask: name a river}
            """, to: "ours.yaml")
        let checked = try tasktype("ask-rules", rules)
        #expect(checked.status == 0)
        #expect(checked.text == "1 rules, 1 of 1 cases met\n")
        let text = "@@customer 12@@\nname a lake"
        let with = try tasktype("classify", "--ask-rules", rules, "--explain", text)
        #expect(with.text.contains("    ask: name a lake\n"), "\(with.text)")
        let without = try tasktype("classify", "--explain", text)
        #expect(!without.text.contains("    ask: name a lake\n"))
    }

    @Test func `a case that is not met ends with status 1, and classifying with such rules with 2`() throws {
        let rules = try folder.write(
            "version: 1\nrules:\n- {rule: a, match: tags, patterns: [mine], cases: [{text: <mine>c</mine>d, ask: c}]}\n",
            to: "ours.yaml")
        let checked = try tasktype("ask-rules", rules)
        #expect(checked.status == 1)
        #expect(checked.text.contains("ours.yaml:3: the ask of a case of `a` has to be \"c\", but \"d\""))
        expectRefusal(try tasktype("classify", "--ask-rules", rules, "x"), "the ask of a case of `a`")
        expectRefusal(try tasktype("serve", "--check-config", "--classification-ask-rules", rules), "case of `a`")
        expectRefusal(try tasktype("ask-rules", folder("none.yaml")), "none.yaml cannot be read: it does not exist")
    }
}
