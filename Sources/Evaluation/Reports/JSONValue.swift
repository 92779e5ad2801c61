/// A JSON value that keeps the order of its keys.
///
/// Foundation's encoder sorts keys and puts every number of a matrix on a line of its own; reports are meant to
/// be read and compared as well.
package indirect enum JSONValue {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    /// A number, or null where it cannot be computed or is not finite.
    package static func figure(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }

    package static func integer(_ value: Int) -> JSONValue { .number(Double(value)) }

    /// `[low, high]`, or null without an interval.
    package static func interval(_ interval: Interval?) -> JSONValue {
        guard let interval else { return .null }
        return .array([.figure(interval.low), .figure(interval.high)])
    }

    /// The value as text: containers on one line where that fits 120 columns, else one element a line.
    package var serialized: String {
        var text = ""
        append(to: &text, indent: 0, reserved: 0)
        return text
    }

    /// The value as text on one line.
    package var onOneLine: String { inline(limit: .max) ?? "null" }

    private func append(to text: inout String, indent: Int, reserved: Int) {
        let limit = 120 - indent - reserved
        if let short = inline(limit: limit) {
            text += short
            return
        }
        let margin = String(repeating: " ", count: indent + 2)
        switch self {
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                text += index == 0 ? "\n" + margin : ",\n" + margin
                element.append(to: &text, indent: indent + 2, reserved: 1)
            }
            text += "\n" + String(repeating: " ", count: indent) + "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                let key = Self.escaped(member.key) + ": "
                text += (index == 0 ? "\n" : ",\n") + margin + key
                member.value.append(to: &text, indent: indent + 2, reserved: key.utf8.count + 1)
            }
            text += "\n" + String(repeating: " ", count: indent) + "}"
        case .null, .bool, .number, .string:
            text += scalar
        }
    }

    /// The value on one line, or nil as soon as that takes more than `limit` bytes.
    private func inline(limit: Int) -> String? {
        var text = ""
        switch self {
        case .array(let elements):
            text = "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += ", " }
                guard let part = element.inline(limit: limit - text.utf8.count) else { return nil }
                text += part
            }
            text += "]"
        case .object(let members):
            text = "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += ", " }
                text += Self.escaped(member.key) + ": "
                guard let part = member.value.inline(limit: limit - text.utf8.count) else { return nil }
                text += part
            }
            text += "}"
        case .null, .bool, .number, .string:
            text = scalar
        }
        return text.utf8.count <= limit ? text : nil
    }

    private var scalar: String {
        switch self {
        case .bool(let value): return value ? "true" : "false"
        case .number(let value): return Self.number(value)
        case .string(let value): return Self.escaped(value)
        case .null, .array, .object: return "null"
        }
    }

    /// The shortest digits that read back as the same number; whole numbers without a fraction.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if abs(value) < 9_007_199_254_740_992, value == value.rounded(.towardZero) {
            return String(Int(value))
        }
        return value.description
    }

    private static func escaped(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
