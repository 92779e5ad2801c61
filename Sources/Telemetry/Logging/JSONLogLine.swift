import JSONCoding
import Logging

/// A log line as a JSON object: `time`, `level`, `logger` and `message`, then metadata as members.
enum JSONLogLine {
    private static let ownKeys: Set<String> = ["time", "level", "logger", "message"]
    /// Metadata nested deeper is written as text, so that no value can exhaust the stack.
    private static let depthLimit = 16

    static func bytes(of record: LogRecord) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("time")
            json.value(record.time.text)
            json.key("level")
            json.value(record.level.rawValue)
            json.key("logger")
            json.value(record.logger)
            json.key("message")
            json.value(record.message)
            for (key, value) in record.metadata.sorted(by: { $0.key < $1.key }) {
                json.key(name(for: key, in: record.metadata))
                write(value, to: &json, depth: 0)
            }
        }
        json.lineBreak()
        return escapingInvisible(json.bytes)
    }

    /// Metadata may not take the place of the members that every line has.
    private static func name(for key: String, in metadata: Logger.Metadata) -> String {
        guard ownKeys.contains(key) else { return key }
        var name = "metadata." + key
        while metadata[name] != nil { name = "metadata." + name }
        return name
    }

    private static func write(_ value: Logger.MetadataValue, to json: inout JSONWriter, depth: Int) {
        switch value {
        case .string(let text): json.value(text)
        case .stringConvertible(let value): write(value, to: &json)
        case .array, .dictionary:
            if depth >= depthLimit {
                json.value("…")
            } else if case .array(let values) = value {
                json.array { json in
                    for value in values { write(value, to: &json, depth: depth + 1) }
                }
            } else if case .dictionary(let members) = value {
                json.object { json in
                    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                        json.key(key)
                        write(value, to: &json, depth: depth + 1)
                    }
                }
            }
        }
    }

    /// Numbers stay numbers, so that logs can be searched for the large ones.
    private static func write(_ value: any CustomStringConvertible, to json: inout JSONWriter) {
        switch value {
        case let number as Int: json.value(number)
        case let number as Double: json.value(number)
        case let number as Float: json.value(number)
        case let flag as Bool: json.value(flag)
        case let number as any FixedWidthInteger:
            if let small = Int(exactly: number) { json.value(small) } else { json.value("\(number)") }
        default: json.value(value.description)
        }
    }

    /// JSON lets characters stand that move a terminal's cursor or reorder its text; in a log they become escapes.
    ///
    /// They are DEL, U+0080 to U+009F, the line separators U+2028 and U+2029, and the direction marks U+202A to U+202E
    /// and U+2066 to U+2069. Outside of strings JSON is ASCII, so that any of them is inside one.
    private static func escapingInvisible(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(where: { $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 }) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if LogText.isInvisible(scalar), scalar != "\n" {
                let digits = String(scalar.value, radix: 16)
                result.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            } else {
                result.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
            }
        }
        return result
    }
}

/// What log lines of both kinds must not let through.
enum LogText {
    /// Whether a scalar would act on the reader's screen or break the line instead of being seen.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
