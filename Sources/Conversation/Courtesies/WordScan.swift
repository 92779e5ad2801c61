/// Reads the words of a text one after another, without allocating.
///
/// A word is a run of letters, digits and marks, with apostrophes and hyphens inside it; a script without spaces makes
/// one word of all that stands between punctuation. Words are known by a hash of their folded scalars.
struct WordScan {
    /// What stands between a word and the next one.
    enum Boundary: Comparable {
        /// White space or a sign that ends nothing, such as an emoji.
        case word
        /// A comma.
        case clause
        /// A full stop, a question mark, a colon, a line break.
        case sentence
    }

    /// A word of the text.
    struct Word {
        var range: Range<Int>
        var hash: UInt64
        /// Whether it does not begin with a small letter.
        var isName: Bool
        /// What follows it.
        var boundary: Boundary
        /// Whether a quotation mark or a bracket stands right before it.
        var isQuoted: Bool
        /// Start of what follows the punctuation and white space behind it.
        var next: Int
    }

    let limit: Int
    private(set) var position: Int

    /// A scan over `range`, from its lower bound.
    init(_ range: Range<Int>) {
        position = range.lowerBound
        limit = range.upperBound
    }

    /// The next word, or nil at the end.
    ///
    /// - Complexity: O(bytes passed).
    mutating func next(in text: Span<UInt8>) -> Word? {
        var passed = Scalar(value: 0, length: 0)
        var isQuoted = false
        while position < limit {
            passed = Scalar(text, at: position, limit: limit)
            if passed.isInWord { break }
            isQuoted = isQuoted || passed.kind == .quote
            position += passed.length
        }
        guard position < limit else { return nil }
        let start = position
        let isName = !passed.isSmallLetter
        var hash = Self.seed
        while position < limit {
            let byte = text[position]
            if byte < 0x80, Scalar.isASCIIWord(UInt32(byte)) {
                hash = Self.combine(hash, UInt64(byte.folded))
                position += 1
                continue
            }
            if byte == 0x20 { break }
            let scalar = Scalar(text, at: position, limit: limit)
            guard scalar.isInWord || scalar.isJoiner && isJoined(text) else { break }
            hash = Self.combine(hash, UInt64(scalar.folded))
            position += scalar.length
        }
        let end = position
        let boundary = skipToNext(text)
        return Word(
            range: start..<end, hash: hash, isName: isName,
            boundary: position >= limit ? .sentence : boundary, isQuoted: isQuoted, next: position)
    }

    /// Passes what stands behind a word, up to the next word or quotation.
    private mutating func skipToNext(_ text: Span<UInt8>) -> Boundary {
        var boundary = Boundary.word
        var hasBlank = false
        // Mostly a space and the next word.
        if position + 1 < limit, text[position] == 0x20 {
            hasBlank = true
            position += 1
        }
        while position < limit {
            let scalar = Scalar(text, at: position, limit: limit)
            switch scalar.kind {
            case .word: return boundary
            case .quote, .opening: return max(boundary, .clause)
            case .blank: hasBlank = true
            case .lineFeed, .colon: boundary = .sentence
            case .comma: boundary = max(boundary, .clause)
            case .stop:
                let after = position + scalar.length
                let isInside = after < limit && Scalar(text, at: after, limit: limit).isInWord
                // `3.5` and `www.example.org` go on; ideographic stops need no blank.
                if !isInside || scalar.length > 1 { boundary = .sentence }
            case .dash: if hasBlank || scalar.length > 1 { boundary = max(boundary, .clause) }
            case .other: break
            }
            position += scalar.length
        }
        return boundary
    }

    /// Whether the apostrophe or hyphen at `position` stands between two letters.
    private func isJoined(_ text: Span<UInt8>) -> Bool {
        let after = position + Scalar(text, at: position, limit: limit).length
        return after < limit && Scalar(text, at: after, limit: limit).isInWord
    }

    static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

    /// FNV-1a over whole scalars: what is looked up is short, and known words were checked not to collide.
    @inline(__always)
    static func combine(_ hash: UInt64, _ value: UInt64) -> UInt64 { (hash ^ value) &* 0x0000_0100_0000_01B3 }
}
