/// One pass over one text of a request: scalars → tokens → n-grams.
///
/// `Tokenization/` finds the tokens, `NGrams/` turns them into features, `Structure/` counts shapes. All of it is
/// one value whose parts are kept in registers by the optimiser; it lives for one call of `FeatureExtractor`.
struct TextPass<Recorder: FeatureRecorder> {
    /// Which text is read.
    enum Role {
        case ask, context, document
    }

    let text: UncheckedBuffer<UInt8>
    let role: Role
    let family: FeatureFamily
    let seed: UInt64
    let maximumWordOrder: Int
    let characterOrders: ClosedRange<Int>
    let keywords: KeywordTable
    let used: UsedFamilies
    /// Whether anything comes of what is counted beside the features: only the ask's structure does.
    let countsStructure: Bool

    // Memory of the scratch.
    let word: UncheckedBuffer<UInt32>
    let wordOffsets: UncheckedBuffer<Int>
    let scriptCounts: UncheckedBuffer<Int>
    let languageVotes: UncheckedBuffer<Int>
    let recentTokens: UncheckedBuffer<UInt64>
    let recentOffsets: UncheckedBuffer<Int>
    let coverageKeys: UncheckedBuffer<UInt32>
    let candidates: UncheckedBuffer<UInt32>
    let readWords: UncheckedBuffer<ReadWord>
    let textNumber: UInt32
    let letters: LetterTable

    // Features found.
    var words: SlotSet
    var characters: SlotSet
    var opening: SlotSet
    var closing: SlotSet
    var coverageKeyCount = 0
    /// Slots that wait in `candidates` to be added to `characters`.
    var candidateCount = 0
    var recorder: Recorder

    // Chain of word n-grams: hash states and starts of the n-grams that end with the last token.
    var unigramState: UInt64 = 0
    var bigramState: UInt64 = 0
    var chainLength = 0
    var previousStart = 0
    var beforePreviousStart = 0

    // Opening.
    var prefixState: UInt64 = 0
    var openingStart = 0

    var counts = StructureCounts()
    var fenceLanguageState: UInt64 = 0

    // Where the tokeniser stands.
    var atLineStart = true
    var startsLine = false
    var indentation = 0
    var indentationStart = 0
    var sentenceMayEnd = false
    var previousTokenIsFence = false
    var previousTokenIsQuote = false

    /// Reads `range` of the text; `counts` and n-gram chains go on from one range to the next.
    @inline(__always)
    mutating func read(_ range: Range<Int>) {
        var index = range.lowerBound
        let end = range.upperBound
        while index < end {
            // Most bytes behind a word are a space, and most behind that begin a word: told without a jump table.
            let byte = Int(text[index])
            if letters.folded[byte] != 0 {
                index = readWord(from: index, limit: end)
                continue
            }
            if byte == 0x20, !atLineStart {
                separate()
                index &+= 1
                continue
            }
            let (scalar, length) = text.decodeScalar(at: index, limit: end)
            let properties = ScalarProperties(scalar)
            switch properties.classCode {
            case ScalarProperties.Class.letter.rawValue, ScalarProperties.Class.digit.rawValue:
                index = readWord(from: index, limit: end)
            case ScalarProperties.Class.space.rawValue:
                if atLineStart {
                    if Recorder.isRecording, indentation == 0 { indentationStart = index }
                    indentation &+= scalar == 9 ? 4 : 1
                }
                separate()
                index &+= length
            case ScalarProperties.Class.lineBreak.rawValue:
                // CR LF is one line break.
                if !(scalar == 13 && index &+ 1 < end && text[index &+ 1] == 10) { breakLine() }
                index &+= length
            case ScalarProperties.Class.symbol.rawValue:
                index = readSymbol(properties.fold(scalar), from: index, next: index &+ length, limit: end)
            case ScalarProperties.Class.unspacedLetter.rawValue:
                index = readUnspaced(from: index, limit: end)
            case ScalarProperties.Class.ignored.rawValue:
                index &+= length
            default:
                separate()
                index &+= length
            }
        }
    }

    /// White space or a control character: ends a sentence after its mark.
    @inline(__always)
    mutating func separate() {
        if sentenceMayEnd { endSentence() }
        previousTokenIsFence = false
        previousTokenIsQuote = false
    }

    mutating func endSentence() {
        sentenceMayEnd = false
        counts.sentences &+= 1
        startChain()
    }

    mutating func breakLine() {
        separate()
        counts.endLine()
        atLineStart = true
        indentation = 0
        startChain()
    }

    /// What a line's first token says about it; called before that token.
    mutating func startLine(firstScalar: UInt32, at start: Int, next: Int, limit: Int) {
        atLineStart = false
        counts.lineHasTokens = true
        if indentation >= 2 {
            counts.indentedLines &+= 1
            let level = UInt64(indentation < 4 ? 1 : indentation < 8 ? 2 : 3)
            let state = FeatureHash.extend(FeatureHash.indentation, with: level)
            addToken(exact: state, chained: state, start: Recorder.isRecording ? indentationStart : start, end: start)
        }
        let followedBySpace = next < limit && (text[next] == 0x20 || text[next] == 0x09)
        switch firstScalar {
        case 0x2D, 0x2A, 0x2022, 0x2013, 0xB7, 0x25CF:
            if followedBySpace { counts.bullets &+= 1 }
        case 0x23: counts.headings &+= 1
        case 0x3E: counts.quotedLines &+= 1
        default: break
        }
    }

    /// A run of letters and digits, apostrophes inside it included.
    @inline(__always)
    mutating func readWord(from start: Int, limit: Int) -> Int {
        startsLine = atLineStart
        if atLineStart { startLine(firstScalar: 0x61, at: start, next: limit, limit: limit) }
        sentenceMayEnd = false
        var index = start
        var length = 1
        var hash = FeatureHash.token
        var onlyDigits = true
        var value = 0
        word[0] = 2
        if Recorder.isRecording {
            wordOffsets[0] = start
        } else {
            // ASCII letters and digits, by table; what the loop below would do, in fewer steps.
            let folded = letters.folded
            let end = min(limit, start &+ FeatureScratch.longestWord)
            var bits: UInt32 = 0
            while index < end {
                let letter = UInt32(folded[Int(text[index])])
                if letter == 0 { break }
                word[length] = letter
                hash = FeatureHash.extend(hash, with: UInt64(letter))
                bits |= letter
                length &+= 1
                index &+= 1
            }
            onlyDigits = bits & 0x40 == 0
            if onlyDigits {
                for place in 1..<length { value = min(value &* 10 &+ Int(word[place] & 15), 10_000_000) }
            }
            // Digits and `_` belong to no script.
            if role == .ask, length > 1, word[1] & 0x60 == 0x60 { scriptCounts[LetterTable.latin] &+= 1 }
        }
        while index < limit, length <= FeatureScratch.longestWord, Recorder.isRecording || mayGoOnInWord(text[index]) {
            let (scalar, bytes) = text.decodeScalar(at: index, limit: limit)
            let properties = ScalarProperties(scalar)
            var folded = properties.fold(scalar)
            if !properties.isWord {
                if properties.classCode == ScalarProperties.Class.ignored.rawValue {
                    index &+= bytes
                    continue
                }
                guard folded == 0x27, !onlyDigits, index &+ bytes < limit, isWordByte(text[index &+ bytes]) else {
                    break
                }
                folded = 0x27
            }
            if properties.classCode == ScalarProperties.Class.digit.rawValue {
                if onlyDigits { value = min(value &* 10 &+ Int(folded & 15), 10_000_000) }
            } else {
                onlyDigits = false
            }
            if length == 1, role == .ask { scriptCounts[properties.script] &+= 1 }
            word[length] = folded
            if Recorder.isRecording { wordOffsets[length] = index }
            hash = FeatureHash.extend(hash, with: UInt64(folded))
            length &+= 1
            index &+= bytes
        }
        if Recorder.isRecording {
            wordOffsets[length] = index
            wordOffsets[length + 1] = index
        }
        word[length] = 3
        if onlyDigits {
            let shape = FeatureHash.extend(FeatureHash.shape, with: UInt64(min(length - 1, 9)))
            addToken(exact: hash, chained: shape, start: start, end: index)
            if countsStructure { countNumber(value, digits: length - 1, from: start, to: index, limit: limit) }
        } else {
            if role == .ask {
                addCharacterNGrams(length: length &+ 1, hash: hash)
                if countsStructure { countWord(hash, length: length - 1) }
            }
            addToken(exact: hash, chained: hash, start: start, end: index)
        }
        previousTokenIsFence = false
        previousTokenIsQuote = false
        return index
    }

    /// Whether a word may go on behind its ASCII letters and digits with this byte.
    @inline(__always)
    private func mayGoOnInWord(_ byte: UInt8) -> Bool { byte >= 0x80 || byte == 0x27 || letters.folded[Int(byte)] != 0 }

    @inline(__always)
    func isWordByte(_ byte: UInt8) -> Bool { byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 }

    /// A run of letters of a script without spaces: each letter is a token.
    @inline(never)
    mutating func readUnspaced(from start: Int, limit: Int) -> Int {
        startsLine = atLineStart
        if atLineStart { startLine(firstScalar: 0x61, at: start, next: limit, limit: limit) }
        sentenceMayEnd = false
        var index = start
        var length = 0
        while index < limit, length < FeatureScratch.longestWord {
            let (scalar, bytes) = text.decodeScalar(at: index, limit: limit)
            let properties = ScalarProperties(scalar)
            if properties.classCode == ScalarProperties.Class.ignored.rawValue {
                index &+= bytes
                continue
            }
            guard properties.classCode == ScalarProperties.Class.unspacedLetter.rawValue else { break }
            let folded = properties.fold(scalar)
            word[length] = folded
            if Recorder.isRecording { wordOffsets[length] = index }
            let hash = FeatureHash.extend(FeatureHash.token, with: UInt64(folded))
            if role == .ask {
                scriptCounts[properties.script] &+= 1
                if countsStructure { countWord(hash, length: 1) }
            }
            addToken(exact: hash, chained: hash, start: index, end: index &+ bytes)
            length &+= 1
            index &+= bytes
        }
        if Recorder.isRecording { wordOffsets[length] = index }
        if role == .ask { addUnspacedNGrams(length: length) }
        previousTokenIsFence = false
        previousTokenIsQuote = false
        return index
    }

    /// A symbol, or up to three adjacent symbols of code.
    mutating func readSymbol(_ first: UInt32, from start: Int, next: Int, limit: Int) -> Int {
        if atLineStart { startLine(firstScalar: first, at: start, next: next, limit: limit) }
        sentenceMayEnd = false
        var hash = FeatureHash.extend(FeatureHash.token, with: UInt64(first))
        var index = next
        if first < 0x80, CodeSymbols.contains(first) {
            var count = 1
            while count < 3, index < limit, text[index] < 0x80, CodeSymbols.contains(UInt32(text[index])) {
                hash = FeatureHash.extend(hash, with: UInt64(text[index]))
                index &+= 1
                count &+= 1
            }
        }
        addToken(exact: hash, chained: hash, start: start, end: index)
        if countsStructure { countSymbol(first, hash: hash, from: start, to: index, limit: limit) }
        switch first {
        case 0x2E, 0x3F, 0x21: sentenceMayEnd = true
        case 0x3002, 0xFF61, 0x0964, 0x061F, 0x06D4: endSentence()
        default: break
        }
        return index
    }
}
