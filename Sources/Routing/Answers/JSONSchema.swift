/// A JSON Schema (draft 2020-12), in the subset that docs/cascade.md lists.
///
/// Whatever is not in the subset is refused when the schema is read, so that nothing in it goes unchecked. Checking a
/// value takes at most ``workLimit`` steps, whatever schema and value are.
struct JSONSchema: Sendable {
    /// Steps that checking a value may take: one for each part of the schema tried at each part of the value, and for
    /// texts that patterns are searched in one for each ``patternStep`` of bytes times instructions.
    static let workLimit = 1_000_000
    /// Bytes times instructions of a pattern that count as one step.
    static let patternStep = 40
    /// Parts of a schema.
    static let partLimit = 2000
    /// Patterns of a schema, each of which costs memory.
    static let patternLimit = 50
    /// Instructions that one of its patterns may compile to; each may be tried at each byte of a text.
    static let patternSize = 2000

    /// The kinds of value that `type` names.
    struct Kinds: OptionSet, Sendable {
        let rawValue: UInt8
        static let null = Kinds(rawValue: 1)
        static let boolean = Kinds(rawValue: 2)
        static let number = Kinds(rawValue: 4)
        static let integer = Kinds(rawValue: 8)
        static let string = Kinds(rawValue: 16)
        static let array = Kinds(rawValue: 32)
        static let object = Kinds(rawValue: 64)

        /// Names as `type` has them.
        static let names: [(name: String, kind: Kinds)] = [
            ("null", .null), ("boolean", .boolean), ("number", .number), ("integer", .integer), ("string", .string),
            ("array", .array), ("object", .object),
        ]
    }

    /// A bound on a number, and whether the number may be equal to it.
    struct Bound: Sendable {
        var value: Double
        var isExclusive: Bool
    }

    /// One schema; those inside it are named by their places among the parts.
    struct Part: Sendable {
        var kinds: Kinds?
        var allowed: [JSONValue]?
        var minimum: [Bound] = []
        var maximum: [Bound] = []
        var multipleOf: Double?
        var lengths: ClosedRange<Int>?
        var pattern: Int?
        var itemCounts: ClosedRange<Int>?
        var prefixItems: [Int] = []
        var items: Int?
        var isUnique = false
        var propertyCounts: ClosedRange<Int>?
        var properties: [String: Int] = [:]
        var required: [String] = []
        var additionalProperties: Int?
        var allOf: [Int] = []
        var anyOf: [Int] = []
        var oneOf: [Int] = []
        var not: Int?
        var reference: Int?
        /// `false` as a schema, which nothing fits.
        var refusesAll = false
    }

    /// Why a text is not a schema that can be checked: where, as a JSON Pointer, and what to do.
    struct Failure: Error {
        var pointer: String
        var message: String
        /// One sentence.
        var description: String { (pointer.isEmpty ? "the schema" : "the schema's " + pointer) + " " + message }
    }

    var parts: [Part] = []
    var patterns: [(text: String, set: PatternSet, size: Int)] = []

    /// Reads a schema that is written in JSON.
    init(reading text: String) throws(Failure) {
        let value: JSONValue
        do {
            value = try JSONValue(reading: text)
        } catch {
            throw Failure(pointer: "", message: "is not JSON: \(error.reason)")
        }
        var reader = JSONSchemaReader()
        try reader.read(value)
        (parts, patterns) = (reader.parts, reader.patterns)
    }
}
