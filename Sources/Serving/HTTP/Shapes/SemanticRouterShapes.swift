import Conversation
import JSONCoding

/// vLLM Semantic Router's call for one request, `POST /api/v1/classify/intent`.
///
/// The request is `text`, or `messages` with `tools`. The answer has what this service knows: the classification and,
/// with `options.return_probabilities`, all probabilities. It has no `recommended_model` and no `routing_decision`,
/// because nothing is decided here, and no `matched_signals`, because there are no signals. With
/// `options.include_explanation` it has `explanation` as the project's own answers do.
///
/// Refusals are `{"error":{"code":…,"message":…,"field":…}}`: that router's form, whose `timestamp` may be left out.
enum SemanticRouterIntentShape: WireShape {
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> SemanticRouterIntentCall {
        do throws(RequestDecodingError) {
            var cursor = JSONCursor(invalidUnicode: .repair)
            var fields = ClassifyFields()
            var options = SemanticRouterOptions()
            var seen = SeenKeys()
            try cursor.openObject(in: body, field: nil)
            while let key = try cursor.nextKey(in: body) {
                // A completion's `prompt` is not this protocol's.
                if key.name != "prompt", try fields.read(key, in: body, with: &cursor) { continue }
                if key.name == "options" {
                    try seen.insert(key)
                    try options.read(in: body, with: &cursor)
                } else {
                    try cursor.skip(in: body)
                }
            }
            try cursor.finish(in: body)
            guard let request = try fields.request() else { throw .nothingToClassify("`text` nor `messages`") }
            return SemanticRouterIntentCall(inputs: [request], options: options)
        } catch {
            throw WireError(error)
        }
    }

    static func write(_ error: WireError, to json: inout JSONWriter) { PlainErrorShape.write(error, to: &json) }
}

/// vLLM Semantic Router's call for many texts, `POST /api/v1/classify/batch`.
///
/// Of its kinds of task this service has `intent`, the default; `pii`, `security` and `all` are refused.
enum SemanticRouterBatchShape: WireShape {
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> SemanticRouterBatchCall {
        var texts = BoundedTexts(limit: limits.batchSize)
        var options = SemanticRouterOptions()
        var task: String?
        do throws(RequestDecodingError) {
            var cursor = JSONCursor(invalidUnicode: .repair)
            var seen = SeenKeys()
            try cursor.openObject(in: body, field: nil)
            while let key = try cursor.nextKey(in: body) {
                switch key.name {
                case "texts":
                    try seen.insert(key)
                    try readTexts(&texts, in: body, with: &cursor)
                case "task_type":
                    try seen.insert(key)
                    task = try cursor.stringOrNull(in: body, field: key.name)
                case "options":
                    try seen.insert(key)
                    try options.read(in: body, with: &cursor)
                default: try cursor.skip(in: body)
                }
            }
            try cursor.finish(in: body)
        } catch {
            throw WireError(error)
        }
        guard texts.count > 0 else {
            throw WireError(422, "missing_field", "there are no `texts`; give at least one", field: "texts")
        }
        guard !texts.isOverLimit else { throw texts.overLimit(status: 422, field: "texts") }
        guard ["intent", "", nil].contains(task) else {
            throw WireError(
                422, "unsupported_task", "`task_type` is \(quoted(task ?? "")); only `intent` is supported",
                field: "task_type")
        }
        return SemanticRouterBatchCall(inputs: texts.requests, options: options)
    }

    private static func readTexts(
        _ texts: inout BoundedTexts, in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        switch try cursor.kind(in: json) {
        case .null: _ = try cursor.literal(in: json)
        case .array:
            try cursor.open(in: json)
            while try cursor.nextElement(in: json) {
                let kind = try cursor.kind(in: json)
                guard kind == .string else {
                    throw cursor.wrongType(kind, field: "texts[\(texts.count)]", expected: "a string")
                }
                try texts.read(&cursor, in: json)
            }
        case let other: throw cursor.wrongType(other, field: "texts", expected: "an array of strings")
        }
    }

    static func write(_ error: WireError, to json: inout JSONWriter) { PlainErrorShape.write(error, to: &json) }
}
