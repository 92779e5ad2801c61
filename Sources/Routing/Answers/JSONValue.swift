internal import JSONCoding

/// A JSON value that was read whole.
///
/// Numbers are kept as `Double`, as most readers of JSON do; of an object that names a key twice the last one counts.
enum JSONValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Deepest nesting that is read; what checks values goes down as deep.
    static let depthLimit = 64

    /// Why a text is not JSON, as the end of a sentence.
    struct Failure: Error { var reason: String }

    /// Reads a text that is one JSON value, with white space around it or none; O(bytes).
    init(reading text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        var cursor = JSONCursor(invalidUnicode: .repair)
        do {
            let value = try JSONValue.read(&cursor, bytes.span, depth: 0)
            try cursor.finish(in: bytes.span)
            self = value
        } catch let error as RequestDecodingError {
            throw Failure(reason: "at byte \(error.offset), \(error.problem)")
        } catch {
            throw Failure(reason: "it is nested more than \(Self.depthLimit) deep")
        }
    }

    private struct TooDeep: Error {}

    private static func read(_ cursor: inout JSONCursor, _ json: Span<UInt8>, depth: Int) throws -> JSONValue {
        guard depth <= depthLimit else { throw TooDeep() }
        switch try cursor.kind(in: json) {
        case .null:
            _ = try cursor.literal(in: json)
            return .null
        case .boolean: return .boolean(try cursor.literal(in: json) == "true")
        case .number: return .number(Double(try cursor.number(in: json)) ?? 0)
        case .string: return .string(try cursor.string(in: json))
        case .array:
            var elements: [JSONValue] = []
            try cursor.open(in: json)
            while try cursor.nextElement(in: json) {
                elements.append(try read(&cursor, json, depth: depth + 1))
            }
            return .array(elements)
        case .object:
            var members: [String: JSONValue] = [:]
            try cursor.open(in: json)
            while let key = try cursor.nextKey(in: json) {
                let value = try read(&cursor, json, depth: depth + 1)
                members[key.name] = value
            }
            return .object(members)
        }
    }

    /// What it is called in messages.
    var kindName: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
