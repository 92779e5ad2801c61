extension TextPass {
    /// Adds the character n-grams of the word in `word[0..<length]`, whose first and last scalars are borders.
    ///
    /// Each start extends one hash state over its n-grams, so that a character is hashed once per order. `hash` is that
    /// of the word: the n-grams of a word that stood before are there already.
    @inline(__always)
    mutating func addCharacterNGrams(length: Int, hash: UInt64) {
        guard used.characters else { return addCoverageKeys(length: length) }
        let start = FeatureHash.family(.characters)
        let shortest = characterOrders.lowerBound
        let longest = characterOrders.upperBound
        if shortest == 2, longest == 5, !Recorder.isRecording {
            // The default orders, unrolled.
            if repeatCoverageKeys(ofWord: hash, count: length &- 2) { return }
            hashCharacterNGrams(length: length)
            return
        }
        var found = characters
        var keyCount = coverageKeyCount
        var index = 0
        while index < length {
            var state = start
            let limit = min(longest, length &- index)
            var order = 1
            while order <= max(limit, min(3, length &- index)) {
                state = FeatureHash.extend(state, with: UInt64(word[index &+ order &- 1]))
                if order == 3 {
                    coverageKeys[keyCount] = UInt32(truncatingIfNeeded: FeatureHash.finish(state) >> 32)
                    keyCount &+= 1
                }
                if order >= shortest, order <= limit {
                    found.insert(state)
                    if Recorder.isRecording {
                        recordCharacters(state, from: index, order: order, last: length - 1)
                    }
                }
                order &+= 1
            }
            index &+= 1
        }
        characters = found
        coverageKeyCount = keyCount
    }

    /// Adds the keys of the word's 3-grams alone.
    @inline(never)
    private mutating func addCoverageKeys(length: Int) {
        for index in 0..<max(length &- 2, 0) {
            let two = FeatureHash.extend(firstState(word[index]), with: UInt64(word[index &+ 1]))
            let three = FeatureHash.extend(two, with: UInt64(word[index &+ 2]))
            coverageKeys[coverageKeyCount] = UInt32(truncatingIfNeeded: FeatureHash.finish(three) >> 32)
            coverageKeyCount &+= 1
        }
    }

    /// Whether the word has been read before in this text; if so, its coverage keys, `count` of them, are counted again.
    ///
    /// Two words are told apart by their 64-bit hashes, as key words are.
    @inline(__always)
    private mutating func repeatCoverageKeys(ofWord hash: UInt64, count: Int) -> Bool {
        let place = Int(truncatingIfNeeded: hash >> ReadWord.shift)
        let earlier = readWords[place]
        if earlier.hash == hash, earlier.text == textNumber {
            let first = Int(earlier.firstKey)
            for key in 0..<count { coverageKeys[coverageKeyCount &+ key] = coverageKeys[first &+ key] }
            coverageKeyCount &+= count
            return true
        }
        readWords[place] = ReadWord(
            hash: hash, text: textNumber, firstKey: UInt32(truncatingIfNeeded: coverageKeyCount))
        return false
    }

    /// Puts the slots of the 2- to 5-grams in `word[0..<length]` among the candidates, and its coverage keys in place.
    @inline(__always)
    private mutating func hashCharacterNGrams(length: Int) {
        let slots = characters
        let keys = coverageKeys
        let word = word
        var found = candidateCount
        var keyCount = coverageKeyCount
        var index = 0
        while index &+ 5 <= length {
            let two = FeatureHash.extend(firstState(word[index]), with: UInt64(word[index &+ 1]))
            let three = FeatureHash.extend(two, with: UInt64(word[index &+ 2]))
            let four = FeatureHash.extend(three, with: UInt64(word[index &+ 3]))
            let five = FeatureHash.extend(four, with: UInt64(word[index &+ 4]))
            let final = FeatureHash.finish(three)
            candidates[found] = slots.slot(of: two)
            candidates[found &+ 1] = slots.slot(ofFinal: final)
            candidates[found &+ 2] = slots.slot(of: four)
            candidates[found &+ 3] = slots.slot(of: five)
            keys[keyCount] = UInt32(truncatingIfNeeded: final >> 32)
            found &+= 4
            keyCount &+= 1
            index &+= 1
        }
        // The last starts, from which fewer n-grams fit: a word has three letters or more, its borders among them.
        if length >= 4 {
            let two = FeatureHash.extend(firstState(word[index]), with: UInt64(word[index &+ 1]))
            let three = FeatureHash.extend(two, with: UInt64(word[index &+ 2]))
            let final = FeatureHash.finish(three)
            candidates[found] = slots.slot(of: two)
            candidates[found &+ 1] = slots.slot(ofFinal: final)
            candidates[found &+ 2] = slots.slot(of: FeatureHash.extend(three, with: UInt64(word[index &+ 3])))
            keys[keyCount] = UInt32(truncatingIfNeeded: final >> 32)
            found &+= 3
            keyCount &+= 1
            index &+= 1
        }
        let two = FeatureHash.extend(firstState(word[index]), with: UInt64(word[index &+ 1]))
        let final = FeatureHash.finish(FeatureHash.extend(two, with: UInt64(word[index &+ 2])))
        candidates[found] = slots.slot(of: two)
        candidates[found &+ 1] = slots.slot(ofFinal: final)
        keys[keyCount] = UInt32(truncatingIfNeeded: final >> 32)
        candidates[found &+ 2] = slots.slot(
            of: FeatureHash.extend(firstState(word[index &+ 1]), with: UInt64(word[index &+ 2])))
        coverageKeyCount = keyCount &+ 1
        candidateCount = found &+ 3
        if candidateCount > FeatureScratch.candidateLimit { insertCandidates() }
    }

    /// The hash state of an n-gram that begins with `letter`.
    @inline(__always)
    func firstState(_ letter: UInt32) -> UInt64 {
        letter < 0x80
            ? letters.firstStates[Int(letter)]
            : FeatureHash.extend(FeatureHash.family(.characters), with: UInt64(letter))
    }

    /// Adds the candidates, in order, to the characters.
    mutating func insertCandidates() {
        characters.insert(candidates.prefix(candidateCount))
        candidateCount = 0
    }

    /// Adds the 1- to 3-grams of a run without spaces in `word[0..<length]`; its pairs are the coverage keys.
    mutating func addUnspacedNGrams(length: Int) {
        let start = FeatureHash.family(.characters)
        insertCandidates()
        for index in 0..<length {
            var state = start
            for order in 1...3 where index + order <= length {
                state = FeatureHash.extend(state, with: UInt64(word[index + order - 1]))
                if used.characters { characters.insert(state) }
                if Recorder.isRecording, used.characters {
                    recorder.record(
                        characters.slot(of: state), of: .characters,
                        .text(detail: "chars", start: wordOffsets[index], end: wordOffsets[index + order]))
                }
                if order == 2 || length == 1 {
                    coverageKeys[coverageKeyCount] = UInt32(truncatingIfNeeded: FeatureHash.finish(state) >> 32)
                    coverageKeyCount += 1
                }
            }
        }
    }

    /// Names an n-gram by the text it covers, with `<` and `>` for the borders of the word.
    private mutating func recordCharacters(_ state: UInt64, from index: Int, order: Int, last: Int) {
        let opens = index == 0
        let closes = index + order - 1 == last
        let first = opens ? 1 : index
        let end = closes ? last : index + order
        recorder.record(
            characters.slot(of: state), of: .characters,
            .text(
                detail: "chars" + (opens ? "<" : "") + (closes ? ">" : ""),
                start: wordOffsets[first], end: wordOffsets[end]))
    }
}
