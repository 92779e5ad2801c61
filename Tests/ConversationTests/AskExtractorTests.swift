import TestSupport
import Testing

@testable import Conversation

/// Texts made of pieces that mean something to the rules, in any order.
private struct RandomEnvelopes {
    var random: SplitMix64
    private static let pieces = [
        "<context>", "</context>", "<task>", "</task>", "<system-reminder>", "</system-reminder>", "<user_query>",
        "</user_query>", "<a>", "</", "<", ">", "\n", "\n\n", "\r\n", "User: ", "Assistant:", "Question:", "Context:",
        "### Task:", "[1] ", "[2] ", "【資料3】", "```", "```json", "Conversation info (untrusted metadata):",
        "{\"text\":\"",
        "\"}", "\\u00e9", "\\", "<|im_start|>user", "<|im_end|>", "[INST]", "word ", "two words ", "日本語", "é", "👩‍👩‍👧",
        "# *SEARCH/REPLACE block* Rules:", "<chat_history>", "</chat_history>", " ", "\t", "yes", "Generate a title ",
    ]

    mutating func text(_ count: Int) -> String {
        (0..<count).map { _ in Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)] }.joined()
    }
}

@Suite struct AskExtractorTests {
    private let extractor = AskExtractor.standard

    @Test func `the parts of any text are pieces of it, in its order, and do not overlap`() {
        var source = RandomEnvelopes(random: SplitMix64(seed: 71))
        for round in 0..<4000 {
            let text = source.text(round % 40)
            let trace = extractor.trace(.text(text))
            #expect(trace.ask == extractor.ask(of: .text(text)))
            // The inside of an envelope or of a conversation is a text of its own.
            let isOwn = trace.parts.allSatisfy { $0.text.base == text }
            guard isOwn else { continue }
            var end = text.startIndex
            for part in trace.parts {
                #expect(part.text.startIndex >= end, "seed 71, round \(round): \(text.debugDescription)")
                end = part.text.endIndex
            }
        }
    }

    @Test func `any text that has ink has an ask, and a blank one keeps its blanks`() {
        var source = RandomEnvelopes(random: SplitMix64(seed: 72))
        for round in 0..<4000 {
            let text = source.text(round % 25)
            let ask = extractor.ask(of: .text(text))
            #expect(ask.text.isBlank == text.isBlank, "seed 72, round \(round): \(text.debugDescription)")
            let message = extractor.ask(of: .conversation([Message(role: .user, text: text)], toolCount: 0))
            #expect(message.text.isBlank == text.isBlank, "seed 72, round \(round): \(text.debugDescription)")
        }
    }

    @Test func `a text without marks is its own ask, byte for byte`() {
        var random = SplitMix64(seed: 73)
        let words = [
            "write", "a", "why?", "x < y", "5 * 3", "# heading", "- item", "\n", "日本", "[a](b)", "`code`", "{}",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...60, using: &random))
                .map { _ in words[Int.random(in: 0..<words.count, using: &random)] }.joined(separator: " ")
            let divides = extractor.mayDivide(text.utf8.span)
            #expect(!divides, "\(text.debugDescription)")
            #expect(extractor.ask(of: .text(text)) == Ask(text: text))
        }
    }

    /// A step that looked again at what it had seen would take hours for these.
    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "<context>", "<context ", "</context>", "<", "<q>\n", "\n", " ", "[a\n", "User:\n", "User: a\n",
            "Assistant:\nUser: b\n", "Question:\n", "Context:\nQuestion: a\n", "[1] a\n\n", "<task>\na\n</task>\n",
            "Conversation info (\n```\n", "Conversation info (\n", "### \n", "# context (", "{\"a\":",
            "<system-reminder>a",
            "<|im_start|>user", "<|im_start|>user\na<|im_end|>\n", "[{\n", "```\n", "a\n\n",
            "<context><document></context>", "Caveat: The messages below were generated\n", "é\u{301}",
            "[telegram a\n", "<@U\n", "<at>a\n", "On Mon, a wrote:\nb?\n\n", "Context information is below\n",
            "Context information is below\nGiven the context information\n",
        ])
    func `a megabyte of anything is read in one pass`(unit: String) {
        let size = _isDebugAssertConfiguration() ? 1 << 17 : 1 << 20
        let text = String(repeating: unit, count: size / unit.utf8.count)
        let ask = extractor.ask(of: .conversation([Message(role: .user, text: text)], toolCount: 0))
        #expect(!ask.text.isEmpty)
        #expect(ask.text.utf8.count + ask.document.utf8.count + ask.context.utf8.count <= 2 * text.utf8.count)
    }

    @Test func `what was found does not depend on what stands beside it`() {
        let request = "how many eggs does a hen lay in a year"
        let around = [
            "<system-reminder>\nno\n</system-reminder>\n", "<environment_details>\nzsh\n</environment_details>\n",
            "<user-prompt-submit-hook>main</user-prompt-submit-hook>\n",
            "Conversation info (untrusted metadata):\n```json\n{\"a\": 1}\n```\n",
        ]
        var random = SplitMix64(seed: 74)
        for _ in 0..<200 {
            let before = around.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)).joined()
            let after = around.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)).joined()
            let ask = extractor.ask(
                of: .conversation(
                    [Message(role: .user, text: before + request + "\n" + after)], toolCount: 0))
            #expect(ask.text.split(separator: "\n").joined() == request, "\(before)|\(after)")
        }
    }

    @Test func `a message that only carries what a harness adds is no request`() {
        let ask = extractor.ask(
            of: .conversation(
                [
                    Message(role: .user, text: "name a star"), Message(role: .assistant, text: "Vega."),
                    Message(role: .user, text: "<system-reminder>The list is empty.</system-reminder>"),
                ], toolCount: 0))
        #expect(ask.text == "name a star")
        #expect(ask.turnCount == 1)
    }

    @Test func `a long paste in a message is told from the question about it, its kind is known`() {
        let rows = (0..<200).map { "2026-01-02T03:04:05Z api WARN pool timeout after \($0) ms" }
        let log = rows.joined(separator: "\n")
        let ask = extractor.ask(
            of: .conversation(
                [Message(role: .user, text: "what broke first?\n\n\(log)")], toolCount: 0))
        #expect(ask.text == "what broke first?")
        #expect(ask.document == log)
        #expect(DocumentKind(ask.document) == .log)
        // A plain text keeps all its words.
        #expect(extractor.ask(of: .text("what broke first?\n\n\(log)")).document.isEmpty)
    }

    @Test(arguments: [
        ("func a() {\n    return b(c);\n}\n", DocumentKind.code), ("| a | b |\n|---|---|\n| 1 | 2 |", .table),
        ("Ann: hi\nBob: hello\nAnn: bye now", .transcript), ("<p>one</p>\n<p>two</p>", .markup),
        ("id,name,age\n1,a,2\n2,b,3\n", .data), ("The mill opened in 1836.\nIt closed later.", .prose),
    ])
    func `a document's kind shows in its lines`(text: String, kind: DocumentKind) {
        #expect(DocumentKind(text) == kind)
    }

    @Test func `a conversation inside a message has its own turns`() {
        let ask = extractor.ask(of: .text("User: name a tree\nAssistant: Oak.\nUser: a smaller one\nAssistant:"))
        #expect(ask.text == "a smaller one")
        #expect(ask.context == "name a tree\nOak.")
        #expect(ask.turnCount == 2)
    }
}
