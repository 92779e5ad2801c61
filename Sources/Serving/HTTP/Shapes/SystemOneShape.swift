import Conversation
import JSONCoding

/// The System One protocol, `POST /v1/systemone`: questions about a state, each with options to choose from.
///
/// LiteLLM's complexity router, Bifrost and others ask it. The model's labels are fixed, so a question's options must be
/// the labels under some name (``SystemOneOptions``), and its instructions and descriptions change nothing. The answer
/// has no key beyond the protocol's, because strict clients refuse one; keys of the call that are not known are read
/// over. Text that is not Unicode (a lone surrogate) is refused, as the protocol says, where other calls repair it.
enum SystemOneShape: WireShape {
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> SystemOneCall {
        var reader = SystemOneReader()
        do throws(RequestDecodingError) {
            try reader.read(body)
        } catch {
            throw WireError(error)
        }
        guard let state = reader.state else {
            throw WireError(
                400, "missing_field", "the object has no `state`; give what the questions are about", field: "state")
        }
        guard !reader.questions.isEmpty else {
            throw WireError(
                422, "missing_field",
                "the object has no `questions`; ask at least one, with its options as the keys of `criteria`",
                field: "questions")
        }
        guard reader.questions.count <= limits.batchSize else {
            throw WireError(
                422, "batch_too_large",
                "`questions` has \(reader.questions.count) of them; ask at most \(limits.batchSize) in one call",
                field: "questions")
        }
        var questions: [SystemOneQuestion] = []
        for draft in reader.questions { questions.append(try draft.question(in: body)) }
        return SystemOneCall(
            modelName: reader.modelName, inputs: [state], questions: questions, aliases: limits.labelAliases)
    }

    static func write(_ error: WireError, to json: inout JSONWriter) { PlainErrorShape.write(error, to: &json) }
}

/// Reads the body of a System One call; what its questions mean is found afterwards.
private struct SystemOneReader {
    private(set) var state: Request?
    private(set) var modelName: String?
    private(set) var questions: [SystemOneQuestionDraft] = []
    private var seen = SeenKeys()

    mutating func read(_ json: Span<UInt8>) throws(RequestDecodingError) {
        var cursor = JSONCursor(invalidUnicode: .reject)
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            switch key.name {
            case "state":
                try seen.insert(key)
                state = try cursor.systemOneState(in: json)
            case "model":
                try seen.insert(key)
                modelName = try cursor.stringOrNull(in: json, field: key.name)
            case "questions":
                try seen.insert(key)
                try readQuestions(in: json, with: &cursor)
            default: try cursor.skip(in: json)
            }
        }
        try cursor.finish(in: json)
    }

    private mutating func readQuestions(
        in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) {
        guard try cursor.openObjectOrNull(in: json, field: "questions") else { return }
        var ids: Set<String> = []
        while let key = try cursor.nextKey(in: json) {
            guard ids.insert(key.name).inserted else { throw .duplicate(key).inside("questions") }
            let kind = try cursor.kind(in: json)
            guard kind == .object else {
                throw cursor.wrongType(kind, field: "questions.\(unquoted(key.name))", expected: "an object")
            }
            var draft = SystemOneQuestionDraft(id: key.name)
            do throws(RequestDecodingError) {
                try draft.read(in: json, with: &cursor)
            } catch {
                throw error.inQuestion(key.name)
            }
            questions.append(draft)
        }
    }
}
