import Conversation
import JSONCoding

/// Values that callers may leave out or give as null, which these protocols treat alike.
extension JSONCursor {
    /// Reads the string that comes next; nil for null.
    mutating func stringOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> String? {
        switch try kind(in: json) {
        case .string: return try string(in: json)
        case .null:
            _ = try literal(in: json)
            return nil
        case let other: throw wrongType(other, field: field, expected: "a string")
        }
    }

    /// Reads the truth value that comes next; nil for null.
    mutating func flagOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> Bool? {
        switch try kind(in: json) {
        case .boolean: return try literal(in: json) == "true"
        case .null:
            _ = try literal(in: json)
            return nil
        case let other: throw wrongType(other, field: field, expected: "true or false")
        }
    }

    /// Reads the whole number that comes next, which may be written `2.0` or `2e0` as other languages do; nil for null.
    mutating func integerOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> Int? {
        switch try kind(in: json) {
        case .number:
            let offset = position
            let text = try number(in: json)
            if let value = Int(text) { return value }
            guard let value = Double(text).flatMap({ Int(exactly: $0) }) else {
                throw RequestDecodingError(
                    .wrongType, at: offset, field: field,
                    problem: "\(quoted(field)) must be a whole number of at most 18 digits",
                    remedy: "write it without a fraction")
            }
            return value
        case .null:
            _ = try literal(in: json)
            return nil
        case let other: throw wrongType(other, field: field, expected: "a whole number")
        }
    }

    /// Steps into the object that comes next; false for null, which is read over.
    mutating func openObjectOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> Bool {
        switch try kind(in: json) {
        case .object:
            try open(in: json)
            return true
        case .null:
            _ = try literal(in: json)
            return false
        case let other: throw wrongType(other, field: field, expected: "an object")
        }
    }
}

/// The known keys of one object that were met so far.
struct SeenKeys {
    private var names: [String] = []

    /// Notes `key`; an error where it stands in its object for the second time.
    mutating func insert(_ key: (name: String, offset: Int)) throws(RequestDecodingError) {
        // Objects of these protocols have a handful of known keys, and only those come here.
        guard !names.contains(key.name) else { throw .duplicate(key) }
        names.append(key.name)
    }
}

/// The texts of a batch, of which no more are kept than may be classified.
struct BoundedTexts {
    private(set) var texts: [String] = []
    /// All texts that were met, kept or not.
    private(set) var count = 0
    private let limit: Int

    /// A batch that keeps `limit` texts.
    init(limit: Int) { self.limit = limit }

    /// Whether texts were left out.
    var isOverLimit: Bool { count > limit }

    /// The inputs to classify.
    var requests: [Request] { texts.map { .text($0) } }

    /// Reads the string that comes next.
    mutating func read(_ cursor: inout JSONCursor, in json: Span<UInt8>) throws(RequestDecodingError) {
        if count < limit {
            texts.append(try cursor.string(in: json))
        } else {
            try cursor.skip(in: json)
        }
        count += 1
    }

    /// Adds a text; `make` is called only where it is kept.
    mutating func append(_ make: () -> String) {
        if count < limit { texts.append(make()) }
        count += 1
    }

    /// The refusal of a batch that is too large.
    func overLimit(status: Int, field: String) -> WireError {
        WireError(
            status, "batch_too_large", "the batch holds \(count) texts; send at most \(limit) in one call", field: field
        )
    }
}
