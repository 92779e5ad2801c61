/// A Unicode scalar of a text, as far as courtesies need to know it.
struct Scalar {
    /// What it does to the words around it.
    enum Kind { case word, blank, lineFeed, comma, stop, opening, colon, dash, quote, other }

    let value: UInt32
    /// Bytes in UTF-8, at least 1 unless the text has ended.
    let length: Int

    init(value: UInt32, length: Int) {
        self.value = value
        self.length = length
    }

    /// The scalar at `index`; ill-formed bytes count as U+FFFD each.
    init(_ text: Span<UInt8>, at index: Int, limit: Int) {
        let first = UInt32(text[index])
        if first < 0x80 {
            self.init(value: first, length: 1)
            return
        }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5, index + length <= limit else {
            self.init(value: 0xFFFD, length: 1)
            return
        }
        var value = first & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
        for offset in 1..<length {
            let byte = UInt32(text[index + offset])
            guard byte & 0xC0 == 0x80 else {
                self.init(value: 0xFFFD, length: 1)
                return
            }
            value = value << 6 | byte & 0x3F
        }
        self.init(value: value, length: length)
    }

    @inline(__always)
    var isInWord: Bool { value < 0x80 ? Self.isASCIIWord(value) : kind == .word }

    /// Whether an ASCII scalar is a letter, a digit, `_` or `@`, by a bit for each.
    @inline(__always)
    static func isASCIIWord(_ value: UInt32) -> Bool {
        let bits: UInt64 = value < 0x40 ? 0x03FF_0000_0000_0000 : 0x07FF_FFFE_87FF_FFFF
        return bits >> UInt64(value & 63) & 1 == 1
    }

    /// Whether it may stand inside a word: an apostrophe or a hyphen.
    var isJoiner: Bool { value == 0x27 || value == 0x2D || value == 0x2019 }

    var kind: Kind {
        if value < 0x80, Self.isASCIIWord(value) { return .word }
        return switch value {
        case 0x20, 0x09, 0x0D, 0xA0, 0x3000, 0x200B...0x200F: .blank
        case 0x0A, 0x2028, 0x2029: .lineFeed
        case 0x2C, 0xFF0C, 0x3001, 0x060C, 0x3B, 0xFF1B, 0x61B: .comma
        case 0x2E, 0x21, 0x3F, 0x3002, 0xFF01, 0xFF1F, 0xFF0E, 0x2026, 0x61F, 0x964: .stop
        case 0xA1, 0xBF: .opening
        case 0x3A, 0xFF1A: .colon
        case 0x2D, 0x2013, 0x2014: .dash
        case 0x22, 0x60, 0xAB, 0xBB, 0x201C, 0x201D, 0x201E, 0x300C, 0x300E, 0x28, 0x5B, 0x7B, 0x3C: .quote
        case 0...0x7F, 0x2010...0x27BF, 0x2900...0x2BFF, 0x3008...0x303F, 0xFE00...0xFE0F, 0xFFFD,
            0x1F000...0x1FAFF, 0xA2...0xA9, 0xAC...0xB4, 0xB6...0xB9, 0xD7, 0xF7:
            .other
        default: .word
        }
    }

    /// Whether it is a small letter of a script that has capitals.
    var isSmallLetter: Bool {
        switch value {
        case 0x61...0x7A, 0xDF...0xF6, 0xF8...0xFF, 0x3AC...0x3CE, 0x430...0x45F: true
        case 0x100...0x17F: value & 1 == 1
        default: false
        }
    }

    /// Capitals of Latin, Greek and Cyrillic as small letters, the typographic apostrophe as the plain one.
    var folded: UInt32 {
        switch value {
        case 0x41...0x5A, 0xC0...0xD6, 0xD8...0xDE, 0x391...0x3A9, 0x410...0x42F: value + 0x20
        case 0x400...0x40F: value + 0x50
        // The dotted capital I of Turkish.
        case 0x130: 0x69
        case 0x100...0x137, 0x14A...0x177: value | 1
        case 0x139...0x148, 0x179...0x17E: value & 1 == 1 ? value + 1 : value
        case 0x2019: 0x27
        default: value
        }
    }
}
