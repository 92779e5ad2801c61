package import Conversation

extension JSONCursor {
    /// Reads messages in the OpenAI chat shape.
    package mutating func messages(in json: Span<UInt8>) throws(RequestDecodingError) -> [Message] {
        var messages: [Message] = []
        try require(.array, in: json, field: "messages")
        try open(in: json)
        while try nextElement(in: json) {
            messages.append(try message(in: json, field: "messages[\(messages.count)]"))
        }
        return messages
    }

    private mutating func message(
        in json: Span<UInt8>, field: String
    ) throws(RequestDecodingError) -> Message {
        try openObject(in: json, field: field)
        let start = position - 1
        var role: Message.Role?
        var message = Message(role: .other, text: "")
        var hasContent = false
        while let key = try nextKey(in: json) {
            switch key.name {
            case "role":
                guard role == nil else { throw .duplicate(key) }
                role = Message.Role(rawValue: try string(in: json, field: "\(field).role")) ?? .other
            case "content":
                guard !hasContent else { throw .duplicate(key) }
                hasContent = true
                try content(of: &message, in: json, field: "\(field).content")
            case "tool_calls":
                message.toolCallCount += try count(in: json, field: "\(field).tool_calls")
            default:
                try skip(in: json)
            }
        }
        guard let role else {
            throw RequestDecodingError(
                .missingField, at: start, field: "\(field).role", problem: "`\(field)` has no `role`",
                remedy: "say who speaks, such as `user`")
        }
        message.role = role
        return message
    }

    private mutating func content(
        of message: inout Message, in json: Span<UInt8>, field: String
    ) throws(RequestDecodingError) {
        switch try kind(in: json) {
        case .null: _ = try literal(in: json)
        case .string: message.text = try string(in: json)
        case .array:
            var texts: [String] = []
            var index = 0
            try open(in: json)
            while try nextElement(in: json) {
                if let text = try part(in: json, field: "\(field)[\(index)]") {
                    texts.append(text)
                } else {
                    message.attachmentCount += 1
                }
                index += 1
            }
            message.text = texts.joined(separator: "\n")
        case let other:
            throw wrongType(other, field: field, expected: "a string, an array of parts or null")
        }
    }

    /// The text of a content part; `nil` if the part is not text.
    private mutating func part(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> String? {
        if try kind(in: json) == .string { return try string(in: json) }
        try openObject(in: json, field: field)
        let start = position - 1
        var type: String?
        var text: String?
        while let key = try nextKey(in: json) {
            switch key.name {
            case "type":
                guard type == nil else { throw .duplicate(key) }
                type = try string(in: json, field: "\(field).type")
            // Only a part that is text must have text here: another's may be of any type.
            case "text" where try kind(in: json) == .string:
                guard text == nil else { throw .duplicate(key) }
                text = try string(in: json)
            default: try skip(in: json)
            }
        }
        guard let type else {
            throw RequestDecodingError(
                .missingField, at: start, field: "\(field).type", problem: "`\(field)` has no `type`",
                remedy: "say what it is, such as `text`")
        }
        guard ["text", "input_text", "output_text"].contains(type) else { return nil }
        guard let text else {
            throw RequestDecodingError(
                .missingField, at: start, field: "\(field).text", problem: "`\(field)` has no string `text`",
                remedy: "give the part's text")
        }
        return text
    }

    /// The number of values in an array; 0 for null.
    package mutating func count(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> Int {
        guard try kind(in: json) != .null else {
            _ = try literal(in: json)
            return 0
        }
        try require(.array, in: json, field: field)
        try open(in: json)
        var count = 0
        while try nextElement(in: json) {
            try skip(in: json)
            count += 1
        }
        return count
    }

    // MARK: Values of one type

    /// Steps into the object that must come next; `field` is `nil` for the whole document.
    package mutating func openObject(in json: Span<UInt8>, field: String?) throws(RequestDecodingError) {
        try require(.object, in: json, field: field)
        try open(in: json)
    }

    /// Reads the string that must come next.
    package mutating func string(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> String {
        try require(.string, in: json, field: field)
        return try string(in: json)
    }

    private mutating func require(
        _ expected: JSONKind, in json: Span<UInt8>, field: String?
    ) throws(RequestDecodingError) {
        let found = try kind(in: json)
        guard found == expected else { throw wrongType(found, field: field, expected: expected.rawValue) }
    }

    /// The error for a value of the wrong type that comes next.
    package func wrongType(_ found: JSONKind, field: String?, expected: String) -> RequestDecodingError {
        RequestDecodingError(
            .wrongType, at: position, field: field,
            problem: "\(field.map(quoted) ?? "the JSON") must be \(expected), not \(found.rawValue)",
            remedy: expected == JSONKind.string.rawValue && found == .number
                ? "put it in double quotes" : "correct the value")
    }
}

extension RequestDecodingError {
    /// The error for a key that gives for the second time what `earlier` gave, by default its own name.
    package static func duplicate(_ key: (name: String, offset: Int), after earlier: String? = nil) -> Self {
        let problem =
            if let earlier, earlier != key.name {
                "\(quoted(earlier)) and \(quoted(key.name)) mean the same"
            } else {
                "\(quoted(key.name)) is given twice"
            }
        return RequestDecodingError(
            .duplicateField, at: key.offset, field: key.name, problem: problem, remedy: "keep one of them")
    }
}
