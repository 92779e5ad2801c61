internal import JSONCoding

/// What an endpoint said, read with distrust.
struct ChatReply: Sendable, Equatable {
    /// Tokens that were used, as the endpoint counts them.
    struct Usage: Sendable, Equatable {
        var input = 0
        var output = 0
    }

    /// Whether the reply is a whole chat completion, with a message of the model.
    var isCompletion = false
    /// What the model wrote; `nil` where it wrote nothing, or the reply is no completion.
    var content: String?
    /// `nil` where the endpoint does not say.
    var usage: Usage?
    /// The endpoint's own short name for an error, such as `insufficient_quota`; never its sentence, which may repeat
    /// what was sent.
    var errorCode: String?

    /// Reads a body, whatever it is.
    ///
    /// What came before a fault counts, so that tokens are not forgotten.
    init(_ body: [UInt8]) {
        var cursor = JSONCursor(invalidUnicode: .repair)
        do throws(RequestDecodingError) {
            let json = body.span
            guard try cursor.kind(in: json) == .object else { return }
            try cursor.open(in: json)
            while let key = try cursor.nextKey(in: json) {
                let kind = try cursor.kind(in: json)
                switch (key.name, kind) {
                case ("choices", .array): content = try firstContent(&cursor, json)
                case ("usage", .object): usage = try Self.usage(&cursor, json)
                case ("error", .object): errorCode = try Self.errorCode(&cursor, json)
                default: try cursor.skip(in: json)
                }
            }
            try cursor.finish(in: json)
        } catch {
            content = nil
            isCompletion = false
        }
    }

    private mutating func firstContent(
        _ cursor: inout JSONCursor, _ json: Span<UInt8>
    ) throws(RequestDecodingError) -> String? {
        var content: String?
        var isFirst = true
        try cursor.open(in: json)
        while try cursor.nextElement(in: json) {
            guard isFirst, try cursor.kind(in: json) == .object else {
                try cursor.skip(in: json)
                continue
            }
            isFirst = false
            try cursor.open(in: json)
            while let key = try cursor.nextKey(in: json) {
                guard key.name == "message", try cursor.kind(in: json) == .object else {
                    try cursor.skip(in: json)
                    continue
                }
                isCompletion = true
                try cursor.open(in: json)
                while let key = try cursor.nextKey(in: json) {
                    switch (key.name, try cursor.kind(in: json)) {
                    case ("content", .string): content = try cursor.string(in: json)
                    case ("content", .array): content = try Self.parts(&cursor, json)
                    default: try cursor.skip(in: json)
                    }
                }
            }
        }
        return content
    }

    /// The text of a content that comes in parts.
    private static func parts(_ cursor: inout JSONCursor, _ json: Span<UInt8>) throws(RequestDecodingError) -> String {
        var text = ""
        try cursor.open(in: json)
        while try cursor.nextElement(in: json) {
            guard try cursor.kind(in: json) == .object else {
                try cursor.skip(in: json)
                continue
            }
            try cursor.open(in: json)
            while let key = try cursor.nextKey(in: json) {
                if key.name == "text", try cursor.kind(in: json) == .string {
                    text += try cursor.string(in: json)
                } else {
                    try cursor.skip(in: json)
                }
            }
        }
        return text
    }

    private static func usage(_ cursor: inout JSONCursor, _ json: Span<UInt8>) throws(RequestDecodingError) -> Usage? {
        var input: Int?
        var output: Int?
        try cursor.open(in: json)
        while let key = try cursor.nextKey(in: json) {
            guard try cursor.kind(in: json) == .number else {
                try cursor.skip(in: json)
                continue
            }
            let number = Double(try cursor.number(in: json)) ?? -1
            // A count that no answer can have is none.
            let count = (0...1e9).contains(number) ? Int(number) : nil
            switch key.name {
            case "prompt_tokens": input = count
            case "completion_tokens": output = count
            default: break
            }
        }
        guard input != nil || output != nil else { return nil }
        return Usage(input: input ?? 0, output: output ?? 0)
    }

    private static func errorCode(_ cursor: inout JSONCursor, _ json: Span<UInt8>) throws(RequestDecodingError)
        -> String?
    {
        var found: [String: String] = [:]
        try cursor.open(in: json)
        while let key = try cursor.nextKey(in: json) {
            if ["code", "type"].contains(key.name), try cursor.kind(in: json) == .string {
                found[key.name] = try cursor.string(in: json)
            } else {
                try cursor.skip(in: json)
            }
        }
        return [found["code"], found["type"]].compactMap(\.self).first { name in
            !name.isEmpty && name.utf8.count <= 40
                && name.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                        || byte == 0x5F || byte == 0x2D || byte == 0x2E
                }
        }
    }
}
