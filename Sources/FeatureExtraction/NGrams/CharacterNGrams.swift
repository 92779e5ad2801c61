extension TextPass {
    /// Adds the character n-grams of the word in `word[0..<length]`, whose first and last scalars are borders.
    ///
    /// Each start extends one hash state over its n-grams, so that a character is hashed once per order.
    @inline(__always)
    mutating func addCharacterNGrams(length: Int) {
        let start = FeatureHash.family(.characters)
        let shortest = characterOrders.lowerBound
        let longest = characterOrders.upperBound
        var found = characters
        var keyCount = coverageKeyCount
        var index = 0
        if shortest == 2, longest == 5, !Recorder.isRecording {
            // The default orders, unrolled.
            while index &+ 5 <= length {
                let one = FeatureHash.extend(start, with: UInt64(word[index]))
                let two = FeatureHash.extend(one, with: UInt64(word[index &+ 1]))
                found.insert(two)
                let three = FeatureHash.extend(two, with: UInt64(word[index &+ 2]))
                found.insert(three)
                coverageKeys[keyCount] = UInt32(truncatingIfNeeded: FeatureHash.finish(three) >> 32)
                keyCount &+= 1
                let four = FeatureHash.extend(three, with: UInt64(word[index &+ 3]))
                found.insert(four)
                found.insert(FeatureHash.extend(four, with: UInt64(word[index &+ 4])))
                index &+= 1
            }
            // The last starts, from which fewer n-grams fit.
            while index &+ 2 <= length {
                let one = FeatureHash.extend(start, with: UInt64(word[index]))
                let two = FeatureHash.extend(one, with: UInt64(word[index &+ 1]))
                found.insert(two)
                if index &+ 3 <= length {
                    let three = FeatureHash.extend(two, with: UInt64(word[index &+ 2]))
                    found.insert(three)
                    coverageKeys[keyCount] = UInt32(truncatingIfNeeded: FeatureHash.finish(three) >> 32)
                    keyCount &+= 1
                    if index &+ 4 <= length {
                        found.insert(FeatureHash.extend(three, with: UInt64(word[index &+ 3])))
                    }
                }
                index &+= 1
            }
            index = length
        }
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

    /// Adds the 1- to 3-grams of a run without spaces in `word[0..<length]`; its pairs are the coverage keys.
    mutating func addUnspacedNGrams(length: Int) {
        let start = FeatureHash.family(.characters)
        for index in 0..<length {
            var state = start
            for order in 1...3 where index + order <= length {
                state = FeatureHash.extend(state, with: UInt64(word[index + order - 1]))
                characters.insert(state)
                if Recorder.isRecording {
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
