/// Values that callers may leave out or give as null, which callers' programs treat alike.
extension JSONCursor {
    /// Reads the string that comes next; nil for null.
    package mutating func stringOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> String? {
        switch try kind(in: json) {
        case .string: return try string(in: json)
        case .null:
            _ = try literal(in: json)
            return nil
        case let other: throw wrongType(other, field: field, expected: "a string")
        }
    }

    /// Reads the truth value that comes next; nil for null.
    package mutating func flagOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> Bool? {
        switch try kind(in: json) {
        case .boolean: return try literal(in: json) == "true"
        case .null:
            _ = try literal(in: json)
            return nil
        case let other: throw wrongType(other, field: field, expected: "true or false")
        }
    }

    /// Reads the whole number that comes next, which may be written `2.0` or `2e0` as other languages do; nil for null.
    package mutating func integerOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> Int? {
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

    /// Reads the number that comes next; nil for null.
    package mutating func numberOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> Double? {
        switch try kind(in: json) {
        case .number:
            let offset = position
            guard let value = Double(try number(in: json)), value.isFinite else {
                throw RequestDecodingError(
                    .wrongType, at: offset, field: field, problem: "\(quoted(field)) is too large for a number",
                    remedy: "correct it")
            }
            return value
        case .null:
            _ = try literal(in: json)
            return nil
        case let other: throw wrongType(other, field: field, expected: "a number")
        }
    }

    /// Reads an object whose values are texts, numbers or truth values, each as its text; null values are left out.
    package mutating func textsOrNull(
        in json: Span<UInt8>, field: String, limit: Int = 64
    ) throws(RequestDecodingError) -> [String: String] {
        guard try openObjectOrNull(in: json, field: field) else { return [:] }
        var texts: [String: String] = [:]
        var seen = SeenKeys()
        while let key = try nextKey(in: json) {
            try seen.insert(key)
            guard seen.count <= limit else {
                throw RequestDecodingError(
                    .wrongType, at: key.offset, field: field,
                    problem: "\(quoted(field)) has more than \(limit) members",
                    remedy: "leave out those that nothing looks at")
            }
            switch try kind(in: json) {
            case .string: texts[key.name] = try string(in: json)
            case .number: texts[key.name] = try number(in: json)
            case .boolean: texts[key.name] = try literal(in: json)
            case .null: _ = try literal(in: json)
            case let other:
                throw wrongType(other, field: "\(field).\(key.name)", expected: "a string, a number or a boolean")
            }
        }
        return texts
    }

    /// Steps into the object that comes next; false for null, which is read over.
    package mutating func openObjectOrNull(in json: Span<UInt8>, field: String) throws(RequestDecodingError) -> Bool {
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
package struct SeenKeys {
    private var names: [String] = []

    package init() {}

    /// How many were met.
    package var count: Int { names.count }

    /// Notes `key`; an error where it stands in its object for the second time.
    package mutating func insert(_ key: (name: String, offset: Int)) throws(RequestDecodingError) {
        // Objects of requests have a handful of known keys, and only those come here.
        guard !names.contains(key.name) else { throw .duplicate(key) }
        names.append(key.name)
    }
}
