/// A place in a text that a rule knows.
struct Marker {
    enum Kind {
        case tagOpen, tagClose, line, heading, speaker, passage
    }

    var kind: Kind
    var rule: Int
    /// The tag, or the start of the line without its indentation.
    var start: Int
    /// What follows the tag or the label.
    var end: Int
    /// The tag's name, hashed.
    var name: UInt32 = 0
    /// Whether nothing but blanks stands before it on its line.
    var startsLine = true
    /// Whether the tag closes itself.
    var isSelfClosing = false
}

/// Finds the markers of a text in one pass.
struct MarkerScan {
    /// Texts with more markers than this are read as if the others were plain words.
    static let markerLimit = 50_000
    private static let longestIndentation = 24
    private static let longestName = 48
    private static let longestTag = 1024

    let tables: RuleTables

    /// The markers, in the order of the text, at most `limit`.
    ///
    /// - Complexity: O(bytes), whatever they are: what is looked at from one place is bounded by the rules.
    func markers(in text: Span<UInt8>, limit: Int = markerLimit) -> [Marker] {
        var markers: [Marker] = []
        var index = 0
        var lineStart = 0
        addLine(at: 0, in: text, to: &markers)
        while markers.count < limit, let found = Self.firstOfInterest(in: text, from: index) {
            index = found + 1
            if text[found] == 0x0A {
                lineStart = index
                addLine(at: index, in: text, to: &markers)
            } else {
                addTag(at: found, lineStart: lineStart, in: text, to: &markers)
            }
        }
        return markers
    }

    /// The first line feed or `<` at or after `start`; eight bytes are looked at together.
    private static func firstOfInterest(in text: Span<UInt8>, from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let bytes = text.bytes
        var index = start
        while index + 8 <= text.count {
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let feeds = word ^ (ones &* 0x0A)
            let tags = word ^ (ones &* 0x3C)
            // The lowest bit that is set marks the first zero byte; those above it need not mean anything.
            let zeros = ((feeds &- ones) & ~feeds | (tags &- ones) & ~tags) & (ones &* 0x80)
            if zeros != 0 { return index + zeros.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < text.count {
            if text[index] == 0x0A || text[index] == 0x3C { return index }
            index += 1
        }
        return nil
    }

    // MARK: Lines

    private func addLine(at lineStart: Int, in text: Span<UInt8>, to markers: inout [Marker]) {
        var start = lineStart
        let limit = min(text.count, lineStart + Self.longestIndentation)
        while start < limit, text[start].isBlank { start += 1 }
        guard start < text.count,
            tables.beginnings.contains(text[start], start + 1 < text.count ? text[start + 1] : 0x0A)
        else { return }
        if addEntry(at: start, isDecorated: false, in: text, to: &markers) { return }
        var label = start
        while label < limit, Self.isDecoration(text[label]) || text[label] == 0x20 { label += 1 }
        if label > start, label < text.count {
            _ = addEntry(at: label, lineStart: start, isDecorated: true, in: text, to: &markers)
        }
    }

    private static func isDecoration(_ byte: UInt8) -> Bool {
        byte == 0x23 || byte == 0x2A || byte == 0x5F || byte == 0x3E
    }

    /// Adds the marker of the first pattern that fits; a decorated line may only hold a label or a name.
    private func addEntry(
        at start: Int, lineStart: Int? = nil, isDecorated: Bool, in text: Span<UInt8>, to markers: inout [Marker]
    ) -> Bool {
        let first = Int(text[start].folded)
        let beginning = PatternHead.beginning(of: text, at: start)
        for index in tables.lineStarts[first]..<tables.lineStarts[first + 1] {
            guard tables.heads[index].mayFit(beginning),
                let end = tables.lines[index].pattern.end(in: text, from: start)
            else { continue }
            let entry = tables.lines[index]
            var marker = Marker(kind: .line, rule: entry.rule, start: lineStart ?? start, end: end)
            switch entry.matcher {
            case .headings:
                guard let end = labelEnd(after: end, isDecorated: isDecorated, in: text) else { continue }
                marker.kind = .heading
                marker.end = end
            case .speakers: marker.kind = .speaker
            case .passages: marker.kind = .passage
            default: if isDecorated { continue }
            }
            markers.append(marker)
            return true
        }
        return false
    }

    /// The end of a label whose words end at `index`: `Question:`, `**Question:**`, `# Question`, `Sources (3):`.
    private func labelEnd(after index: Int, isDecorated: Bool, in text: Span<UInt8>) -> Int? {
        var index = index
        let limit = min(text.count, index + LinePattern.longestStretch)
        func skip() {
            while index < limit, text[index] == 0x20 || Self.isDecoration(text[index]) { index += 1 }
        }
        skip()
        var hasParenthesis = false
        if index < limit, text[index] == 0x28 {
            while index < limit, text[index] != 0x29, text[index] != 0x0A { index += 1 }
            guard index < limit, text[index] == 0x29 else { return nil }
            index += 1
            hasParenthesis = true
            skip()
        }
        if index < limit, text[index] == 0x3A {
            index += 1
            while index < limit, Self.isDecoration(text[index]) { index += 1 }
            return index
        }
        // The full-width colon.
        if index + 2 < text.count, text[index] == 0xEF, text[index + 1] == 0xBC, text[index + 2] == 0x9A {
            return index + 3
        }
        let isAtEnd = index >= text.count || text[index] == 0x0A || text[index] == 0x0D
        return isAtEnd && (isDecorated || hasParenthesis) ? index : nil
    }

    // MARK: Tags

    /// Adds the first mark of a chat template that fits in the middle of a line, and the speaker that follows at once.
    private func addMark(at start: Int, in text: Span<UInt8>, to markers: inout [Marker]) -> Bool {
        // The line's own marker may have begun here, behind blanks.
        if let last = markers.last, last.end > start { return false }
        for index in tables.lineStarts[0x3C]..<tables.lineStarts[0x3D] {
            let entry = tables.lines[index]
            let rule = tables.rules[entry.rule]
            guard entry.matcher == .speakers || rule.extent == .mark, let end = entry.pattern.end(in: text, from: start)
            else { continue }
            let kind: Marker.Kind = entry.matcher == .speakers ? .speaker : .line
            markers.append(Marker(kind: kind, rule: entry.rule, start: start, end: end, startsLine: false))
            return true
        }
        return false
    }

    private func addTag(at start: Int, lineStart: Int, in text: Span<UInt8>, to markers: inout [Marker]) {
        guard start + 2 < text.count else { return }
        // `<|…|>`, `<s>`, `</s>` and `<start_of_turn>` are marks wherever they stand.
        let next = text[start + 1]
        let mayBeMark = next == 0x7C || next == 0x2F || next | 0x20 == 0x73
        if mayBeMark, start > lineStart, addMark(at: start, in: text, to: &markers) { return }
        var index = start + 1
        let isClosing = text[index] == 0x2F
        if isClosing { index += 1 }
        let nameStart = index
        var hash: UInt32 = 2_166_136_261
        let limit = min(text.count, index + Self.longestName)
        while index < limit, Self.isNameByte(text[index]) {
            hash = (hash ^ UInt32(text[index].folded)) &* 16_777_619
            index += 1
        }
        guard index > nameStart, let rule = tagRule(nameStart..<index, in: text) else { return }
        let tagLimit = min(text.count, start + Self.longestTag)
        while index < tagLimit, text[index] != 0x3E {
            // Another tag begins here, so this one is none: each byte is looked at for one tag only.
            if text[index] == 0x3C { return }
            index += 1
        }
        guard index < tagLimit else { return }
        var before = start
        let isSelfClosing = !isClosing && text[index - 1] == 0x2F
        while before > lineStart, start - before < Self.longestIndentation, text[before - 1].isBlank { before -= 1 }
        markers.append(
            Marker(
                kind: isClosing ? .tagClose : .tagOpen, rule: rule, start: start, end: index + 1, name: hash,
                startsLine: before == lineStart, isSelfClosing: isSelfClosing))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool { byte.isWordByte || byte == 0x2D || byte == 0x3A }

    private func tagRule(_ name: Range<Int>, in text: Span<UInt8>) -> Int? {
        func equals(_ other: [UInt8], from start: Int) -> Bool {
            for index in other.indices where text[start + index].folded != other[index] { return false }
            return true
        }
        let first = Int(text[name.lowerBound].folded)
        for index in tables.tagStarts[first]..<tables.tagStarts[first + 1] {
            let entry = tables.tags[index]
            if entry.name.count == name.count, equals(entry.name, from: name.lowerBound) { return entry.rule }
        }
        for entry in tables.tagSuffixes
        where entry.name.count < name.count && equals(entry.name, from: name.upperBound - entry.name.count) {
            return entry.rule
        }
        return nil
    }
}
