/// Cuts a text that has no speakers into what is asked and what is material.
enum Sections {
    /// A paragraph after passages or a paste, up to this length, may be what is asked about them.
    static let longestInstruction = 1200
    /// A text before passages, up to this length, is part of what is asked.
    static let longestPreamble = 500
    /// Text before a label such as `Question:` is material from this length on, though nothing says so.
    static let leastMaterial = 600
    /// Passages that are shorter together are a list.
    static let leastPassages = 120

    /// The sections of a text in which a label for what is asked meets material, and whether material has a label too.
    static func labelled(
        _ markers: [Marker], taken: [PeeledText.Region], in text: Span<UInt8>, tables: RuleTables
    ) -> (sections: [PeeledText.Region], namesMaterial: Bool)? {
        let labels = markers.filter { $0.kind == .heading }
        func fate(_ marker: Marker) -> AskRule.Fate { tables.rules[marker.rule].fate }
        // The last label with something behind it; an example's question may stand before it.
        var asking: Int?
        for (index, label) in labels.enumerated() where fate(label) == .ask {
            let end = index + 1 < labels.count ? labels[index + 1].start : text.count
            if !TextLines.isBlank(text, label.end..<end) { asking = index }
        }
        guard let asking else { return nil }
        let start = labels[asking].start
        let passages = markers.filter { $0.kind == .passage && $0.start < start }
        let isMaterial: (AskRule.Fate) -> Bool = { $0 == .document || $0 == .context }
        let namesMaterial = labels.contains { isMaterial(fate($0)) }
        guard
            namesMaterial || taken.contains(where: { isMaterial($0.fate) })
                || passages.count >= 2 || start >= leastMaterial
        else { return nil }
        var sections: [PeeledText.Region] = []
        let first = min(labels[0].start, passages.count >= 2 ? passages[0].start : text.count)
        let preambleIsMaterial =
            passages.isEmpty && !namesMaterial && first >= leastMaterial
        sections.append(
            .init(
                range: 0..<first, fate: preambleIsMaterial ? .document : .leftOut,
                cause: preambleIsMaterial ? "text before the question" : "text before the first label"))
        if first < labels[0].start {
            sections.append(
                .init(
                    range: first..<labels[0].start, fate: .document, cause: tables.rules[passages[0].rule].name))
        }
        for (index, label) in labels.enumerated() {
            let end = index + 1 < labels.count ? labels[index + 1].start : text.count
            let cause = tables.rules[label.rule].name
            let own = fate(label)
            sections.append(.init(range: label.start..<label.end, fate: .leftOut, cause: cause))
            // Questions of examples were asked before.
            sections.append(
                .init(range: label.end..<end, fate: own == .ask && index != asking ? .context : own, cause: cause))
        }
        return (sections, namesMaterial)
    }

    /// The sections of numbered passages and what is asked about them, before or after.
    static func passages(
        _ markers: [Marker], in text: Span<UInt8>, tables: RuleTables
    ) -> [PeeledText.Region]? {
        var passages = markers.filter { $0.kind == .passage }
        // A label such as `Context:` at the very beginning is as good as two numbers.
        if let label = markers.first(where: { $0.kind == .heading }), tables.rules[label.rule].fate == .document,
            TextLines.isBlank(text, 0..<label.start)
        {
            passages = [label, label] + passages.filter { $0.start > label.start }
        }
        guard passages.count >= 2, let first = passages.first, let last = passages.last else { return nil }
        let lastLine = TextLines.nextLine(in: text, after: last.end, limit: text.count)
        var tail = TextLines.paragraphEnd(in: text, from: last.end, limit: text.count)
        // Passages without a blank line among them end at the first one; others may go on behind it.
        let isBlock = tail > last.end && TextLines.paragraphEnd(in: text, from: first.end, limit: text.count) >= tail
        if !isBlock, text.count - tail > longestInstruction {
            tail = max(tail, TextLines.lastParagraph(in: text, tail..<text.count))
        }
        // Without a blank line, the last line may be the question.
        if TextLines.isBlank(text, tail..<text.count), lastLine < text.count {
            var end = text.count
            while end > lastLine, text[end - 1].isBlank || text[end - 1] == 0x0A { end -= 1 }
            var start = end
            while start > lastLine, text[start - 1] != 0x0A { start -= 1 }
            tail = start
        }
        let hasTail =
            !TextLines.isBlank(text, tail..<text.count) && (isBlock || text.count - tail <= longestInstruction)
        let hasPreamble = !TextLines.isBlank(text, 0..<first.start)
        let end = hasTail ? tail : text.count
        guard hasTail || hasPreamble, end - first.start >= leastPassages else { return nil }
        let cause = tables.rules[first.rule].name
        return [
            .init(
                range: 0..<first.start, fate: hasTail && first.start > longestPreamble ? .leftOut : .ask,
                cause: cause),
            .init(range: first.start..<end, fate: .document, cause: cause),
            .init(range: end..<text.count, fate: .ask, cause: cause),
        ]
    }

    /// Whether a paragraph ends with a question mark or a colon, of any width.
    private static func asks(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var end = range.upperBound
        while end > range.lowerBound, text[end - 1].isBlank || text[end - 1] == 0x0A { end -= 1 }
        guard end > range.lowerBound else { return false }
        if text[end - 1] == 0x3F || text[end - 1] == 0x3A { return true }
        guard end - 3 >= range.lowerBound, text[end - 3] == 0xEF, text[end - 2] == 0xBC else { return false }
        return text[end - 1] == 0x9F || text[end - 1] == 0x9A
    }

    /// The start of a range's last paragraph, where that is short, is not all of the range, and ends like a question.
    static func closingQuestion(in text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let start = TextLines.lastParagraph(in: text, range)
        guard start > range.lowerBound, range.upperBound - start <= longestPreamble,
            asks(text, start..<range.upperBound)
        else { return nil }
        return start
    }

    /// The sections of a long paste without marks: the first and the last paragraph, where they are short, ask about it.
    static func paste(
        taken: [PeeledText.Region], in text: Span<UInt8>, tables: RuleTables
    ) -> [PeeledText.Region]? {
        guard let rule = tables.paste else { return nil }
        // What was taken at the end hides no instruction before it.
        var end = text.count
        var start = 0
        for region in taken.reversed() where TextLines.isBlank(text, region.range.upperBound..<end) {
            end = region.range.lowerBound
        }
        for region in taken where region.range.lowerBound < end {
            guard TextLines.isBlank(text, start..<region.range.lowerBound) else { break }
            start = region.range.upperBound
        }
        guard end - start >= rule.byteCount else { return nil }
        start = TextLines.firstInk(in: text, start..<end)
        let headEnd = TextLines.paragraphEnd(in: text, from: start, limit: end)
        guard headEnd < end else { return nil }
        let tail = TextLines.lastParagraph(in: text, headEnd..<end)
        var hasHead = headEnd - start <= longestPreamble
        // Of two paragraphs the second one may go on with the first: only one that ends like a question asks about it.
        var hasTail = end - tail <= longestPreamble && (tail > headEnd || asks(text, tail..<end))
        // A short paragraph may be the text's own: the one that ends like a question asks; where both or none do, both,
        // unless they cannot both be spared.
        if hasHead, hasTail {
            let (headAsks, tailAsks) = (asks(text, start..<headEnd), asks(text, tail..<end))
            if headAsks != tailAsks {
                (hasHead, hasTail) = (headAsks, tailAsks)
            } else if tail - headEnd < rule.byteCount {
                (hasHead, hasTail) = headEnd - start <= end - tail ? (true, false) : (false, true)
            }
        }
        guard hasHead || hasTail else { return nil }
        let from = hasHead ? headEnd : start
        let to = hasTail ? tail : end
        guard to - from >= rule.byteCount else { return nil }
        let cause = tables.rules[rule.rule].name
        return [
            .init(range: 0..<from, fate: .ask, cause: cause), .init(range: from..<to, fate: .document, cause: cause),
            .init(range: to..<text.count, fate: .ask, cause: cause),
        ]
    }
}
