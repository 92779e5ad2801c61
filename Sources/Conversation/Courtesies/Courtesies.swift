/// Finds greetings, thanks and signatures around a request, which say nothing about what it takes to answer.
///
/// What is left out are whole clauses at the beginning and whole sentences at the end that consist of courtesies' words
/// only, a salutation with a name, and a signature. If nothing else is said, nothing is left out.
///
/// - Complexity: O(`reach`) at either end, whatever the text holds; nothing is allocated.
struct Courtesies {
    /// Bytes at either end that are looked at.
    static let reach = 600
    /// Words of a clause of courtesies.
    static let mostWords = 40
    /// Lines of a signature below its first.
    static let mostNameLines = 6
    /// Bytes of a line of a signature.
    static let longestNameLine = 80

    let tables: CourtesyTables

    /// A part at an end of a text.
    struct Cut {
        /// Where what is asked begins, or ends.
        var place: Int
        /// Index of the rule that decided.
        var rule: Int
    }

    /// What surrounds the request in `range`; neither where nothing would be left.
    func cuts(in text: Span<UInt8>, _ range: Range<Int>) -> (opening: Cut?, closing: Cut?) {
        let closing = closing(in: text, range)
        let end = closing?.place ?? range.upperBound
        let opening = opening(in: text, range.lowerBound..<end)
        guard opening != nil || closing != nil else { return (nil, nil) }
        let rest = (opening?.place ?? range.lowerBound)..<end
        let isCourtesy = rest.count <= Self.reach && sentence(in: text, rest) != nil
        return hasWord(text, rest) && !isCourtesy ? (opening, closing) : (nil, nil)
    }

    private func hasWord(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var scan = WordScan(range)
        return scan.next(in: text) != nil
    }

    // MARK: Openings

    private func opening(in text: Span<UInt8>, _ range: Range<Int>) -> Cut? {
        var cut: Cut?
        var start = range.lowerBound
        let limit = min(range.upperBound, range.lowerBound + Self.reach)
        while start < limit, let clause = clause(in: text, start..<limit, mayGreet: true) {
            // A clause that the window cuts off, or that ends the text, is not an opening.
            if clause.end >= limit { break }
            cut = Cut(place: clause.end, rule: clause.rule)
            start = clause.end
        }
        return cut
    }

    /// The clause at the beginning of `range`, if it is a courtesy.
    private func clause(
        in text: Span<UInt8>, _ range: Range<Int>, mayGreet: Bool
    ) -> (end: Int, rule: Int, boundary: WordScan.Boundary)? {
        var scan = WordScan(range)
        var allowed = UInt32.max
        var certain: UInt32 = 0
        var recent = RecentWords()
        // Places of words that no rule knows, one bit each; a phrase that they stand in makes up for it.
        var unknown: UInt64 = 0
        var names: UInt64 = 0
        var count = 0
        var isSalutation = false
        while let word = scan.next(in: text) {
            if word.isQuoted { return nil }
            if count == 0, mayGreet { isSalutation = tables.salutations.contains(word.hash) }
            let known = tables.words[word.hash]
            if allowed & known != 0 {
                allowed &= known
            } else {
                // Most texts end here, at their first word.
                if !isSalutation, tables.phraseWords[word.hash] == 0 { return nil }
                unknown |= 1 << UInt64(count)
            }
            if word.isName { names |= 1 << UInt64(count) }
            count += 1
            let (rules, length) = recent.append(word.hash, tables)
            certain |= rules
            if length > 0 { unknown &= ~(((1 << UInt64(length)) - 1) << UInt64(count - length)) }
            if word.boundary != .word {
                let rules = allowed & certain
                if unknown == 0, rules != 0 {
                    return (word.next, tables.rules[rules.trailingZeroBitCount], word.boundary)
                }
                // `Hi Ada,` greets; `Dear Diary.` and `Hi Fi: …` may be anything.
                guard isSalutation, count <= 6, unknown & ~names & ~1 == 0, isGreetingsEnd(text, word) else {
                    return nil
                }
                return tables.salutationRule.map { (word.next, $0, word.boundary) }
            }
            if count >= Self.mostWords { return nil }
            let isLost = unknown.trailingZeroBitCount + CourtesyTables.longestPhrase <= count
            if isLost, !isSalutation || count > 6 { return nil }
        }
        return nil
    }

    /// Whether a comma, an exclamation mark or a line break follows a word.
    private func isGreetingsEnd(_ text: Span<UInt8>, _ word: WordScan.Word) -> Bool {
        var index = word.range.upperBound
        while index < word.next {
            let scalar = Scalar(text, at: index, limit: word.next)
            switch scalar.kind {
            case .comma, .lineFeed: return true
            case .stop where scalar.value == 0x21 || scalar.value == 0xFF01: return true
            case .dash: return true
            case .blank, .other: index += scalar.length
            default: return false
            }
        }
        return false
    }

    // MARK: Closings

    private func closing(in text: Span<UInt8>, _ range: Range<Int>) -> Cut? {
        var end = range.upperBound
        var cut: Cut?
        if let signature = signature(in: text, range) {
            cut = signature
            end = signature.place
        }
        guard mayEndInCourtesy(text, range.lowerBound..<end) else { return cut }
        // Sentences from the last one backwards; each is looked at once.
        let floor = max(range.lowerBound, range.upperBound - Self.reach)
        while let start = sentenceStart(in: text, floor..<end), let rule = sentence(in: text, start..<end) {
            cut = Cut(place: start, rule: rule)
            end = start
        }
        return cut
    }

    /// Whether a courtesy may hold the last word, which tells most texts apart at once.
    private func mayEndInCourtesy(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var end = range.upperBound
        while end > range.lowerBound, text[end - 1] < 0x80, !text[end - 1].isWordByte { end -= 1 }
        // What is not ASCII is looked at as a whole.
        guard end > range.lowerBound, text[end - 1] < 0x80 else { return end > range.lowerBound }
        var start = end
        while start > range.lowerBound, text[start - 1].isWordByte || text[start - 1] == 0x27 || text[start - 1] == 0x2D
        {
            if end - start > Self.longestNameLine { return false }
            start -= 1
        }
        var scan = WordScan(start..<end)
        return scan.next(in: text).map { tables.mayKnow($0.hash) } ?? false
    }

    /// The rule by which all clauses of a sentence are courtesies.
    private func sentence(in text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var start = range.lowerBound
        var rule: Int?
        while start < range.upperBound {
            guard let clause = clause(in: text, start..<range.upperBound, mayGreet: false) else { return nil }
            rule = rule ?? clause.rule
            start = clause.end
        }
        return rule
    }

    /// Where the last sentence of `range` begins; nil if it is the only one, or what is before it ends in a colon.
    private func sentenceStart(in text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var end = range.upperBound
        while end > range.lowerBound, isBetweenSentences(text[end - 1]) || isStopByte(text, end - 1, range.lowerBound) {
            end -= 1
        }
        var index = end
        while index > range.lowerBound {
            let byte = text[index - 1]
            if byte == 0x0A || isStopByte(text, index - 1, range.lowerBound) && isAfterStop(text, index, end) {
                var before = index
                while before > range.lowerBound, isBetweenSentences(text[before - 1]) { before -= 1 }
                guard before > range.lowerBound, text[before - 1] != 0x3A else { return nil }
                while index < end, isBetweenSentences(text[index]) { index += 1 }
                return index < end ? index : nil
            }
            index -= 1
        }
        return nil
    }

    private func isBetweenSentences(_ byte: UInt8) -> Bool { byte.isBlank || byte == 0x0A }

    /// Whether an ASCII stop ends at `index`, or an ideographic one.
    private func isStopByte(_ text: Span<UInt8>, _ index: Int, _ floor: Int) -> Bool {
        let byte = text[index]
        if byte == 0x2E || byte == 0x21 || byte == 0x3F { return true }
        guard index >= floor + 2, byte >= 0x80 else { return false }
        return switch (text[index - 2], text[index - 1], byte) {
        case (0xE3, 0x80, 0x82), (0xEF, 0xBC, 0x81), (0xEF, 0xBC, 0x9F): true
        default: false
        }
    }

    private func isAfterStop(_ text: Span<UInt8>, _ index: Int, _ end: Int) -> Bool {
        index < end && (isBetweenSentences(text[index]) || text[index - 1] >= 0x80)
    }

    // MARK: Signatures

    /// A signature: a line that opens one and at most a few short lines of names and numbers below it.
    private func signature(in text: Span<UInt8>, _ range: Range<Int>) -> Cut? {
        guard let rule = tables.signatureRule else { return nil }
        let floor = max(range.lowerBound, range.upperBound - Self.reach)
        var lineEnd = range.upperBound
        var lines = 0
        var found: Int?
        while lineEnd > floor {
            let start = TextLines.lineStart(in: text, before: lineEnd, floor: floor)
            // The line must be whole, and not the request's first.
            if start == floor { break }
            if !TextLines.isBlank(text, start..<lineEnd) {
                let words = opening(ofSignature: text, start..<lineEnd)
                // One word alone may be what is asked about: `Sincerely`.
                if words > 1 || words == 1 && lines > 0 {
                    found = start
                    lines = 0
                } else {
                    lines += 1
                    if lines > Self.mostNameLines || !isNameLine(text, start..<lineEnd) { break }
                }
            }
            lineEnd = start - 1
        }
        return found.map { Cut(place: $0, rule: rule) }
    }

    /// The number of words by which a line opens a signature, 0 if it does not; a delimiter counts as two.
    private func opening(ofSignature text: Span<UInt8>, _ line: Range<Int>) -> Int {
        let ink = TextLines.firstInk(in: text, line)
        if isDelimiter(text, ink..<line.upperBound) { return 2 }
        var scan = WordScan(line)
        var hash = WordScan.seed
        var count = 0
        while let word = scan.next(in: text), !word.isQuoted {
            count += 1
            hash = WordScan.combine(hash, word.hash)
            if tables.signatures.contains(hash) {
                // `Thanks, M.` holds its name itself; `Best practices` is something else.
                if word.boundary != .word || count > 1 { return max(count, word.next < line.upperBound ? 2 : count) }
            }
            if count == CourtesyTables.longestPhrase || word.boundary == .sentence { return 0 }
        }
        return 0
    }

    /// Two hyphens alone, which mail programs put above a signature.
    private func isDelimiter(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
        var end = line.upperBound
        while end > line.lowerBound, text[end - 1].isBlank { end -= 1 }
        return end - line.lowerBound == 2 && text[line.lowerBound] == 0x2D && text[line.lowerBound + 1] == 0x2D
    }

    private func isNameLine(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard line.count <= Self.longestNameLine else { return false }
        var scan = WordScan(line)
        var count = 0
        while let word = scan.next(in: text) {
            count += 1
            if count == 1, !word.isName, !isAddress(text, word.range) { return false }
        }
        var end = line.upperBound
        while end > line.lowerBound, text[end - 1].isBlank { end -= 1 }
        // A question, a label, or a longer sentence is asked.
        guard end > line.lowerBound, text[end - 1] != 0x3F, text[end - 1] != 0x3A else { return false }
        return count <= 9
    }

    /// Whether a word looks like an address in a network.
    private func isAddress(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where text[index] == 0x40 { return true }
        return range.count == 3 && text[range.lowerBound] == 0x77 && text[range.lowerBound + 1] == 0x77
    }
}

/// The last words of a clause, oldest first.
private struct RecentWords {
    private var words: InlineArray<6, UInt64> = InlineArray(repeating: 0)
    private var count = 0

    /// Takes a word in; the rules and the length of phrases that end with it.
    mutating func append(_ hash: UInt64, _ tables: CourtesyTables) -> (rules: UInt32, longest: Int) {
        words[count % CourtesyTables.longestPhrase] = hash
        count += 1
        var rules: UInt32 = 0
        var longest = 0
        if tables.phraseWords[hash] == 0 { return (0, 0) }
        for length in 1...min(count, CourtesyTables.longestPhrase) {
            var hash = WordScan.seed
            for place in (count - length)..<count {
                hash = WordScan.combine(hash, words[place % CourtesyTables.longestPhrase])
            }
            let found = tables.phrases[hash]
            if found != 0 { (rules, longest) = (rules | found, length) }
        }
        return (rules, longest)
    }
}
