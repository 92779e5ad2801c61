extension TextPass {
    /// A word or an unspaced letter of the ask.
    @inline(__always)
    mutating func countWord(_ hash: UInt64, length: Int) {
        counts.words &+= 1
        counts.wordScalars &+= length
        counts.tokensSinceNumber &+= 1
        if previousTokenIsFence { fenceLanguageState = hash }
        if let meaning = keywords.meaning(of: hash) { countKeyword(meaning, hash: hash) }
        counts.lastTokenIsQuestion = false
    }

    mutating func countKeyword(_ meaning: KeywordTable.Meaning, hash: UInt64) {
        if meaning.language > 0, meaning.language < 255 { languageVotes[Int(meaning.language)] &+= 1 }
        if meaning.isFailure { counts.failureWords &+= 1 }
        if meaning.opensStackFrame, startsLine { counts.lineStartsWithAt = true }
        if meaning.unitTenths > 0, counts.tokensSinceNumber <= 2 {
            let wordsAsked = counts.number * Int(meaning.unitTenths) / 10
            counts.requestedWords = max(counts.requestedWords, wordsAsked)
        }
        if meaning.numeral > 0 {
            let continues = counts.tokensSinceNumber == 1 && meaning.numeral >= 100
            counts.number = continues ? min(counts.number, 10_000) * Int(meaning.numeral) : Int(meaning.numeral)
            counts.tokensSinceNumber = 0
        }
    }

    /// A run of digits; `1,000` continues the number before the comma.
    @inline(__always)
    mutating func countNumber(_ value: Int, digits: Int, from start: Int, to end: Int, limit: Int) {
        counts.numbers &+= 1
        counts.lastTokenIsQuestion = false
        let continues =
            digits == 3 && counts.tokensSinceNumber == 1 && start > 0
            && (text[start &- 1] == 0x2C || text[start &- 1] == 0x2E)
        counts.number = continues ? min(counts.number, 10_000) * 1000 + value : value
        counts.tokensSinceNumber = 0
        if startsLine, end &+ 1 < limit, text[end] == 0x2E || text[end] == 0x29, text[end &+ 1] == 0x20 {
            counts.numberedItems &+= 1
        }
    }

    /// A symbol token of the ask.
    @inline(__always)
    mutating func countSymbol(_ first: UInt32, hash: UInt64, from start: Int, to end: Int, limit: Int) {
        counts.tokensSinceNumber &+= 1
        counts.lastTokenIsQuestion = false
        let wasQuote = previousTokenIsQuote
        previousTokenIsFence = false
        previousTokenIsQuote = false
        // The backslash may be the end of a token: `$\frac{1}{\pi}$`.
        if text[end &- 1] == 0x5C, end < limit, (text[end] | 0x20) &- 0x61 < 26 { counts.latexCommands &+= 1 }
        switch first {
        case 0x22: previousTokenIsQuote = true
        case 0x2C: counts.lineCommas &+= 1
        case 0x3F, 0x61F, 0x37E, 0xBF:
            if first != 0xBF {
                counts.questionMarks &+= 1
                counts.lastTokenIsQuestion = true
            }
        case 0x3A:
            if wasQuote { counts.jsonKeys &+= 1 }
            if hash == TokenHashes.schemeSeparator { counts.urls &+= 1 }
        case 0x7C: counts.lineBars &+= 1
        case 0x60:
            if hash == TokenHashes.fence {
                counts.codeFences &+= 1
                previousTokenIsFence = true
            }
        case 0x2F:
            if end == start &+ 1, start > 0, end < limit, isPathByte(text[start &- 1]), isPathByte(text[end]) {
                counts.paths &+= 1
            }
        case 0x28:
            if counts.lineStartsWithAt, start > 0, isPathByte(text[start &- 1]) {
                counts.stackTraces &+= 1
                counts.lineStartsWithAt = false
            }
        default: break
        }
    }

    @inline(__always)
    private func isPathByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2E || byte == 0x5F
    }
}

/// Hashes of tokens with a meaning for the structure counts.
enum TokenHashes {
    static let schemeSeparator = FeatureHash.token("://")
    static let fence = FeatureHash.token("```")
}
