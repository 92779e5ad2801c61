/// What a person asks for in a request, apart from what surrounds it.
///
/// For a plain text, the text. For a conversation, the person's last message; earlier turns are context, a long
/// passage that the person pasted is the document, and system prompts and tools count by size only.
public struct Ask: Sendable, Equatable {
    /// The words of the request.
    public var text: String
    /// Earlier turns, oldest first, separated by line breaks.
    public var context: String = ""
    /// Results of tools since the person's last message: what the work is about, not what is asked.
    public var document: String = ""
    /// Number of the person's messages, at least 1.
    public var turnCount: Int = 1
    /// Number of tools offered.
    public var toolCount: Int = 0
    /// Length of system prompts in bytes.
    public var systemByteCount: Int = 0
    /// Number of images, sounds and files in the person's last message.
    public var attachmentCount: Int = 0

    /// The ask of a plain text.
    public init(text: String) { self.text = text }

    /// Finds the ask of a request.
    ///
    /// - Complexity: O(bytes of the request).
    public init(_ request: Request) {
        switch request {
        case .text(let text):
            self.init(text: text)
        case .conversation(let messages, let toolCount):
            self.init(messages: messages, toolCount: toolCount)
        }
    }

    private init(messages: [Message], toolCount: Int) {
        // Without a person's message, the last message that is not a system prompt is all there is to judge by.
        let asking =
            messages.lastIndex { $0.role == .user && !$0.text.allSatisfy(\.isWhitespace) }
            ?? messages.lastIndex { $0.role == .user }
            ?? messages.lastIndex { $0.role != .system && $0.role != .developer }
        self.init(text: asking.map { messages[$0].text } ?? "")
        self.toolCount = toolCount
        turnCount = max(1, messages.count { $0.role == .user })
        var earlier: [String] = []
        var results: [String] = []
        for (index, message) in messages.enumerated() where index != asking {
            switch message.role {
            case .system, .developer:
                systemByteCount += message.text.utf8.count
            case .user, .assistant, .other:
                if index < asking ?? 0, !message.text.isEmpty { earlier.append(message.text) }
            case .tool, .function:
                if index > asking ?? 0, !message.text.isEmpty { results.append(message.text) }
            }
        }
        if let asking { attachmentCount = messages[asking].attachmentCount }
        context = earlier.joined(separator: "\n")
        document = results.joined(separator: "\n")
    }
}
