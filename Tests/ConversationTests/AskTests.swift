import Conversation
import TestSupport
import Testing

private func ask(_ messages: [Message], toolCount: Int = 0) -> Ask {
    Ask(.conversation(messages, toolCount: toolCount))
}

@Suite("Ask")
struct AskTests {
    @Test(
        "A plain text is its own ask, byte for byte", arguments: ["", " \n\t", "Why?", "a\u{0}b", "é日本語\r\n"])
    func plainText(text: String) {
        let ask = Ask(.text(text))
        #expect(ask == Ask(text: text))
        #expect(Array(ask.text.utf8) == Array(text.utf8))
        #expect(ask.context.isEmpty && ask.document.isEmpty)
        #expect(ask.turnCount == 1)
        #expect(ask.toolCount == 0 && ask.systemByteCount == 0 && ask.attachmentCount == 0)
    }

    @Test("A conversation of one message of the person equals that text")
    func singleMessage() {
        #expect(ask([Message(role: .user, text: "Sort a list.")]) == Ask(.text("Sort a list.")))
    }

    @Test("The person's last message is the ask, earlier turns are the context, oldest first")
    func lastMessage() {
        let result = ask([
            Message(role: .user, text: "first"), Message(role: .assistant, text: "second"),
            Message(role: .other, text: "third"), Message(role: .user, text: "last"),
        ])
        #expect(result.text == "last")
        #expect(result.context == "first\nsecond\nthird")
        #expect(result.document.isEmpty)
        #expect(result.turnCount == 2)
    }

    @Test("What the model says after the ask is neither context nor document")
    func laterAnswer() {
        let result = ask([
            Message(role: .user, text: "question"),
            Message(role: .assistant, text: "I will look", toolCallCount: 1),
        ])
        #expect(result.text == "question")
        #expect(result.context.isEmpty && result.document.isEmpty)
    }

    @Test("Results of tools after the ask become the document, in order; earlier ones are left out")
    func toolResults() {
        let result = ask([
            Message(role: .user, text: "old"), Message(role: .tool, text: "old result"),
            Message(role: .user, text: "new"), Message(role: .assistant, text: "calling"),
            Message(role: .tool, text: "one"), Message(role: .tool, text: ""),
            Message(role: .function, text: "two"),
        ])
        #expect(result.text == "new")
        #expect(result.context == "old")
        #expect(result.document == "one\ntwo")
    }

    @Test("System and developer prompts count by their bytes, wherever they stand")
    func systemBytes() {
        let result = ask([
            Message(role: .system, text: "Be brief."), Message(role: .user, text: "Hi"),
            Message(role: .developer, text: "日本"), Message(role: .system, text: ""),
        ])
        #expect(result.systemByteCount == 9 + 6)
        #expect(result.text == "Hi")
        #expect(result.context.isEmpty && result.document.isEmpty)
    }

    @Test(
        "A person's message of white space gives way to the one before it",
        arguments: ["", " ", "\n\t ", "\u{3000}"])
    func blankLastMessage(blank: String) {
        let result = ask([
            Message(role: .user, text: "real"), Message(role: .assistant, text: "answer"),
            Message(role: .user, text: blank),
        ])
        #expect(result.text == "real")
        #expect(result.context.isEmpty)
        #expect(result.turnCount == 2)
    }

    @Test("Where the person only sent white space, its last message is the ask")
    func onlyBlankMessages() {
        let result = ask([
            Message(role: .user, text: " "), Message(role: .assistant, text: "Yes?"),
            Message(role: .user, text: "\n"),
        ])
        #expect(result.text == "\n")
        #expect(result.turnCount == 2)
    }

    @Test("Without a person's message, the last one that is no system prompt is the ask")
    func noUser() {
        let result = ask([
            Message(role: .system, text: "prompt"), Message(role: .assistant, text: "hello"),
            Message(role: .tool, text: "result"), Message(role: .developer, text: "rules"),
        ])
        #expect(result.text == "result")
        #expect(result.context == "hello")
        #expect(result.document.isEmpty)
        #expect(result.systemByteCount == 11)
        #expect(result.turnCount == 1)
    }

    @Test("Only system prompts, or no messages at all, leave an empty ask")
    func nothingAsked() {
        let prompts = ask([Message(role: .system, text: "abc"), Message(role: .developer, text: "de")])
        #expect(prompts.text.isEmpty && prompts.context.isEmpty && prompts.document.isEmpty)
        #expect(prompts.systemByteCount == 5)
        #expect(prompts.turnCount == 1)
        #expect(ask([]) == Ask(text: ""))
    }

    @Test("Attachments are those of the ask's message alone, tools those of the request")
    func counts() {
        let result = ask(
            [
                Message(role: .user, text: "see this", attachmentCount: 5),
                Message(role: .assistant, text: "yes", attachmentCount: 7),
                Message(role: .user, text: "and this", attachmentCount: 2),
            ], toolCount: 3)
        #expect(result.attachmentCount == 2)
        #expect(result.toolCount == 3)
    }

    @Test("Empty earlier turns leave no blank lines in the context but count as turns")
    func emptyTurns() {
        let result = ask([
            Message(role: .user, text: ""), Message(role: .assistant, text: ""),
            Message(role: .user, text: "a"),
            Message(role: .assistant, text: ""), Message(role: .user, text: "b"),
        ])
        #expect(result.context == "a")
        #expect(result.text == "b")
        #expect(result.turnCount == 3)
    }

    @Test("In any conversation the parts are made of whole messages, and each is used at most once")
    func randomConversations() {
        var random = SplitMix64(seed: 31)
        let roles: [Message.Role] = [.system, .developer, .user, .assistant, .tool, .function, .other]
        for _ in 0..<2000 {
            let messages = (0..<Int.random(in: 0...9, using: &random)).map { index in
                Message(
                    role: roles[Int.random(in: 0..<roles.count, using: &random)],
                    text: Int.random(in: 0..<5, using: &random) == 0 ? "" : "m\(index)")
            }
            let result = ask(messages)
            let used =
                result.context.split(separator: "\n") + result.document.split(separator: "\n")
                + (result.text.isEmpty ? [] : [Substring(result.text)])
            let texts = messages.map(\.text)
            #expect(Set(used).count == used.count)
            #expect(used.allSatisfy { texts.contains(String($0)) })
            let users = messages.count { $0.role == .user }
            #expect(result.turnCount == max(1, users))
            if let last = messages.last(where: { $0.role == .user && !$0.text.isEmpty }) {
                #expect(result.text == last.text)
            }
            #expect(
                result.systemByteCount
                    == messages.filter { $0.role == .system || $0.role == .developer }.map(\.text.utf8.count)
                    .reduce(0, +))
        }
    }
}
