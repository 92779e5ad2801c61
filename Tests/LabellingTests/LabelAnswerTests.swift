import TestSupport
import Testing

@testable import Labelling

@Suite struct LabelAnswerTests {
    private let guide = LabelGuide.taskTypes

    @Test(arguments: [
        (#"{"label":"code"}"#, LabelAnswer(label: "code")),
        (
            #"{"label": " CODE ", "alt_label": "Simple", "confidence": 0.75}"#,
            .init(label: "code", alternative: "simple", confidence: 0.75)
        ),
        (
            "```json\n{\"label\":\"complex\",\"alt_label\":null,\"confidence\":\"0.5\"}\n```",
            .init(label: "complex", confidence: 0.5)
        ),
        (
            "Here is my answer {as asked}:\n\n{\"Label\":\"reasoning\"} I hope it helps {a lot",
            .init(label: "reasoning")
        ),
        (#"<think>{"label":"simple"} or not?</think>{"label":"code"}"#, .init(label: "code")),
        (#"{"note":{"label":"simple"},"label":"code","confidence":90}"#, .init(label: "code", confidence: 0.9)),
        (#"{"label":"code"} that is {"label":"code"}"#, .init(label: "code")),
        ("**Code**", .init(label: "code")), ("\"simple\".\n", .init(label: "simple")),
        (#"{"label":"code","alt_label":"code"}"#, .init(label: "code")),
        (#"{"label":"code","alt_label":"poem","confidence":-3}"#, .init(label: "code")),
    ])
    func `a label is found in what a model may write around it`(content: String, expected: LabelAnswer) {
        #expect(LabelAnswer(content, guide) == expected)
    }

    @Test(arguments: [
        "", "{}", "poem", #"{"label":"poem"}"#, #"{"label":null}"#, #"{"label":["code"]}"#, #"{"label":"code""#,
        "I think it is code, or perhaps simple.", #"{"label":"code"} or {"label":"simple"}"#,
        #"{"wrong":{"label":"code"}}"#,
        String(repeating: "{\"a\":", count: 10_000), String(repeating: "{", count: 60_000),
        String(repeating: "x", count: 70_000) + #"{"label":"code"}"#,
    ])
    func `what names no label, or two, is no answer`(content: String) { #expect(LabelAnswer(content, guide) == nil) }

    @Test func `no bytes make the reader of replies fail`() {
        let body = Array(
            #"{"choices":[{"message":{"content":[{"type":"text","text":"{\"label\":\"code\"}"}]}}],"usage":{"prompt_tokens":12,"completion_tokens":3e0},"error":{"code":"some_code"}}"#
                .utf8)
        let reply = ChatReply(body)
        #expect(reply.content == #"{"label":"code"}"#)
        #expect(reply.isCompletion && reply.usage == .init(input: 12, output: 3))
        #expect(reply.errorCode == "some_code")
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        for _ in 0..<500 {
            var mutant = body
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<mutant.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: mutant[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: mutant.remove(at: place)
                default: mutant.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                }
            }
            let reply = ChatReply(mutant)
            if let usage = reply.usage { #expect(usage.input >= 0 && usage.output >= 0, "seed \(seed)") }
            _ = reply.content.flatMap { LabelAnswer($0, guide) }
        }
    }

    @Test func `an error's name is kept only where it can be no text of a request`() {
        #expect(ChatReply(Array(#"{"error":{"type":"a b"}}"#.utf8)).errorCode == nil)
        #expect(ChatReply(Array(#"{"error":{"code":null,"type":"quota-1.x"}}"#.utf8)).errorCode == "quota-1.x")
        #expect(
            ChatReply(Array("{\"error\":{\"code\":\"\(String(repeating: "a", count: 41))\"}}".utf8)).errorCode == nil)
        for body in [
            "\u{FF}", "{}", #"{"choices":[]}"#, #"{"choices":[{"message":{"content":"x"}}]"#, #"{"error":{}}"#,
        ] {
            #expect(!ChatReply(Array(body.utf8)).isCompletion)
        }
        let silent = ChatReply(Array(#"{"choices":[{"message":{"content":null,"refusal":"no"}}]}"#.utf8))
        #expect(silent.isCompletion && silent.content == nil)
    }
}
