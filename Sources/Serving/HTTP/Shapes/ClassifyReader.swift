import Conversation
import JSONCoding

/// Reads the body of a `/v1/classify` call, then says whether it makes sense.
struct ClassifyReader {
    private let limit: Int
    private var seen: Keys = []
    private var fields = ClassifyFields()
    private var modelName: String?
    private var id: String?
    private var explainedFeatures = 0
    private var top: Int?
    private var batch: Batch?
    private var hasInput = false

    /// The keys that may stand only once.
    private struct Keys: OptionSet {
        let rawValue: UInt8
        static let model = Keys(rawValue: 1)
        static let id = Keys(rawValue: 2)
        static let explain = Keys(rawValue: 4)
        static let top = Keys(rawValue: 8)
        static let inputs = Keys(rawValue: 16)
    }

    /// The elements of `inputs`; no more are kept than may be classified.
    private struct Batch {
        var offset: Int
        var count = 0
        var requests: [Request] = []
        var ids: [String?] = []
    }

    /// A reader of batches of at most `limit` elements.
    init(limit: Int) { self.limit = limit }

    /// Whether the body has `input` and nothing of ours to classify.
    var isVLLM: Bool { hasInput && fields.isEmpty && batch == nil }

    /// Reads all of `json`.
    mutating func read(_ json: Span<UInt8>) throws(RequestDecodingError) {
        // Section 1 of the contracts: text that no Unicode string can hold is repaired, not refused.
        var cursor = JSONCursor(invalidUnicode: .repair)
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            if try fields.read(key, in: json, with: &cursor) { continue }
            switch key.name {
            case "model":
                try note(.model, key)
                modelName = try cursor.stringOrNull(in: json, field: key.name)
            case "id":
                try note(.id, key)
                id = try cursor.stringOrNull(in: json, field: key.name)
            case "explain":
                try note(.explain, key)
                explainedFeatures = try Self.explainedFeatures(in: json, with: &cursor)
            case "top_k":
                try note(.top, key)
                top = try cursor.integerOrNull(in: json, field: key.name)
            case "inputs":
                try note(.inputs, key)
                try readInputs(in: json, with: &cursor)
            case "input":
                let kind = try cursor.kind(in: json)
                hasInput = kind != .null
                try cursor.skip(in: json)
            default: try cursor.skip(in: json)
            }
        }
        try cursor.finish(in: json)
    }

    /// The call that was read.
    func call() throws(WireError) -> ClassifyCall {
        if explainedFeatures < 0 {
            throw WireError(
                422, "out_of_range", "`explain` must be true, false, or a number of features from 0 up",
                field: "explain"
            )
        }
        if let top, top < 1 {
            throw WireError(
                422, "out_of_range", "`top_k` must be 1 or more; leave it out for all labels", field: "top_k")
        }
        let request: Request?
        do throws(RequestDecodingError) {
            request = try fields.request()
            if let batch, request != nil {
                throw RequestDecodingError(
                    .ambiguousRequest, at: batch.offset, field: "inputs",
                    problem: "the object has `inputs` and a request beside it", remedy: "keep one of them")
            }
            guard batch != nil || request != nil else {
                throw .nothingToClassify("`text` nor `messages` nor `inputs`")
            }
        } catch {
            throw WireError(error)
        }
        if let batch, batch.count > limit {
            throw WireError(
                422, "batch_too_large", "`inputs` has \(batch.count) elements; send at most \(limit) in one call",
                field: "inputs")
        }
        return ClassifyCall(
            modelName: modelName, id: id, request: request, inputs: batch?.requests ?? [], ids: batch?.ids ?? [],
            explainedFeatures: explainedFeatures, top: top)
    }

    private mutating func note(_ field: Keys, _ key: (name: String, offset: Int)) throws(RequestDecodingError) {
        guard seen.insert(field).inserted else { throw .duplicate(key) }
    }

    private static func explainedFeatures(
        in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> Int {
        switch try cursor.kind(in: json) {
        case .number: return try cursor.integerOrNull(in: json, field: "explain") ?? 0
        case .boolean, .null: return try cursor.literal(in: json) == "true" ? ClassifyCall.usualFeatures : 0
        case let other: throw cursor.wrongType(other, field: "explain", expected: "true, false or a whole number")
        }
    }

    private mutating func readInputs(
        in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        let kind = try cursor.kind(in: json)
        guard kind != .null else {
            _ = try cursor.literal(in: json)
            return
        }
        guard kind == .array else { throw cursor.wrongType(kind, field: "inputs", expected: "an array") }
        var batch = Batch(offset: cursor.position)
        try cursor.open(in: json)
        while try cursor.nextElement(in: json) {
            if batch.count < limit {
                try Self.readElement(of: &batch, in: json, with: &cursor)
            } else {
                try cursor.skip(in: json)
            }
            batch.count += 1
        }
        self.batch = batch
    }

    private static func readElement(
        of batch: inout Batch, in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        switch try cursor.kind(in: json) {
        case .string:
            batch.requests.append(.text(try cursor.string(in: json)))
            batch.ids.append(nil)
        case .object:
            do throws(RequestDecodingError) {
                try readObject(of: &batch, in: json, with: &cursor)
            } catch {
                throw error.inside("inputs[\(batch.count)]")
            }
        case let other:
            throw cursor.wrongType(other, field: "inputs[\(batch.count)]", expected: "a string or an object")
        }
    }

    private static func readObject(
        of batch: inout Batch, in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        var fields = ClassifyFields()
        var id: String?
        var hasID = false
        try cursor.openObject(in: json, field: nil)
        let start = cursor.position - 1
        while let key = try cursor.nextKey(in: json) {
            if try fields.read(key, in: json, with: &cursor) { continue }
            guard key.name == "id" else {
                try cursor.skip(in: json)
                continue
            }
            guard !hasID else { throw .duplicate(key) }
            hasID = true
            id = try cursor.stringOrNull(in: json, field: key.name)
        }
        guard let request = try fields.request() else {
            throw .nothingToClassify("`text` nor `messages`", at: start)
        }
        batch.requests.append(request)
        batch.ids.append(id)
    }
}
