/// The six kinds of JSON value.
package enum JSONKind: String {
    case string = "a string"
    case number = "a number"
    case boolean = "a boolean"
    case null = "null"
    case array = "an array"
    case object = "an object"
}

/// Reads JSON (RFC 8259) from left to right, making only what it is asked for.
///
/// A cursor is a place in bytes that each call is given again. It refuses all that the grammar does, never recurses,
/// and never opens more than ``maximumDepth`` arrays and objects, so that no input can exhaust the stack.
package struct JSONCursor {
    /// As deep as Foundation's decoder goes; a chat request needs about 20, for the schemas of its tools.
    package static let maximumDepth = 512

    /// Next byte to read.
    package private(set) var position = 0
    private let invalidUnicode: InvalidUnicodePolicy
    private var depth = 0
    /// Whether the innermost container was opened and nothing was asked of it yet.
    private var isFresh = false

    package init(invalidUnicode: InvalidUnicodePolicy) { self.invalidUnicode = invalidUnicode }

    // MARK: Values

    /// The kind of the value that comes next; moves to its first byte.
    package mutating func kind(in json: Span<UInt8>) throws(RequestDecodingError) -> JSONKind {
        switch skipWhitespace(json) {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "t") where hasPrefix("true", in: json): return .boolean
        case UInt8(ascii: "f") where hasPrefix("false", in: json): return .boolean
        case UInt8(ascii: "n") where hasPrefix("null", in: json): return .null
        case UInt8(ascii: "-"): return .number
        case let digit? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit): return .number
        case nil: throw malformed("the JSON ends where a value should be")
        case let byte?: throw malformed("a value should be here, not \(name(byte))")
        }
    }

    /// Reads a string.
    package mutating func string(in json: Span<UInt8>) throws(RequestDecodingError) -> String {
        try stringBody(json).text(in: json, invalidUnicode: invalidUnicode)
    }

    /// Reads `true`, `false` or `null` and returns it as written.
    package mutating func literal(in json: Span<UInt8>) throws(RequestDecodingError) -> String {
        for literal in ["true", "false", "null"] where hasPrefix(literal, in: json) {
            position += literal.utf8.count
            return literal
        }
        throw malformed("a value should be here")
    }

    /// Reads a number and returns it as written.
    package mutating func number(in json: Span<UInt8>) throws(RequestDecodingError) -> String {
        let start = position
        if byte(json) == UInt8(ascii: "-") { position += 1 }
        if byte(json) == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits(json)
        }
        if byte(json) == UInt8(ascii: ".") {
            position += 1
            try digits(json)
        }
        if byte(json) == UInt8(ascii: "e") || byte(json) == UInt8(ascii: "E") {
            position += 1
            if byte(json) == UInt8(ascii: "+") || byte(json) == UInt8(ascii: "-") { position += 1 }
            try digits(json)
        }
        return json.extracting(start..<position).withUnsafeBufferPointer {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Reads over the value that comes next, whatever it is; O(its bytes).
    package mutating func skip(in json: Span<UInt8>) throws(RequestDecodingError) {
        var containers: [JSONKind] = []
        repeat {
            // Inside containers, move to the next member first; an end pops one.
            if let innermost = containers.last {
                guard try skipToMember(of: innermost, in: json) else {
                    containers.removeLast()
                    continue
                }
            }
            switch try kind(in: json) {
            case .string: try stringBody(json).validate(in: json, invalidUnicode: invalidUnicode)
            case .number: _ = try number(in: json)
            case .boolean, .null: _ = try literal(in: json)
            case .array:
                try open(in: json)
                containers.append(.array)
            case .object:
                try open(in: json)
                containers.append(.object)
            }
        } while !containers.isEmpty
    }

    private mutating func skipToMember(
        of container: JSONKind, in json: Span<UInt8>
    ) throws(RequestDecodingError) -> Bool {
        guard container == .object else { return try nextElement(in: json) }
        guard let key = try nextKeyBody(in: json) else { return false }
        try key.validate(in: json, invalidUnicode: invalidUnicode)
        return true
    }

    /// Requires that nothing but white space is left.
    package mutating func finish(in json: Span<UInt8>) throws(RequestDecodingError) {
        guard let byte = skipWhitespace(json) else { return }
        throw malformed("\(name(byte)) follows the end of the value", "put one value on each line")
    }

    // MARK: Containers

    /// Steps into the array or object that comes next; ``kind(in:)`` must have said that there is one.
    package mutating func open(in json: Span<UInt8>) throws(RequestDecodingError) {
        guard depth < Self.maximumDepth else {
            throw malformed("the JSON is nested more than \(Self.maximumDepth) deep", "flatten it")
        }
        position += 1
        depth += 1
        isFresh = true
    }

    /// Moves to the next value of the open array; false, and out of it, at its end.
    package mutating func nextElement(in json: Span<UInt8>) throws(RequestDecodingError) -> Bool {
        let isFirst = isFresh
        isFresh = false
        guard let byte = skipWhitespace(json) else {
            throw malformed("the array is never closed", "close it with `]`")
        }
        if byte == UInt8(ascii: "]") {
            close()
            return false
        }
        guard !isFirst else { return true }
        guard byte == UInt8(ascii: ",") else {
            throw malformed("a comma or `]` should be here, not \(name(byte))")
        }
        position += 1
        return true
    }

    /// Moves to the next value of the open object and returns its key; `nil`, and out of it, at its end.
    package mutating func nextKey(
        in json: Span<UInt8>
    ) throws(RequestDecodingError) -> (name: String, offset: Int)? {
        guard let body = try nextKeyBody(in: json) else { return nil }
        return (try body.text(in: json, invalidUnicode: invalidUnicode), body.start - 1)
    }

    private mutating func nextKeyBody(in json: Span<UInt8>) throws(RequestDecodingError) -> JSONStringBody? {
        let isFirst = isFresh
        isFresh = false
        guard var byte = skipWhitespace(json) else {
            throw malformed("the object is never closed", "close it with `}`")
        }
        if byte == UInt8(ascii: "}") {
            close()
            return nil
        }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else {
                throw malformed("a comma or `}` should be here, not \(name(byte))")
            }
            position += 1
            guard let next = skipWhitespace(json) else {
                throw malformed("the object is never closed", "close it with `}`")
            }
            byte = next
        }
        guard byte == UInt8(ascii: "\"") else {
            throw malformed("a key in double quotes should be here, not \(name(byte))")
        }
        let body = try stringBody(json)
        guard skipWhitespace(json) == UInt8(ascii: ":") else {
            throw malformed("a colon should follow the key")
        }
        position += 1
        return body
    }

    private mutating func close() {
        position += 1
        depth -= 1
    }

    // MARK: Bytes

    private func byte(_ json: Span<UInt8>) -> UInt8? { position < json.count ? json[position] : nil }

    private mutating func skipWhitespace(_ json: Span<UInt8>) -> UInt8? {
        while position < json.count {
            switch json[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private mutating func digits(_ json: Span<UInt8>) throws(RequestDecodingError) {
        let start = position
        while let byte = byte(json), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw malformed("a digit should be here") }
    }

    private mutating func stringBody(_ json: Span<UInt8>) throws(RequestDecodingError) -> JSONStringBody {
        let body = try JSONStringBody(after: position, in: json)
        position = body.end + 1
        return body
    }

    private func hasPrefix(_ literal: String, in json: Span<UInt8>) -> Bool {
        guard json.count - position >= literal.utf8.count else { return false }
        return zip(literal.utf8, position...).allSatisfy { $0 == json[$1] }
    }

    /// How a message names a byte that should not be there.
    private func name(_ byte: UInt8) -> String {
        (0x21..<0x7F).contains(byte)
            ? "`\(Unicode.Scalar(byte))`" : "the byte 0x\(String(byte, radix: 16, uppercase: true))"
    }

    private func malformed(_ problem: String, _ remedy: String = "correct the JSON") -> RequestDecodingError {
        RequestDecodingError(.malformedJSON, at: position, problem: problem, remedy: remedy)
    }
}
