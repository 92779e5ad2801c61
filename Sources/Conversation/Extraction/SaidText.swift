/// What one message of a person says, apart from what surrounds it there.
struct SaidText {
    /// The words that are asked.
    var ask = ""
    var context: [Substring] = []
    var document: [Substring] = []
    /// All parts, in order.
    var parts: [AskPart] = []
    /// The conversation that the message carries, if it does.
    var turns: [Message] = []

    /// Whether somebody asks something here.
    var isAsking: Bool { !turns.isEmpty || !ask.isBlank }

    init(_ message: String, place: Int, allows options: Peeler.Options, tables: RuleTables) {
        var text = message
        text.makeContiguousUTF8()
        if let inner = Envelope.request(in: text.utf8.span, tables: tables) {
            parts.append(
                AskPart(fate: .leftOut, cause: tables.rules[inner.rule].name, message: place, text: text[...]))
            text = inner.text
            text.makeContiguousUTF8()
        }
        var peeled = Peeler.peel(text.utf8.span, tables: tables, allows: options)
        peeled.leaveOutCourtesies(in: text.utf8.span, tables: tables)
        guard !peeled.isWhole else {
            ask = text
            parts.append(AskPart(fate: .ask, cause: nil, message: place, text: text[...]))
            return
        }
        turns = peeled.turns.map { Message(role: $0.speaker, text: String(text.part($0.range).trimmed)) }
        guard turns.isEmpty else { return }
        for region in peeled.regions {
            let words = text.part(region.range).trimmed
            if words.isEmpty { continue }
            switch region.fate {
            case .ask: ask += ask.isEmpty ? words : "\n" + words
            case .context: context.append(words)
            case .document: document.append(words)
            case .leftOut: break
            }
            parts.append(AskPart(fate: region.fate, cause: region.cause, message: place, text: words))
        }
    }
}

extension String {
    /// Bytes `range` of a text in contiguous UTF-8, which must be cut between scalars.
    fileprivate func part(_ range: Range<Int>) -> Substring {
        let start = utf8.index(startIndex, offsetBy: range.lowerBound)
        return self[start..<utf8.index(start, offsetBy: range.count)]
    }
}

extension StringProtocol {
    /// Whether there is nothing but white space.
    var isBlank: Bool {
        // Most texts show what they are with their first byte.
        guard let ink = utf8.firstIndex(where: { !($0.isBlank || $0 == 0x0A) }) else { return true }
        return self[ink...].unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    }
}

extension Substring {
    /// Without ASCII blanks and line breaks at its ends.
    var trimmed: Substring {
        var start = startIndex
        var end = endIndex
        func isEmptyByte(_ byte: UInt8) -> Bool { byte.isBlank || byte == 0x0A }
        while start < end, isEmptyByte(utf8[start]) { start = utf8.index(after: start) }
        while end > start, isEmptyByte(utf8[utf8.index(before: end)]) { end = utf8.index(before: end) }
        return self[start..<end]
    }
}
