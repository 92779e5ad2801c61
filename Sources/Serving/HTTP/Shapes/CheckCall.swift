import JSONCoding
import Routing

/// The body of `POST /v1/check`: an answer, and what it is to be checked by.
struct CheckCall {
    /// Most models of a cascade, and most terms or patterns in one list.
    static let listLimit = 100
    /// Most log-probabilities.
    static let tokenLimit = 1_000_000

    var id: String?
    var answer = Answer("")
    var taskType: String?
    var mode: String?
    /// The models that follow, as the decision named them.
    var cascade: [String] = []
    /// Checks of the call's own, beside the policy's.
    var checks: Policy.AnswerChecks?

    init(_ json: Span<UInt8>) throws(WireError) {
        do throws(RequestDecodingError) {
            try read(json)
        } catch {
            throw WireError(error)
        }
    }

    private static let keys: Set = [
        "id", "answer", "second_answer", "log_probabilities", "mean_log_probability", "task_type", "mode", "cascade",
        "checks",
    ]

    private mutating func read(_ json: Span<UInt8>) throws(RequestDecodingError) {
        var cursor = JSONCursor(invalidUnicode: .repair)
        var seen = SeenKeys()
        var hasAnswer = false
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            guard Self.keys.contains(key.name) else {
                try cursor.skip(in: json)
                continue
            }
            try seen.insert(key)
            switch key.name {
            case "id": id = try cursor.stringOrNull(in: json, field: key.name)
            case "answer":
                if let text = try cursor.stringOrNull(in: json, field: key.name) {
                    answer.text = text
                    hasAnswer = true
                }
            case "second_answer": answer.second = try cursor.stringOrNull(in: json, field: key.name)
            case "log_probabilities": answer.logProbabilities = try Self.numbers(key, in: json, with: &cursor)
            case "mean_log_probability":
                if let mean = try cursor.numberOrNull(in: json, field: key.name) { answer.logProbabilities = [mean] }
            case "task_type": taskType = try cursor.stringOrNull(in: json, field: key.name)
            case "mode": mode = try cursor.stringOrNull(in: json, field: key.name)
            case "cascade": cascade = try Self.texts(key, field: key.name, in: json, with: &cursor)
            default: checks = try Self.checks(in: json, with: &cursor)
            }
        }
        try cursor.finish(in: json)
        guard hasAnswer else {
            throw RequestDecodingError(
                .missingField, at: 0, field: "answer", problem: "there is no `answer`",
                remedy: "send what the model wrote")
        }
    }

    // MARK: Checks of the call's own

    private static let checkKeys = [
        "characters", "required_terms", "ignore_case", "refusal_patterns", "standard_refusals", "json_schema",
        "minimum_log_probability", "minimum_agreement",
    ]

    private static func checks(
        in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> Policy.AnswerChecks? {
        guard try cursor.openObjectOrNull(in: json, field: "checks") else { return nil }
        var checks = Policy.AnswerChecks()
        var seen = SeenKeys()
        while let key = try cursor.nextKey(in: json) {
            let field = "checks.\(key.name)"
            // A check that is not known must not pass for one that was made.
            guard checkKeys.contains(key.name) else {
                let near = nearestName(to: key.name, among: checkKeys).map { "did you mean `\($0)`?" }
                throw RequestDecodingError(
                    .wrongType, at: key.offset, field: field, problem: "`checks` has no key \(quoted(key.name))",
                    remedy: near ?? "its keys are \(checkKeys.joined(separator: ", "))")
            }
            try seen.insert(key)
            switch key.name {
            case "characters": checks.characters = try amount(field, in: json, with: &cursor)
            case "required_terms": checks.requiredTerms = try texts(key, field: field, in: json, with: &cursor)
            case "ignore_case": checks.ignoresCase = try cursor.flagOrNull(in: json, field: field) ?? false
            case "refusal_patterns": checks.refusalPatterns = try texts(key, field: field, in: json, with: &cursor)
            case "standard_refusals":
                checks.usesStandardRefusals = try cursor.flagOrNull(in: json, field: field) ?? false
            case "json_schema": checks.jsonSchema = try schema(field, in: json, with: &cursor)
            case "minimum_log_probability":
                checks.minimumLogProbability = try cursor.numberOrNull(in: json, field: field)
            default: checks.minimumAgreement = try cursor.numberOrNull(in: json, field: field)
            }
        }
        return checks
    }

    /// A schema as it stands, or written into a string as in a policy; nil for null.
    private static func schema(
        _ field: String, in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> String? {
        switch try cursor.kind(in: json) {
        case .string, .null: return try cursor.stringOrNull(in: json, field: field)
        default:
            let start = cursor.position
            try cursor.skip(in: json)
            return json.extracting(start..<cursor.position).withUnsafeBufferPointer {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    private static func amount(
        _ field: String, in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> Policy.Amount? {
        guard try cursor.openObjectOrNull(in: json, field: field) else { return nil }
        let start = cursor.position - 1
        var seen = SeenKeys()
        var amount = Policy.Amount()
        while let key = try cursor.nextKey(in: json) {
            try seen.insert(key)
            let count = try cursor.integerOrNull(in: json, field: "\(field).\(key.name)")
            switch key.name {
            case "at_least": amount.atLeast = count ?? 0
            case "at_most": amount.atMost = count
            default:
                throw RequestDecodingError(
                    .wrongType, at: key.offset, field: field, problem: "`\(field)` has no key \(quoted(key.name))",
                    remedy: "its keys are at_least and at_most")
            }
        }
        guard amount.atLeast >= 0, amount.atMost ?? 0 >= 0, amount.atMost ?? .max >= amount.atLeast,
            max(amount.atLeast, amount.atMost ?? 0) <= 1_000_000_000_000
        else {
            throw RequestDecodingError(
                .wrongType, at: start, field: field, problem: "`\(field)` has bounds that nothing fits",
                remedy: "give 0 or more, at_most not below at_least")
        }
        return amount
    }

    // MARK: Lists

    private static func texts(
        _ key: (name: String, offset: Int), field: String, in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> [String] {
        var texts: [String] = []
        try elements(key, field: field, limit: listLimit, in: json, with: &cursor) {
            cursor throws(RequestDecodingError) in
            texts.append(try cursor.string(in: json, field: "\(field)[\(texts.count)]"))
        }
        return texts
    }

    private static func numbers(
        _ key: (name: String, offset: Int), in json: Span<UInt8>, with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> [Double] {
        var numbers: [Double] = []
        try elements(key, field: key.name, limit: tokenLimit, in: json, with: &cursor) {
            cursor throws(RequestDecodingError) in
            // Some providers give no probability to a first token.
            if let number = try cursor.numberOrNull(in: json, field: key.name) { numbers.append(number) }
        }
        return numbers
    }

    private static func elements(
        _ key: (name: String, offset: Int), field: String, limit: Int, in json: Span<UInt8>,
        with cursor: inout JSONCursor,
        _ read: (inout JSONCursor) throws(RequestDecodingError) -> Void
    ) throws(RequestDecodingError) {
        let kind = try cursor.kind(in: json)
        guard kind != .null else {
            _ = try cursor.literal(in: json)
            return
        }
        guard kind == .array else { throw cursor.wrongType(kind, field: field, expected: "an array") }
        try cursor.open(in: json)
        var count = 0
        while try cursor.nextElement(in: json) {
            count += 1
            guard count <= limit else {
                throw RequestDecodingError(
                    .wrongType, at: key.offset, field: field, problem: "`\(field)` has more than \(limit) elements",
                    remedy: "send fewer")
            }
            try read(&cursor)
        }
    }
}
