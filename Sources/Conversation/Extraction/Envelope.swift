/// A JSON object that holds a request beside metadata, as gateways of chat services send it.
///
/// Only the outermost keys count, the object must be the whole text, and a text that is not JSON is none.
enum Envelope {
    /// Keys looked at.
    private static let keyLimit = 64

    /// Whether a text begins and ends as an object with keys does.
    static func isLikely(_ text: Span<UInt8>) -> Bool {
        let start = TextLines.firstInk(in: text, 0..<text.count)
        guard start < text.count, text[start] == 0x7B else { return false }
        let key = TextLines.firstInk(in: text, start + 1..<text.count)
        guard key < text.count, text[key] == 0x22 else { return false }
        var end = text.count
        while text[end - 1].isBlank || text[end - 1] == 0x0A { end -= 1 }
        return text[end - 1] == 0x7D
    }

    /// The request inside, and the rule that knew its key; nil where the text is something else.
    static func request(in text: Span<UInt8>, tables: RuleTables) -> (text: String, rule: Int)? {
        guard !tables.envelopes.isEmpty else { return nil }
        var index = TextLines.firstInk(in: text, 0..<text.count)
        guard index < text.count, text[index] == 0x7B else { return nil }
        index += 1
        var strings: [(key: [UInt8], body: Range<Int>)] = []
        var keys: Set<[UInt8]> = []
        while keys.count < keyLimit {
            index = TextLines.firstInk(in: text, index..<text.count)
            guard index < text.count, text[index] == 0x22, let keyEnd = stringEnd(in: text, from: index) else {
                return nil
            }
            let key = (index + 1..<keyEnd).map { text[$0].folded }
            keys.insert(key)
            index = TextLines.firstInk(in: text, keyEnd + 1..<text.count)
            guard index < text.count, text[index] == 0x3A else { return nil }
            index = TextLines.firstInk(in: text, index + 1..<text.count)
            guard index < text.count, let end = valueEnd(in: text, from: index) else { return nil }
            if text[index] == 0x22 { strings.append((key, index + 1..<end - 1)) }
            index = TextLines.firstInk(in: text, end..<text.count)
            guard index < text.count else { return nil }
            if text[index] == 0x2C {
                index += 1
                continue
            }
            guard text[index] == 0x7D, TextLines.isBlank(text, index + 1..<text.count) else { return nil }
            return choose(strings, keys, in: text, tables)
        }
        return nil
    }

    private static func choose(
        _ strings: [(key: [UInt8], body: Range<Int>)], _ keys: Set<[UInt8]>, in text: Span<UInt8>, _ tables: RuleTables
    ) -> (text: String, rule: Int)? {
        for index in tables.envelopes {
            let rule = tables.rules[index]
            guard rule.beside.contains(where: { keys.contains($0.utf8.map(\.folded)) }) else { continue }
            for pattern in rule.patterns {
                let key = pattern.utf8.map(\.folded)
                guard let body = strings.first(where: { $0.key == key })?.body, !TextLines.isBlank(text, body) else {
                    continue
                }
                return (unescaped(text, body), index)
            }
        }
        return nil
    }

    /// The closing quote of the string that opens at `quote`.
    private static func stringEnd(in text: Span<UInt8>, from quote: Int) -> Int? {
        var index = quote + 1
        while index < text.count {
            if text[index] == 0x22 { return index }
            index += text[index] == 0x5C ? 2 : 1
        }
        return nil
    }

    /// The end of the value that begins at `start`: brackets are counted, not matched by kind.
    private static func valueEnd(in text: Span<UInt8>, from start: Int) -> Int? {
        if text[start] == 0x22 { return stringEnd(in: text, from: start).map { $0 + 1 } }
        var depth = 0
        var index = start
        while index < text.count {
            switch text[index] {
            case 0x22:
                guard let end = stringEnd(in: text, from: index) else { return nil }
                index = end
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                if depth == 0 { return index > start ? index : nil }
                depth -= 1
            case 0x2C: if depth == 0 { return index > start ? index : nil }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func unescaped(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        var units: [UInt8] = []
        units.reserveCapacity(range.count)
        var index = range.lowerBound
        var high: UInt32?
        func append(_ scalar: UInt32) {
            units.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
        }
        while index < range.upperBound {
            let byte = text[index]
            guard byte == 0x5C, index + 1 < range.upperBound else {
                units.append(byte)
                index += 1
                continue
            }
            let escape = text[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "b"), UInt8(ascii: "f"): units.append(0x20)
            case UInt8(ascii: "u"):
                guard index + 4 <= range.upperBound else { return String(decoding: units, as: UTF8.self) }
                let digits = (index..<index + 4).map { Character(Unicode.Scalar(text[$0])) }
                let value = UInt32(String(digits), radix: 16) ?? 0xFFFD
                index += 4
                if value >> 10 == 0x36 {
                    high = value
                    continue
                }
                if let first = high, value >> 10 == 0x37 {
                    append(0x10000 + (first & 0x3FF) << 10 + value & 0x3FF)
                } else {
                    append(value)
                }
                high = nil
            default: units.append(escape)
            }
        }
        return String(decoding: units, as: UTF8.self)
    }
}
