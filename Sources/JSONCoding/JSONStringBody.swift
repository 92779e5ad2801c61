/// What stands between the quotes of a JSON string.
package struct JSONStringBody {
    /// First byte after the opening quote.
    package let start: Int
    /// The closing quote.
    package let end: Int
    private let hasEscapes: Bool

    /// Finds the end of the string that opens at `quote`; checks its escapes, not its UTF-8.
    package init(after quote: Int, in json: Span<UInt8>) throws(RequestDecodingError) {
        start = quote + 1
        var index = start
        var hasEscapes = false
        while let special = ByteSearch.firstJSONSpecial(in: json, from: index) {
            switch json[special] {
            case UInt8(ascii: "\""):
                end = special
                self.hasEscapes = hasEscapes
                return
            case UInt8(ascii: "\\"):
                hasEscapes = true
                index = special + (try Self.escapeLength(at: special, in: json))
            default:
                throw RequestDecodingError(
                    .malformedJSON, at: special, problem: "a control character stands in a string",
                    remedy: #"write it as an escape such as \n"#)
            }
        }
        throw RequestDecodingError(
            .malformedJSON, at: quote, problem: "the string opened here is never closed",
            remedy: "close it with a double quote")
    }

    /// Checks that the string is Unicode.
    package func validate(
        in json: Span<UInt8>, invalidUnicode policy: InvalidUnicodePolicy
    ) throws(RequestDecodingError) {
        guard policy == .reject else { return }
        try validateBytes(in: json)
        if hasEscapes { _ = try unescaped(in: json, invalidUnicode: policy) }
    }

    /// The string that is meant; O(n).
    package func text(
        in json: Span<UInt8>, invalidUnicode policy: InvalidUnicodePolicy
    ) throws(RequestDecodingError) -> String {
        guard hasEscapes else {
            do throws(UnicodeText.Invalid) {
                return try UnicodeText.string(json.extracting(start..<end), invalid: policy)
            } catch {
                throw RequestDecodingError(error, at: start)
            }
        }
        if policy == .reject { try validateBytes(in: json) }
        return String(decoding: try unescaped(in: json, invalidUnicode: policy), as: UTF8.self)
    }

    private func validateBytes(in json: Span<UInt8>) throws(RequestDecodingError) {
        do throws(UnicodeText.Invalid) {
            try UnicodeText.validate(json.extracting(start..<end))
        } catch {
            throw RequestDecodingError(error, at: start)
        }
    }

    /// Length of the escape that starts at `index`.
    private static func escapeLength(at index: Int, in json: Span<UInt8>) throws(RequestDecodingError) -> Int {
        guard index + 1 < json.count else { return 1 }
        switch json[index + 1] {
        case UInt8(ascii: "u"):
            for digit in index + 2..<index + 6 {
                guard digit < json.count, hexValue(json[digit]) != nil else {
                    throw RequestDecodingError(
                        .malformedJSON, at: index, problem: #"four hexadecimal digits should follow `\u`"#,
                        remedy: "correct the escape")
                }
            }
            return 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        default:
            throw RequestDecodingError(
                .malformedJSON, at: index, problem: "JSON knows no such escape",
                remedy: #"write a backslash as \\"#)
        }
    }

    private func unescaped(
        in json: Span<UInt8>, invalidUnicode policy: InvalidUnicodePolicy
    ) throws(RequestDecodingError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end - start)
        let body = json.extracting(0..<end)
        var index = start
        while index < end {
            let escape = ByteSearch.firstIndex(of: UInt8(ascii: "\\"), in: body, from: index) ?? end
            json.extracting(index..<escape).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
            index = escape
            guard index < end else { break }
            switch json[index + 1] {
            case UInt8(ascii: "u"):
                let unit = codeUnit(at: index, in: json)
                var scalar = Unicode.Scalar(unit)
                var length = 6
                if (0xD800..<0xDC00).contains(unit), index + 12 <= end, json[index + 6] == UInt8(ascii: "\\"),
                    json[index + 7] == UInt8(ascii: "u")
                {
                    let low = codeUnit(at: index + 6, in: json)
                    if (0xDC00..<0xE000).contains(low) {
                        scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
                        length = 12
                    }
                }
                if scalar == nil && policy == .reject {
                    throw RequestDecodingError(
                        .invalidUTF8, at: index, problem: "half of a surrogate pair stands alone",
                        remedy: "write both halves or neither")
                }
                bytes.append(
                    contentsOf: UTF8.encode(scalar ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
                index += length
            case let letter:
                bytes.append(Self.character(escapedBy: letter))
                index += 2
            }
        }
        return bytes
    }

    private static func character(escapedBy letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// The UTF-16 code unit of the `\uXXXX` at `index`, whose digits were checked when the string was found.
    private func codeUnit(at index: Int, in json: Span<UInt8>) -> UInt32 {
        (index + 2..<index + 6).reduce(0) { $0 << 4 | UInt32(Self.hexValue(json[$1]) ?? 0) }
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
