import Conversation
import JSONCoding

/// What an object says of the request to classify: `text` (or `prompt`), or `messages` with `tools`.
///
/// The same keys as ``RequestParts`` reads, but as HTTP clients write them: names are compared as they stand, and
/// nothing is made beside the values, because this runs for each call.
struct ClassifyFields {
    private var text: String?
    private var textKey: String?
    private var messages: [Message]?
    private var messagesOffset = 0
    private var hasMessagesKey = false
    private var toolCount: Int?

    /// Whether there is a request.
    var isEmpty: Bool { text == nil && messages == nil }

    /// Reads the value of `key` if it is one of these fields; false if it is not, and nothing was read.
    mutating func read(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> Bool {
        switch key.name {
        case "text", "prompt":
            if let textKey { throw .duplicate(key, after: textKey) }
            textKey = key.name
            text = try cursor.stringOrNull(in: json, field: key.name)
        case "messages":
            guard !hasMessagesKey else { throw .duplicate(key) }
            hasMessagesKey = true
            if try cursor.kind(in: json) == .null {
                _ = try cursor.literal(in: json)
            } else {
                messagesOffset = cursor.position
                messages = try cursor.messages(in: json)
            }
        case "tools":
            guard toolCount == nil else { throw .duplicate(key) }
            toolCount = try cursor.count(in: json, field: key.name)
        default: return false
        }
        return true
    }

    /// The request that the fields make, or nil where there is none.
    func request() throws(RequestDecodingError) -> Request? {
        switch (text, messages) {
        case (let text?, nil): return .text(text)
        case (nil, let messages?): return .conversation(messages, toolCount: toolCount ?? 0)
        case (nil, nil): return nil
        case (_?, _?):
            throw RequestDecodingError(
                .ambiguousRequest, at: messagesOffset, field: "messages",
                problem: "the object has both \(quoted(textKey ?? "text")) and `messages`", remedy: "keep one of them")
        }
    }
}

extension RequestDecodingError {
    /// The same error, of a value that stands at `path` in the body.
    func inside(_ path: String) -> Self {
        guard let field else { return self }
        return RequestDecodingError(code, at: offset, field: "\(path).\(field)", problem: problem, remedy: remedy)
    }

    /// The error for an object that has nothing to classify.
    static func nothingToClassify(_ fields: String, at offset: Int = 0) -> Self {
        RequestDecodingError(
            .missingField, at: offset, field: "text", problem: "the object has neither \(fields)",
            remedy: "give one of them")
    }
}
