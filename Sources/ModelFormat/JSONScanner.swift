/// Reads the few JSON tokens that a header is made of (RFC 8259), strictly, from valid UTF-8.
struct JSONScanner {
    private let bytes: [UInt8]
    private let offset: Int
    private var position = 0

    /// A scanner over `bytes`, which begin at `offset` in the file (for messages).
    init(bytes: [UInt8], offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    /// Takes `character`, or says what stands there instead.
    mutating func expect(_ character: Unicode.Scalar, in place: String) throws(Violation) {
        guard next() == UInt8(ascii: character) else { throw unexpected("\"\(character)\"", in: place) }
        position += 1
    }

    /// Takes `character` if it comes next.
    mutating func closes(_ character: Unicode.Scalar) -> Bool {
        guard next() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Takes a comma (true: another element must follow) or `end` (false).
    mutating func continues(until end: Unicode.Scalar, in place: String) throws(Violation) -> Bool {
        switch next() {
        case UInt8(ascii: ","):
            position += 1
            return true
        case UInt8(ascii: end):
            position += 1
            return false
        default:
            throw unexpected("\",\" or \"\(end)\"", in: place)
        }
    }

    /// Takes the padding up to the end.
    mutating func expectEnd() throws(Violation) {
        guard next() == nil else {
            throw Violation(
                "its header has something other than padding after it, at byte \(offset + position)")
        }
    }

    /// Takes an array of integers from 0 to 2^63 − 1, written as digits alone.
    mutating func integers(in place: String) throws(Violation) -> [Int] {
        var result: [Int] = []
        try expect("[", in: place)
        if closes("]") { return result }
        repeat { result.append(try integer(in: place)) } while try continues(until: "]", in: place)
        return result
    }

    private mutating func integer(in place: String) throws(Violation) -> Int {
        guard let first = next(), isDigit(first) else { throw unexpected("a whole number", in: place) }
        var value = 0
        let start = position
        while position < bytes.count, isDigit(bytes[position]) {
            let (tenfold, overflow1) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = tenfold.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
            if overflow1 || overflow2 { throw Violation("\(place) holds a number of 2^63 or more") }
            value = sum
            position += 1
        }
        if first == UInt8(ascii: "0"), position - start > 1 {
            throw Violation("\(place) holds a number with a leading zero")
        }
        if position < bytes.count,
            [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[position])
        {
            throw Violation("\(place) holds a number with a fraction or an exponent")
        }
        return value
    }

    /// Takes a string, resolved, or the text of any other value as it stands; what is inside objects and arrays is
    /// passed over, not checked.
    mutating func value(in place: String) throws(Violation) -> (text: String, isString: Bool) {
        guard let first = next() else { throw unexpected("a value", in: place) }
        if first == UInt8(ascii: "\"") { return (try string(in: place), true) }
        let start = position
        var depth = 0
        scan: while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                _ = try string(in: place)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { break scan }
                depth -= 1
                if depth == 0 {
                    position += 1
                    break scan
                }
            case UInt8(ascii: ","):
                if depth == 0 { break scan }
            default: break
            }
            position += 1
        }
        guard depth == 0, position > start else { throw unexpected("a value", in: place) }
        return (String(decoding: bytes[start..<position], as: UTF8.self), false)
    }

    /// Takes a string and resolves its escapes.
    mutating func string(in place: String) throws(Violation) -> String {
        try expectQuote(in: place)
        var content: [UInt8] = []
        var copied = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                content += bytes[copied..<position]
                position += 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                content += bytes[copied..<position]
                position += 1
                content.append(
                    contentsOf: UTF8.encode(try escape(in: place)) ?? UTF8.encodedReplacementCharacter)
                copied = position
            case 0..<0x20:
                throw Violation("\(place) holds an unescaped control character")
            default:
                position += 1
            }
        }
        throw Violation("\(place) holds a string that does not end within the header")
    }

    private mutating func expectQuote(in place: String) throws(Violation) {
        guard next() == UInt8(ascii: "\"") else { throw unexpected("a string", in: place) }
        position += 1
    }

    private mutating func escape(in place: String) throws(Violation) -> Unicode.Scalar {
        guard position < bytes.count else {
            throw Violation("\(place) holds a string that does not end within the header")
        }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(in: place)
        default: throw Violation("\(place) holds an unknown escape in a string")
        }
    }

    private mutating func unicodeEscape(in place: String) throws(Violation) -> Unicode.Scalar {
        let high = try fourHexDigits(in: place)
        if let scalar = Unicode.Scalar(high) { return scalar }
        if high < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let low = try fourHexDigits(in: place)
            if (0xDC00..<0xE000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        throw Violation("\(place) holds half of a surrogate pair")
    }

    private mutating func fourHexDigits(in place: String) throws(Violation) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = hexadecimalValue(bytes[position]) else {
                throw Violation("\(place) holds an unknown escape in a string")
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    /// The next byte that is not white space, still to be taken; nil at the end.
    private mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private func unexpected(_ wanted: String, in place: String) -> Violation {
        if position >= bytes.count {
            return Violation("its header ends where \(place) needs \(wanted)")
        }
        return Violation("\(place) needs \(wanted) at byte \(offset + position) of the file")
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func hexadecimalValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
