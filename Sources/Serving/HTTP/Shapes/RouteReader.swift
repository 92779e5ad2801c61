import Conversation
import JSONCoding
import Routing

/// Reads the body of a `/v1/route` call.
struct RouteReader {
    /// Longest identifier of a request or session, in bytes.
    static let identifierLimit = 256
    /// Most tags and capabilities.
    static let listLimit = 64

    private var fields = ClassifyFields()
    private var modelName: String?
    private var options = RoutingRequest(text: "")
    private var inputTokens: Int?
    private var seen = SeenKeys()

    private static let keys: Set = [
        "model", "id", "mode", "model_override", "minimum_tier", "metadata", "session", "tags", "headers", "tokens",
        "capabilities", "max_tokens", "max_completion_tokens",
    ]

    /// The call that `json` holds.
    static func decode(_ json: Span<UInt8>) throws(WireError) -> RouteCall {
        do throws(RequestDecodingError) {
            var reader = RouteReader()
            return try reader.read(json)
        } catch {
            throw WireError(error)
        }
    }

    private mutating func read(_ json: Span<UInt8>) throws(RequestDecodingError) -> RouteCall {
        var cursor = JSONCursor(invalidUnicode: .repair)
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            if try fields.read(key, in: json, with: &cursor) { continue }
            guard Self.keys.contains(key.name) else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            try readOption(key, in: json, with: &cursor)
        }
        try cursor.finish(in: json)
        guard let request = try fields.request() else { throw .nothingToClassify("`text` nor `messages`") }
        return RouteCall(modelName: modelName, request: request, options: options, inputTokens: inputTokens)
    }

    private mutating func readOption(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        switch key.name {
        case "model": modelName = try cursor.stringOrNull(in: json, field: key.name)
        case "id": options.id = try identifier(key, in: json, with: &cursor) ?? ""
        case "session": options.session = try identifier(key, in: json, with: &cursor)
        case "mode": options.mode = try cursor.stringOrNull(in: json, field: key.name)
        case "model_override": options.modelOverride = try cursor.stringOrNull(in: json, field: key.name)
        case "minimum_tier": options.minimumTier = try cursor.stringOrNull(in: json, field: key.name)
        case "metadata": options.metadata = try cursor.textsOrNull(in: json, field: key.name)
        case "headers":
            for (name, value) in try cursor.textsOrNull(in: json, field: key.name, limit: 256) {
                options.headers[name.lowercased()] = value
            }
        case "tags": options.tags = try texts(key, in: json, with: &cursor)
        case "capabilities": options.requiredCapabilities = try texts(key, in: json, with: &cursor)
        case "tokens": try readTokens(in: json, with: &cursor)
        default:
            // Of OpenAI's two names the newer one counts; both say the same where both are given.
            let count = try self.count(key.name, in: json, with: &cursor)
            if key.name == "max_completion_tokens" || options.maximumOutputTokens == nil {
                options.maximumOutputTokens = count ?? options.maximumOutputTokens
            }
        }
    }

    private func identifier(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> String? {
        let text = try cursor.stringOrNull(in: json, field: key.name)
        guard (text?.utf8.count ?? 0) <= Self.identifierLimit else {
            throw RequestDecodingError(
                .wrongType, at: key.offset, field: key.name,
                problem: "`\(key.name)` is longer than \(Self.identifierLimit) bytes", remedy: "send a shorter one")
        }
        return text
    }

    private func count(
        _ field: String, in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> Int? {
        let offset = cursor.position
        let count = try cursor.integerOrNull(in: json, field: field)
        guard count ?? 0 >= 0 else {
            throw RequestDecodingError(
                .wrongType, at: offset, field: field, problem: "`\(field)` is negative", remedy: "give 0 or more")
        }
        return count
    }

    /// Input tokens as a number, or both counts: `{"input": 1200, "output": 500}`, the latter the most that are wanted.
    private mutating func readTokens(
        in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        switch try cursor.kind(in: json) {
        case .number, .null: inputTokens = try count("tokens", in: json, with: &cursor)
        case .object:
            try cursor.open(in: json)
            var seen = SeenKeys()
            while let key = try cursor.nextKey(in: json) {
                guard ["input", "output"].contains(key.name) else {
                    try cursor.skip(in: json)
                    continue
                }
                try seen.insert(key)
                let count = try count("tokens.\(key.name)", in: json, with: &cursor)
                if key.name == "input" {
                    inputTokens = count
                } else {
                    options.maximumOutputTokens = count ?? options.maximumOutputTokens
                }
            }
        case let other: throw cursor.wrongType(other, field: "tokens", expected: "a whole number or an object")
        }
    }

    private func texts(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> [String] {
        let kind = try cursor.kind(in: json)
        guard kind != .null else {
            _ = try cursor.literal(in: json)
            return []
        }
        guard kind == .array else { throw cursor.wrongType(kind, field: key.name, expected: "an array") }
        var texts: [String] = []
        try cursor.open(in: json)
        while try cursor.nextElement(in: json) {
            texts.append(try cursor.string(in: json, field: "\(key.name)[\(texts.count)]"))
            guard texts.count <= Self.listLimit else {
                throw RequestDecodingError(
                    .wrongType, at: key.offset, field: key.name,
                    problem: "`\(key.name)` has more than \(Self.listLimit) elements", remedy: "send fewer")
            }
        }
        return texts
    }
}
