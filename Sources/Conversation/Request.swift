/// What is to be classified: a plain text, or a conversation in the chat shape that routers receive.
public enum Request: Sendable, Equatable {
    /// The person's request as it stands.
    case text(String)
    /// A conversation, oldest message first, with the number of tools the caller offered to the model.
    case conversation([Message], toolCount: Int)
}

/// One message of a conversation, reduced to what classification needs.
public struct Message: Sendable, Equatable {
    /// Who speaks; unknown roles count as `other`.
    public enum Role: String, Sendable, Equatable {
        case system, developer, user, assistant, tool, function, other
    }

    /// Who speaks.
    public var role: Role
    /// The message's text; text parts are joined by a line break, other parts are left out.
    public var text: String
    /// Number of tool calls that the message carries.
    public var toolCallCount: Int
    /// Number of parts that are not text (images, audio, files).
    public var attachmentCount: Int

    /// A message of `role` that says `text`.
    public init(role: Role, text: String, toolCallCount: Int = 0, attachmentCount: Int = 0) {
        self.role = role
        self.text = text
        self.toolCallCount = toolCallCount
        self.attachmentCount = attachmentCount
    }
}
