import Conversation
import JSONCoding

/// Text classification as Hugging Face's inference API and its clients speak it: `POST /` and `POST /models/{name}`.
///
/// The answer is nested for one text too, since `InferenceClient.text_classification` takes element 0 of what it gets
/// and huggingface.js refuses an answer whose element 0 is no array.
enum HuggingFaceShape: WireShape {
    /// Reads `{"inputs": text or [texts], "parameters": {"top_k", "function_to_apply"}}`.
    ///
    /// Other keys, `options` and the tokenizer's parameters among them, are read over: they ask for what this model
    /// has not got (padding, caching) and change no answer.
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> HuggingFaceCall {
        var reader = HuggingFaceReader(limit: limits.batchSize)
        do throws(RequestDecodingError) {
            try reader.read(body)
        } catch {
            throw WireError(error)
        }
        return try reader.call()
    }

    /// Writes `{"error": sentence}`.
    static func write(_ error: WireError, to json: inout JSONWriter) {
        json.object { json in
            json.key("error")
            json.value(error.message)
        }
    }
}

/// A call in the shape of Hugging Face's inference API.
struct HuggingFaceCall: WireCall {
    /// Set from the path of `POST /models/{name}`, since the body names no model.
    var modelName: String?
    var inputs: [Request]
    /// How many labels to answer; all where nil, as the API does.
    var top: Int?
    var transform: ScoreTransform = .softmax

    var needs: OutcomeNeeds { OutcomeNeeds(logits: transform != .softmax) }

    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        json.array { json in
            for outcome in outcomes {
                json.array { json in
                    let ranked = transform.ranked(outcome)
                    for (label, score) in ranked.prefix(top ?? ranked.count) {
                        json.object { json in
                            json.key("label")
                            json.value(label)
                            json.key("score")
                            json.value(score)
                        }
                    }
                }
            }
        }
    }
}

/// The members of a body, as far as they were met.
private struct HuggingFaceReader {
    private var texts: BoundedTexts
    private var hasInputs = false
    private var top: Int?
    private var transform = ScoreTransform.softmax

    init(limit: Int) { texts = BoundedTexts(limit: limit) }

    mutating func read(_ json: Span<UInt8>) throws(RequestDecodingError) {
        var cursor = JSONCursor(invalidUnicode: .repair)
        var seen = SeenKeys()
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "inputs":
                try seen.insert(key)
                try readInputs(&cursor, in: json)
            case "parameters":
                try seen.insert(key)
                try readParameters(&cursor, in: json)
            default: try cursor.skip(in: json)
            }
        }
        try cursor.finish(in: json)
        guard hasInputs else {
            throw RequestDecodingError(
                .missingField, at: 0, field: "inputs", problem: "the object has no `inputs`",
                remedy: "give the text to classify, or an array of texts")
        }
    }

    private mutating func readInputs(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) {
        hasInputs = true
        switch try cursor.kind(in: json) {
        case .string: try texts.read(&cursor, in: json)
        case .array:
            try cursor.open(in: json)
            while try cursor.nextElement(in: json) {
                let kind = try cursor.kind(in: json)
                guard kind == .string else {
                    throw cursor.wrongType(kind, field: "inputs[\(texts.count)]", expected: "a string")
                }
                try texts.read(&cursor, in: json)
            }
        case let other: throw cursor.wrongType(other, field: "inputs", expected: "a string or an array of strings")
        }
    }

    private mutating func readParameters(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) {
        guard try cursor.openObjectOrNull(in: json, field: "parameters") else { return }
        var seen = SeenKeys()
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "top_k":
                try seen.insert(key)
                top = try cursor.integerOrNull(in: json, field: "parameters.top_k")
                if let top, top < 1 {
                    throw RequestDecodingError(
                        .wrongType, at: key.offset, field: "parameters.top_k",
                        problem: "`parameters.top_k` must be at least 1, not \(top)",
                        remedy: "leave it out to get all labels")
                }
            case "function_to_apply":
                try seen.insert(key)
                try readTransform(&cursor, in: json, at: key.offset)
            default: try cursor.skip(in: json)
            }
        }
    }

    private mutating func readTransform(
        _ cursor: inout JSONCursor, in json: Span<UInt8>, at offset: Int
    ) throws(RequestDecodingError) {
        let field = "parameters.function_to_apply"
        guard let name = try cursor.stringOrNull(in: json, field: field), name != "default" else { return }
        guard let known = ScoreTransform(rawValue: name) else {
            throw RequestDecodingError(
                .wrongType, at: offset, field: field, problem: "`\(field)` must not be \(quoted(name))",
                remedy: "say `softmax`, `sigmoid`, `none` or `default`")
        }
        transform = known
    }

    func call() throws(WireError) -> HuggingFaceCall {
        guard !texts.isOverLimit else { throw texts.overLimit(status: 422, field: "inputs") }
        guard texts.count > 0 else {
            throw WireError(422, "empty_batch", "`inputs` holds no text; give at least one", field: "inputs")
        }
        return HuggingFaceCall(inputs: texts.requests, top: top, transform: transform)
    }
}
