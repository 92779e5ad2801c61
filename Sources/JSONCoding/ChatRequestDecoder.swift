public import Conversation

/// Reads a request to classify from JSON: `{"text": "…"}`, or `{"messages": […], "tools": […]}` in the OpenAI chat
/// shape.
///
/// Only what classification needs is made: texts, roles and counts. Unknown keys are read over. In a message,
/// `content` may be a string, `null`, absent, or an array of parts; `text`, `input_text` and `output_text` parts and
/// bare strings are joined by line breaks, all other parts count as attachments. Unknown roles become `other`. With
/// `text`, `tools` are checked and ignored. Key order does not matter; a known key may stand only once in its object.
public struct ChatRequestDecoder: Sendable {
    /// What to do with invalid UTF-8 and lone surrogates.
    public var invalidUnicode: InvalidUnicodePolicy

    /// A decoder that treats invalid text as `invalidUnicode` says.
    public init(invalidUnicode: InvalidUnicodePolicy = .repair) { self.invalidUnicode = invalidUnicode }

    /// The request that `json` holds; an empty text or an empty array of messages is one.
    ///
    /// O(n) in time; nesting is limited to 512 and uses no stack.
    public func decode(_ json: Span<UInt8>) throws(RequestDecodingError) -> Request {
        var cursor = JSONCursor(invalidUnicode: invalidUnicode)
        var parts = RequestParts()
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            if try !parts.read(key, in: json, with: &cursor) { try cursor.skip(in: json) }
        }
        try cursor.finish(in: json)
        return try parts.request()
    }

    /// The messages of `json`, an array in the OpenAI chat shape.
    public func decodeMessages(_ json: Span<UInt8>) throws(RequestDecodingError) -> [Message] {
        var cursor = JSONCursor(invalidUnicode: invalidUnicode)
        let messages = try cursor.messages(in: json)
        try cursor.finish(in: json)
        return messages
    }

    /// The number of tools in `json`, an array.
    package func countTools(_ json: Span<UInt8>) throws(RequestDecodingError) -> Int {
        var cursor = JSONCursor(invalidUnicode: invalidUnicode)
        let count = try cursor.count(in: json, field: "tools")
        try cursor.finish(in: json)
        return count
    }
}

/// The keys of a request, as far as they were met.
package struct RequestParts {
    package private(set) var text: LocatedValue<String>?
    package private(set) var messages: LocatedValue<[Message]>?
    package private(set) var toolCount = 0
    private var names: [Field: String] = [:]

    private enum Field: String { case text, messages, tools }

    package init() {}

    /// Reads the value of `key` if it is one of a request's; false if it is not, and nothing was read.
    package mutating func read(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> Bool {
        let name = key.name.lowercased()
        guard let field = name == "prompt" ? .text : Field(rawValue: name) else { return false }
        if let earlier = names.updateValue(key.name, forKey: field) { throw .duplicate(key, after: earlier) }
        guard try cursor.kind(in: json) != .null else {
            _ = try cursor.literal(in: json)
            return true
        }
        let offset = cursor.position
        switch field {
        case .text: text = LocatedValue(content: try cursor.string(in: json, field: key.name), offset: offset)
        case .messages: messages = LocatedValue(content: try cursor.messages(in: json), offset: offset)
        case .tools: toolCount = try cursor.count(in: json, field: "tools")
        }
        return true
    }

    package func request() throws(RequestDecodingError) -> Request {
        switch (text, messages) {
        case (let text?, nil): return .text(text.content)
        case (nil, let messages?): return .conversation(messages.content, toolCount: toolCount)
        case (nil, nil):
            throw RequestDecodingError(
                .missingField, at: 0, field: "text", problem: "the object has neither `text` nor `messages`",
                remedy: "give one of them")
        case (_?, let messages?):
            throw RequestDecodingError(
                .ambiguousRequest, at: messages.offset, field: "messages",
                problem: "the object has both `text` and `messages`",
                remedy: "keep one of them")
        }
    }
}

/// A value and where it starts in its record.
package struct LocatedValue<Content> {
    package let content: Content
    package let offset: Int

    package init(content: Content, offset: Int) {
        self.content = content
        self.offset = offset
    }
}
