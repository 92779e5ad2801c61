/// A pattern of a rule: bytes to be met, digits, and short stretches of anything.
///
/// ASCII letters are of either case. Matching looks at a bounded number of bytes, whatever the text.
struct LinePattern: Sendable {
    enum Element: Sendable {
        case literal([UInt8])
        /// One to six digits.
        case digits
        /// Up to 80 bytes of the line, up to what follows; the shortest stretch wins.
        case anything
    }

    static let longestStretch = 80
    let elements: [Element]
    /// Length of the literal parts: the more, the more certain.
    let weight: Int
    /// First byte of what is looked for, folded.
    let first: UInt8

    /// nil where there is nothing to look for, or where the pattern does not begin with something definite.
    init?(_ pattern: String) {
        var elements: [Element] = []
        var literal: [UInt8] = []
        let bytes = Array(pattern.utf8)
        func isPlaceholder(_ index: Int, _ letter: UInt8) -> Bool {
            index + 2 < bytes.count && bytes[index] == 0x7B && bytes[index + 1] == letter && bytes[index + 2] == 0x7D
        }
        var index = 0
        while index < bytes.count {
            let isDigits = isPlaceholder(index, UInt8(ascii: "n"))
            if isDigits || isPlaceholder(index, UInt8(ascii: "w")) {
                if !literal.isEmpty { elements.append(.literal(literal)) }
                literal = []
                elements.append(isDigits ? .digits : .anything)
                index += 3
            } else {
                literal.append(bytes[index].folded)
                index += 1
            }
        }
        if !literal.isEmpty { elements.append(.literal(literal)) }
        guard case .literal(let start) = elements.first, let first = start.first else { return nil }
        self.elements = elements
        self.first = first
        weight = elements.reduce(0) { sum, element in
            if case .literal(let bytes) = element { return sum + bytes.count }
            return sum
        }
    }

    /// What may follow the first byte, folded; nil for anything.
    var second: [UInt8]? {
        if case .literal(let bytes) = elements[0], bytes.count > 1 { return [bytes[1]] }
        guard elements.count > 1, case .digits = elements[1] else { return nil }
        return Array(0x30...0x39)
    }

    /// What a text has to begin with, as far as eight bytes go.
    var head: PatternHead {
        guard case .literal(let bytes) = elements[0] else { return PatternHead() }
        return PatternHead(bytes)
    }

    /// Where the pattern ends, if it begins at `start`.
    func end(in text: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        var mayStretch = false
        for element in elements {
            switch element {
            case .literal(let bytes):
                if mayStretch {
                    guard let found = Self.find(bytes, in: text, from: index) else { return nil }
                    index = found
                    mayStretch = false
                } else {
                    guard Self.matches(bytes, in: text, at: index) else { return nil }
                    index += bytes.count
                }
            case .digits:
                let limit = min(index + 6, text.count)
                let before = index
                while index < limit, text[index] &- 0x30 < 10 { index += 1 }
                if index == before { return nil }
            case .anything: mayStretch = true
            }
        }
        return index
    }

    private static func matches(_ bytes: [UInt8], in text: Span<UInt8>, at start: Int) -> Bool {
        guard start + bytes.count <= text.count else { return false }
        for index in bytes.indices where text[start + index].folded != bytes[index] { return false }
        return true
    }

    private static func find(_ bytes: [UInt8], in text: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        let limit = min(start + longestStretch, text.count)
        while index < limit {
            if matches(bytes, in: text, at: index) { return index + bytes.count }
            if text[index] == 0x0A { return nil }
            index += 1
        }
        return nil
    }
}

extension UInt8 {
    /// ASCII capitals as small letters.
    @inline(__always)
    var folded: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// Space, tab or carriage return.
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D }

    /// ASCII letter or digit, or part of a longer scalar.
    @inline(__always)
    var isWordByte: Bool { self >= 0x80 || (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 || self == 0x5F }
}
