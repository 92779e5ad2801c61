import Logging

/// A log line for people: `2026-01-31T23:59:59.999Z warning tasktype: message key=value key="several words"`.
enum TextLogLine {
    static func bytes(of record: LogRecord) -> [UInt8] {
        var text = "\(record.time.text) \(record.level.rawValue) \(escaped(record.logger)): \(escaped(record.message))"
        for (key, value) in record.metadata.sorted(by: { $0.key < $1.key }) {
            text += " \(word(key))=\(word(value.description))"
        }
        text += "\n"
        return Array(text.utf8)
    }

    /// A value that cannot be taken for the next key: in quotation marks unless it is one plain word.
    private static func word(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" }
        return isPlain ? escaped(value) : "\"\(escaped(value, quotes: true))\""
    }

    private static func escaped(_ text: String, quotes: Bool = false) -> String {
        let scalars = text.unicodeScalars
        guard scalars.contains(where: { LogText.isInvisible($0) || $0 == "\\" || quotes && $0 == "\"" }) else {
            return text
        }
        var result = ""
        for scalar in scalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\"" where quotes: result += "\\\""
            case _ where LogText.isInvisible(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
