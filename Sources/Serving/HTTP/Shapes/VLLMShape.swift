import Conversation
import JSONCoding

/// vLLM's classification call, `POST /classify`, which SGLang and Dynamo share.
///
/// `input` is a string or an array of strings; a chat request with `messages` may stand in its place. `model` names the
/// model, `use_activation: false` asks for logits instead of probabilities; their other keys (`truncate_prompt_tokens`,
/// `priority`, `user` and so on) steer what this service does not have, and are read over.
enum VLLMShape: WireShape {
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> VLLMCall {
        var reader = VLLMReader(limit: limits.batchSize)
        do throws(RequestDecodingError) {
            try reader.read(body)
        } catch {
            throw WireError(error)
        }
        return try reader.call()
    }

    /// Writes a refusal as OpenAI's interface does: `{"error":{"message":…,"type":…,"param":…,"code":…}}`.
    static func write(_ error: WireError, to json: inout JSONWriter) {
        json.object { json in
            json.key("error")
            json.object { json in
                json.key("message")
                json.value(error.message)
                json.key("type")
                json.value(kind(of: error.status))
                json.key("param")
                if let field = error.field { json.value(field) } else { json.null() }
                json.key("code")
                json.value(error.code)
            }
        }
    }

    /// OpenAI's word for errors of a status.
    private static func kind(of status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }
}

/// Reads the body of a call in vLLM's shape.
private struct VLLMReader {
    private var input: BoundedTexts
    private var isInputList = false
    private var hasInput = false
    private let limit: Int
    private var fields = ClassifyFields()
    private var seen = SeenKeys()
    private var modelName: String?
    private var usesActivation = true

    init(limit: Int) {
        self.limit = limit
        input = BoundedTexts(limit: limit)
    }

    mutating func read(_ json: Span<UInt8>) throws(RequestDecodingError) {
        var cursor = JSONCursor(invalidUnicode: .repair)
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "model":
                try seen.insert(key)
                modelName = try cursor.stringOrNull(in: json, field: key.name)
            case "use_activation":
                try seen.insert(key)
                usesActivation = try cursor.flagOrNull(in: json, field: key.name) ?? true
            case "input":
                try seen.insert(key)
                try readInput(in: json, with: &cursor)
            case "messages", "tools": _ = try fields.read(key, in: json, with: &cursor)
            default: try cursor.skip(in: json)
            }
        }
        try cursor.finish(in: json)
    }

    private mutating func readInput(
        in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        switch try cursor.kind(in: json) {
        case .null: _ = try cursor.literal(in: json)
        case .string:
            hasInput = true
            try input.read(&cursor, in: json)
        case .array:
            hasInput = true
            isInputList = true
            try cursor.open(in: json)
            while try cursor.nextElement(in: json) {
                let kind = try cursor.kind(in: json)
                guard kind == .string else { throw Self.notText(kind, at: cursor.position, index: input.count) }
                try input.read(&cursor, in: json)
            }
        case let other: throw cursor.wrongType(other, field: "input", expected: "a string or an array of strings")
        }
    }

    /// vLLM also takes token numbers, alone or in arrays, of which a model without that tokenizer can make nothing.
    private static func notText(_ kind: JSONKind, at offset: Int, index: Int) -> RequestDecodingError {
        RequestDecodingError(
            .wrongType, at: offset, field: "input[\(index)]",
            problem: "`input[\(index)]` must be a string, not \(kind.rawValue)",
            remedy: kind == .number || kind == .array
                ? "send text: this service cannot read token numbers" : "correct the value")
    }

    func call() throws(WireError) -> VLLMCall {
        let conversation: Request?
        do throws(RequestDecodingError) { conversation = try fields.request() } catch { throw WireError(error) }
        switch (hasInput, conversation) {
        case (false, nil):
            throw WireError(
                422, "missing_field", "the object has neither `input` nor `messages`; give one of them", field: "input")
        case (true, _?):
            throw WireError(
                422, "ambiguous_request", "the object has both `input` and `messages`; keep one of them", field: "input"
            )
        case (false, let request?):
            return VLLMCall(modelName: modelName, inputs: [request], usesActivation: usesActivation)
        case (true, nil):
            guard input.count > 0 else {
                throw WireError(422, "missing_field", "`input` is empty; give at least one text", field: "input")
            }
            guard !input.isOverLimit else { throw input.overLimit(status: 422, field: "input") }
            return VLLMCall(modelName: modelName, inputs: input.requests, usesActivation: usesActivation)
        }
    }
}
