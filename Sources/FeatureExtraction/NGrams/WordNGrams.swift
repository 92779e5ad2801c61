extension TextPass {
    /// A border between sentences or lines: n-grams do not reach across it, but know that they begin there.
    @inline(__always)
    mutating func startChain() {
        unigramState = FeatureHash.extend(seed, with: FeatureHash.border)
        chainLength = 1
        if Recorder.isRecording { previousStart = Self.border }
    }

    /// Start of the border that a chain begins with, in names.
    private static var border: Int { -1 }

    /// Adds the n-grams that end with a token.
    ///
    /// - Parameters:
    ///   - exact: Hash of the token as it stands.
    ///   - chained: Hash that longer n-grams use: the shape of a number (`<4d>`), else `exact`.
    @inline(__always)
    mutating func addToken(exact: UInt64, chained: UInt64, start: Int, end: Int) {
        let single = FeatureHash.extend(seed, with: chained)
        insertWord(single, start: start, end: end, isShape: exact != chained)
        if exact != chained { insertWord(FeatureHash.extend(seed, with: exact), start: start, end: end) }
        var double: UInt64 = 0
        if chainLength >= 1, maximumWordOrder >= 2 {
            double = FeatureHash.extend(unigramState, with: chained)
            insertWord(double, start: previousStart, second: start, end: end)
            if chainLength >= 2, maximumWordOrder >= 3 {
                insertWord(
                    FeatureHash.extend(bigramState, with: chained), start: beforePreviousStart,
                    second: previousStart, end: end)
            }
            chainLength = 2
        } else {
            chainLength = 1
        }
        bigramState = double
        unigramState = single
        if Recorder.isRecording {
            beforePreviousStart = previousStart
            previousStart = start
        }
        if role == .ask { noteTokenOfAsk(chained, start: start, end: end) }
    }

    /// Adds an n-gram; `second` is where its second part starts, needed where the first is a border.
    @inline(__always)
    mutating func insertWord(_ state: UInt64, start: Int, second: Int = 0, end: Int, isShape: Bool = false) {
        words.insert(state)
        if Recorder.isRecording {
            let detail = family == .words ? "word" : family.name
            let isOpen = start == Self.border
            recorder.record(
                words.slot(of: state), of: family,
                .text(
                    detail: detail, start: isOpen ? second : start, end: end,
                    mark: isShape ? .shape : isOpen ? .border : nil))
        }
    }

    /// Opening features of the first six tokens; the ring of the last six for `addClosing`.
    @inline(__always)
    mutating func noteTokenOfAsk(_ token: UInt64, start: Int, end: Int) {
        let position = counts.tokens
        if position < 6, used.opening { addOpening(token, position: position, start: start, end: end) }
        let slot = position & (FeatureScratch.recentCapacity &- 1)
        recentTokens[slot] = token
        if Recorder.isRecording {
            recentOffsets[2 * slot] = start
            recentOffsets[2 * slot + 1] = end
        }
        counts.tokens = position &+ 1
    }

    /// Token at its position, token anywhere in the opening, and for the first four tokens the prefix so far.
    mutating func addOpening(_ token: UInt64, position: Int, start: Int, end: Int) {
        let base = FeatureHash.family(.opening)
        if position == 0 {
            prefixState = FeatureHash.extend(base, with: 0x20)
            openingStart = start
        }
        let here = FeatureHash.extend(FeatureHash.extend(base, with: UInt64(position)), with: token)
        insertOpening(here, detail: "opening[\(position)]", start: start, end: end)
        let anywhere = FeatureHash.extend(FeatureHash.extend(base, with: 0x10), with: token)
        insertOpening(anywhere, detail: "opening", start: start, end: end)
        if position < 4 {
            prefixState = FeatureHash.extend(prefixState, with: token)
            insertOpening(prefixState, detail: "prefix", start: openingStart, end: end)
        }
    }

    @inline(__always)
    mutating func insertOpening(_ state: UInt64, detail: @autoclosure () -> String, start: Int, end: Int) {
        opening.insert(state)
        if Recorder.isRecording {
            recorder.record(
                opening.slot(of: state), of: .opening, .text(detail: detail(), start: start, end: end))
        }
    }

    /// The last six tokens by position from the end and anywhere, and the suffixes of two to four tokens.
    mutating func addClosing() {
        let base = FeatureHash.family(.closing)
        var suffix = FeatureHash.extend(base, with: 0x20)
        let available = min(counts.tokens, 6)
        var lastEnd = 0
        for distance in 0..<max(available, 0) {
            let ring = (counts.tokens - 1 - distance) & (FeatureScratch.recentCapacity - 1)
            let token = recentTokens[ring]
            let start = Recorder.isRecording ? recentOffsets[2 * ring] : 0
            let end = Recorder.isRecording ? recentOffsets[2 * ring + 1] : 0
            if distance == 0 { lastEnd = end }
            let here = FeatureHash.extend(FeatureHash.extend(base, with: UInt64(distance)), with: token)
            insertClosing(here, detail: "closing[\(distance)]", start: start, end: end)
            let anywhere = FeatureHash.extend(FeatureHash.extend(base, with: 0x10), with: token)
            insertClosing(anywhere, detail: "closing", start: start, end: end)
            if distance < 4 {
                suffix = FeatureHash.extend(suffix, with: token)
                if distance > 0 { insertClosing(suffix, detail: "suffix", start: start, end: lastEnd) }
            }
        }
    }

    @inline(__always)
    mutating func insertClosing(_ state: UInt64, detail: @autoclosure () -> String, start: Int, end: Int) {
        closing.insert(state)
        if Recorder.isRecording {
            recorder.record(
                closing.slot(of: state), of: .closing, .text(detail: detail(), start: start, end: end))
        }
    }
}
