import Conversation
import JSONCoding

extension JSONCursor {
    /// Reads the state of a System One call, which may be nearly anything; nil for null.
    ///
    /// - A string is the request, unless LiteLLM composed it (``LiteLLMState``).
    /// - An object with `messages`, or an array of chat messages, is a conversation; an object with `text`, that text.
    /// - An array of strings is those strings, a line break between them.
    /// - Any other object or array is its own JSON text, without white space and with escapes resolved.
    mutating func systemOneState(in json: Span<UInt8>) throws(RequestDecodingError) -> Request? {
        switch try kind(in: json) {
        case .null:
            _ = try literal(in: json)
            return nil
        case .string:
            let text = try string(in: json)
            return LiteLLMState.request(of: text) ?? .text(text)
        case .object, .array: return try structuredState(in: json)
        case let other:
            throw wrongType(other, field: "state", expected: "a string, an object or an array")
        }
    }

    private mutating func structuredState(in json: Span<UInt8>) throws(RequestDecodingError) -> Request {
        // A state that only resembles a request is no error, and one that is not JSON is found below.
        var trial = self
        if let request = try? trial.requestObject(in: json) {
            self = trial
            return request
        }
        trial = self
        if let messages = try? trial.messages(in: json) {
            self = trial
            return .conversation(messages, toolCount: 0)
        }
        trial = self
        if let strings = try? trial.strings(in: json) {
            self = trial
            return .text(strings.joined(separator: "\n"))
        }
        let start = position
        try skip(in: json)
        return .text(try Self.compactText(of: json, from: start, to: position))
    }

    /// Reads an object that may be a request; nil if it is not.
    private mutating func requestObject(in json: Span<UInt8>) throws(RequestDecodingError) -> Request? {
        guard try kind(in: json) == .object else { return nil }
        var fields = ClassifyFields()
        try open(in: json)
        while let key = try nextKey(in: json) {
            if try !fields.read(key, in: json, with: &self) { try skip(in: json) }
        }
        return try fields.request()
    }

    /// Reads an array of strings; nil where it holds anything else.
    private mutating func strings(in json: Span<UInt8>) throws(RequestDecodingError) -> [String]? {
        guard try kind(in: json) == .array else { return nil }
        var strings: [String] = []
        try open(in: json)
        while try nextElement(in: json) {
            guard try kind(in: json) == .string else { return nil }
            strings.append(try string(in: json))
        }
        return strings
    }

    /// The JSON from `start` to `end`, known to be well formed, without white space between its tokens.
    ///
    /// Escapes are resolved: clients that write `é` as `\u00e9` mean the letter.
    private static func compactText(
        of json: Span<UInt8>, from start: Int, to end: Int
    ) throws(RequestDecodingError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end - start)
        var writer = JSONWriter()
        var index = start
        while index < end {
            switch json[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            case UInt8(ascii: "\""):
                let body = try JSONStringBody(after: index, in: json)
                writer.removeAll()
                writer.value(try body.text(in: json, invalidUnicode: .reject))
                bytes += writer.bytes
                index = body.end + 1
            case let byte:
                bytes.append(byte)
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
