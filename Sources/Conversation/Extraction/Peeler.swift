/// Tells what is asked in one text from what surrounds it there.
///
/// First come tags and lines that rules name, whatever else the text is; then what is left is read as a conversation, as
/// labelled sections, as passages with a question, or as a long paste, whichever fits first.
struct Peeler {
    let tables: RuleTables
    private(set) var taken: [PeeledText.Region] = []
    /// Labels, speakers and passages outside of what was taken.
    private(set) var residual: [Marker] = []
    /// Insides of tags that hold what is asked.
    private var asks: [(range: Range<Int>, rule: Int)] = []

    /// What a text may be read as.
    struct Options: OptionSet {
        let rawValue: Int

        /// A conversation of several turns.
        static let turns = Options(rawValue: 1)
        /// A long text without marks and an instruction about it.
        static let paste = Options(rawValue: 2)
    }

    private init(tables: RuleTables) { self.tables = tables }

    /// The parts of `text`.
    ///
    /// - Complexity: O(bytes + markers), whatever they are.
    static func peel(_ text: Span<UInt8>, tables: RuleTables, allows options: Options) -> PeeledText {
        let whole = PeeledText.Region(range: 0..<text.count, fate: .ask)
        let markers = MarkerScan(tables: tables).markers(in: text)
        let mayBePaste = options.contains(.paste) && text.count >= tables.paste?.byteCount ?? .max
        if markers.isEmpty, !mayBePaste { return PeeledText(regions: [whole]) }
        var peeler = Peeler(tables: tables)
        peeler.takeRegions(markers, in: text)
        if let sections = peeler.sectionsAroundTags(in: text) {
            return PeeledText(regions: RegionMerge.merge(peeler.taken, sections))
        }
        let labelled = Sections.labelled(peeler.residual, taken: peeler.taken, in: text, tables: tables)
        if options.contains(.turns), let transcript = Transcript(peeler.residual, in: text, tables: tables),
            transcript.isCertain || !(labelled?.namesMaterial ?? false)
        {
            var peeled = PeeledText(regions: RegionMerge.merge(peeler.taken, transcript.sections))
            peeled.turns = transcript.turns
            return peeled
        }
        let sections =
            labelled?.sections
            ?? Sections.passages(peeler.residual, in: text, tables: tables)
            ?? (mayBePaste ? Sections.paste(taken: peeler.taken, in: text, tables: tables) : nil)
            ?? [whole]
        return PeeledText(regions: RegionMerge.merge(peeler.taken, sections))
    }

    private mutating func take(_ range: Range<Int>, _ fate: AskRule.Fate, _ rule: Int) {
        taken.append(PeeledText.Region(range: range, fate: fate, cause: tables.rules[rule].name))
    }

    /// Takes what tags and lines mark, in the order of the text; what lies inside a part that was taken is not looked at.
    private mutating func takeRegions(_ markers: [Marker], in text: Span<UInt8>) {
        var closings = ClosingTags(markers)
        var cursor = 0
        // The tag that holds what is asked and is open here.
        var askEnd = 0
        var askClosing = -1
        // Rules whose end was looked for in vain: what is not there is not there further on either.
        var endless: Set<Int> = []
        for (index, marker) in markers.enumerated() where marker.start >= cursor {
            let rule = tables.rules[marker.rule]
            let limit = marker.start < askEnd ? askEnd : text.count
            switch marker.kind {
            case .heading, .speaker, .passage: residual.append(marker)
            case .tagClose:
                guard index == askClosing else { continue }
                take(marker.start..<marker.end, .leftOut, marker.rule)
                cursor = marker.end
            case .tagOpen:
                // One tag may follow another on its line.
                if rule.isCommon, !marker.startsLine, cursor == 0 || marker.start != cursor { continue }
                if marker.isSelfClosing {
                    take(marker.start..<marker.end, .leftOut, marker.rule)
                    cursor = marker.end
                    continue
                }
                guard let closing = closings.first(of: marker.name, after: marker.end), markers[closing].end <= limit
                else { continue }
                if rule.fate == .ask {
                    if marker.start < askEnd { continue }
                    asks.append((marker.end..<markers[closing].start, marker.rule))
                    take(marker.start..<marker.end, .leftOut, marker.rule)
                    askEnd = markers[closing].start
                    askClosing = closing
                    cursor = marker.end
                } else {
                    take(marker.start..<markers[closing].end, rule.fate, marker.rule)
                    cursor = markers[closing].end
                }
            case .line:
                guard !endless.contains(marker.rule) else { continue }
                var limit = limit
                if rule.extent == .message {
                    // What the person adds to a tool's result stands in a tag of its own.
                    let asked = markers[(index + 1)...].first {
                        $0.kind == .tagOpen && tables.rules[$0.rule].fate == .ask
                    }
                    limit = min(limit, asked?.start ?? limit)
                }
                guard let end = lineExtent(of: marker, rule, limit: limit, in: text) else {
                    endless.insert(marker.rule)
                    continue
                }
                take(marker.start..<end, rule.fate, marker.rule)
                cursor = end
            }
        }
    }

    /// Where a rule for lines ends; nil where it does not apply.
    private func lineExtent(of marker: Marker, _ rule: AskRule, limit: Int, in text: Span<UInt8>) -> Int? {
        switch rule.extent {
        case .mark: return min(marker.end, limit)
        case .line: return TextLines.nextLine(in: text, after: marker.end, limit: limit)
        case .paragraph: return TextLines.paragraphEnd(in: text, from: marker.end, limit: limit)
        case .rest: return limit
        case .quote:
            // Who quotes a mail may ask below it, too.
            let below = TextLines.nextLine(in: text, after: marker.end, limit: limit)
            return Sections.closingQuestion(in: text, below..<limit) ?? limit
        case .message:
            // Elsewhere it is a line like others; where it stands twice, the first one decided.
            return TextLines.firstInk(in: text, 0..<marker.start) == marker.start ? limit : nil
        case .through:
            var line = TextLines.nextLine(in: text, after: marker.end, limit: limit)
            while line < limit {
                let start = TextLines.firstInk(in: text, line..<limit)
                if tables.ends[marker.rule].contains(where: { $0.end(in: text, from: start) != nil }) {
                    return TextLines.nextLine(in: text, after: start, limit: limit)
                }
                line = TextLines.nextLine(in: text, after: start, limit: limit)
            }
            return nil
        case .fence:
            var line = TextLines.firstInk(
                in: text, TextLines.nextLine(in: text, after: marker.end, limit: limit)..<limit)
            guard Self.isFence(text, line, limit) else {
                // The label may stand here without its block; another one may have it.
                return TextLines.nextLine(in: text, after: marker.end, limit: limit)
            }
            while true {
                line = TextLines.nextLine(in: text, after: line, limit: limit)
                guard line < limit else { return nil }
                var start = line
                while start < limit, text[start].isBlank { start += 1 }
                if Self.isFence(text, start, limit) {
                    return TextLines.nextLine(in: text, after: start, limit: limit)
                }
            }
        }
    }

    private static func isFence(_ text: Span<UInt8>, _ index: Int, _ limit: Int) -> Bool {
        guard index + 2 < limit else { return false }
        let first = text[index]
        return (first == 0x60 || first == 0x7E) && text[index + 1] == first && text[index + 2] == first
    }

    /// The sections where a tag holds what is asked: the last such tag, and nothing outside of it.
    private mutating func sectionsAroundTags(in text: Span<UInt8>) -> [PeeledText.Region]? {
        guard let last = asks.last else { return nil }
        let isCertain = asks.contains { !tables.rules[$0.rule].isCommon }
        if !isCertain {
            let names = Set(asks.map { tables.rules[$0.rule].name })
            let isAccompanied = taken.contains { $0.cause.map { !names.contains($0) } ?? false }
            guard isAccompanied || isBlankOutside(in: text) else {
                // An ordinary word in angle brackets: the tags are the text's own.
                taken.removeAll { $0.cause.map { names.contains($0) } ?? false }
                return nil
            }
        }
        guard !TextLines.isBlank(text, last.range) else { return nil }
        var sections: [PeeledText.Region] = []
        var cursor = 0
        for ask in asks {
            sections.append(.init(range: cursor..<ask.range.lowerBound, fate: .leftOut, cause: "outside the request"))
            let isLast = ask.range == last.range
            sections.append(
                .init(
                    range: ask.range, fate: isLast ? .ask : .context, cause: tables.rules[ask.rule].name))
            cursor = ask.range.upperBound
        }
        sections.append(.init(range: cursor..<text.count, fate: .leftOut, cause: "outside the request"))
        return sections
    }

    private func isBlankOutside(in text: Span<UInt8>) -> Bool {
        var cursor = 0
        var next = 0
        for region in taken {
            while next < asks.count, asks[next].range.upperBound <= cursor { next += 1 }
            let isAsked = next < asks.count && asks[next].range.lowerBound <= cursor
            if !isAsked, !TextLines.isBlank(text, cursor..<region.range.lowerBound) { return false }
            cursor = region.range.upperBound
        }
        return TextLines.isBlank(text, cursor..<text.count)
    }
}

/// Closing tags by name, found in order.
private struct ClosingTags {
    private let markers: [Marker]
    private var indices: [UInt32: [Int]] = [:]
    private var next: [UInt32: Int] = [:]

    init(_ markers: [Marker]) {
        self.markers = markers
        for (index, marker) in markers.enumerated() where marker.kind == .tagClose {
            indices[marker.name, default: []].append(index)
        }
    }

    /// Index of the first closing tag of that name at or after a place; places must not descend.
    mutating func first(of name: UInt32, after place: Int) -> Int? {
        guard let candidates = indices[name] else { return nil }
        var position = next[name, default: 0]
        while position < candidates.count, markers[candidates[position]].start < place { position += 1 }
        next[name] = position
        return position < candidates.count ? candidates[position] : nil
    }
}
