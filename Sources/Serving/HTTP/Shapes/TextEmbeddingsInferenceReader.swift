import JSONCoding

/// The members of a body in the shape of text-embeddings-inference, as far as they were met.
struct TextEmbeddingsInferenceReader {
    private var texts: BoundedTexts
    private var hasInputs = false
    private var isBatch = false
    private var isRaw = false

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
            case "raw_scores":
                try seen.insert(key)
                isRaw = try cursor.flagOrNull(in: json, field: key.name) ?? false
            case "truncate":
                try seen.insert(key)
                _ = try cursor.flagOrNull(in: json, field: key.name)
            case "truncation_direction":
                try seen.insert(key)
                try readDirection(&cursor, in: json, at: key.offset)
            default: try cursor.skip(in: json)
            }
        }
        try cursor.finish(in: json)
        guard hasInputs else {
            throw RequestDecodingError(
                .missingField, at: 0, field: "inputs", problem: "the object has no `inputs`",
                remedy: #"give the text to classify, or a batch such as [["a"],["b"]]"#)
        }
    }

    func call() throws(WireError) -> TextEmbeddingsInferenceCall {
        guard texts.count > 0 else {
            throw WireError(
                400, TextEmbeddingsInferenceShape.emptyCode, "`inputs` holds no text; give at least one",
                field: "inputs")
        }
        // TEI's code maps its error type Validation to status 413, and answers a batch over max_client_batch_size so.
        // Bodies of the wrong form never get that far there: its JSON extractor refuses them with 422.
        guard !texts.isOverLimit else { throw texts.overLimit(status: 413, field: "inputs") }
        return TextEmbeddingsInferenceCall(inputs: texts.requests, isBatch: isBatch, isRaw: isRaw)
    }

    private mutating func readInputs(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) {
        hasInputs = true
        switch try cursor.kind(in: json) {
        case .string: try texts.read(&cursor, in: json)
        case .array:
            try cursor.open(in: json)
            guard try cursor.nextElement(in: json) else { return }
            switch try cursor.kind(in: json) {
            case .string: try readSingle(&cursor, in: json, index: nil)
            case .array: try readBatch(&cursor, in: json)
            case let other:
                throw cursor.wrongType(other, field: "inputs[0]", expected: "a string or an array of one string")
            }
        case let other:
            throw cursor.wrongType(other, field: "inputs", expected: "a string or an array of arrays of one string")
        }
    }

    /// Reads the batch whose first element comes next.
    private mutating func readBatch(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) {
        isBatch = true
        repeat {
            let index = texts.count
            let kind = try cursor.kind(in: json)
            guard kind == .array else {
                throw cursor.wrongType(kind, field: Self.path(index), expected: "an array of one string")
            }
            try cursor.open(in: json)
            guard try cursor.nextElement(in: json) else {
                throw RequestDecodingError(
                    .wrongType, at: cursor.position, field: Self.path(index),
                    problem: "`\(Self.path(index))` holds no text", remedy: #"write one text in it, such as ["a"]"#)
            }
            try readSingle(&cursor, in: json, index: index)
        } while try cursor.nextElement(in: json)
    }

    /// Reads the text that comes next, which must be the last of its array; `index` is that array's in a batch.
    private mutating func readSingle(
        _ cursor: inout JSONCursor, in json: Span<UInt8>, index: Int?
    ) throws(RequestDecodingError) {
        let kind = try cursor.kind(in: json)
        guard kind == .string else {
            throw cursor.wrongType(kind, field: "\(Self.path(index))[0]", expected: "a string")
        }
        try texts.read(&cursor, in: json)
        guard try cursor.nextElement(in: json) else { return }
        throw RequestDecodingError(
            .wrongType, at: cursor.position, field: Self.path(index),
            problem: "`\(Self.path(index))` is a pair of texts, and this model classifies single texts",
            remedy: #"write a batch as [["a"],["b"]]"#)
    }

    /// The path of the array that holds a text.
    private static func path(_ index: Int?) -> String { index.map { "inputs[\($0)]" } ?? "inputs" }

    private func readDirection(
        _ cursor: inout JSONCursor, in json: Span<UInt8>, at offset: Int
    ) throws(RequestDecodingError) {
        let field = "truncation_direction"
        guard let direction = try cursor.stringOrNull(in: json, field: field) else { return }
        guard ["Left", "left", "Right", "right"].contains(direction) else {
            throw RequestDecodingError(
                .wrongType, at: offset, field: field, problem: "`\(field)` must not be \(quoted(direction))",
                remedy: "say `Left` or `Right`")
        }
    }
}
