/// Lines and paragraphs of a text.
enum TextLines {
    /// The line feed at or after `index`, or `limit`.
    static func lineEnd(in text: Span<UInt8>, from index: Int, limit: Int) -> Int {
        var index = index
        while index < limit, text[index] != 0x0A { index += 1 }
        return index
    }

    /// The place after the last line feed before `end`, or `floor`; eight bytes are looked at together.
    static func lineStart(in text: Span<UInt8>, before end: Int, floor: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = end
        while index - 8 >= floor {
            let bytes = text.bytes.unsafeLoadUnaligned(fromByteOffset: index - 8, as: UInt64.self)
            let feeds = bytes ^ (ones &* 0x0A)
            if (feeds &- ones) & ~feeds & (ones &* 0x80) != 0 { break }
            index -= 8
        }
        while index > floor, text[index - 1] != 0x0A { index -= 1 }
        return index
    }

    /// The start of the line after the one `index` stands in, or `limit`.
    static func nextLine(in text: Span<UInt8>, after index: Int, limit: Int) -> Int {
        min(limit, lineEnd(in: text, from: index, limit: limit) + 1)
    }

    /// The start of the first blank line at or after the line that `index` stands in, or `limit`.
    static func paragraphEnd(in text: Span<UInt8>, from index: Int, limit: Int) -> Int {
        var line = nextLine(in: text, after: index, limit: limit)
        while line < limit {
            let end = lineEnd(in: text, from: line, limit: limit)
            if isBlank(text, line..<end) { return line }
            line = min(limit, end + 1)
        }
        return limit
    }

    /// The start of the last paragraph of a range, blank lines at its end apart; its lower bound if it is but one.
    static func lastParagraph(in text: Span<UInt8>, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound, text[end - 1].isBlank || text[end - 1] == 0x0A { end -= 1 }
        var line = end
        while line > range.lowerBound {
            var start = line
            while start > range.lowerBound, text[start - 1] != 0x0A { start -= 1 }
            if isBlank(text, start..<line) { return min(line + 1, end) }
            line = max(range.lowerBound, start - 1)
        }
        return range.lowerBound
    }

    static func isBlank(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where !(text[index].isBlank || text[index] == 0x0A) { return false }
        return true
    }

    /// The first byte of a range that is not blank, or its end.
    static func firstInk(in text: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, text[index].isBlank || text[index] == 0x0A { index += 1 }
        return index
    }
}
