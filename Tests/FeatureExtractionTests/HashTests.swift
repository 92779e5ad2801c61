import TestSupport
import Testing

@testable import FeatureExtraction

@Suite struct HashTests {
    @Test("the hash has the values of the document")
    func values() {
        #expect(FeatureHash.extend(0, with: 0) == 0)
        #expect(FeatureHash.extend(0, with: 1) == 0x9E37_79B9_E17D_05AC)
        #expect(FeatureHash.finish(1) == 0xD6E8_FEB8_6659_FD93)
        #expect(FeatureHash.origin == "tasktype".utf8.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Pearson's statistic of bucket occupancy in standard deviations from its mean, and the same for signs.
    private func deviations(_ states: [UInt64], bits: Int) -> (buckets: Double, signs: Double) {
        let set = SlotSet(bucketBits: bits)
        defer { set.deallocate() }
        var counts = [Int](repeating: 0, count: 1 << bits)
        var negative = 0
        for state in states {
            let slot = set.slot(of: state)
            counts[Int(slot >> 1)] += 1
            negative += Int(slot & 1)
        }
        let expected = Double(states.count) / Double(counts.count)
        let statistic = counts.reduce(0.0) {
            $0 + (Double($1) - expected) * (Double($1) - expected) / expected
        }
        let freedom = Double(counts.count - 1)
        let total = Double(states.count)
        return (
            (statistic - freedom) / (2 * freedom).squareRoot(),
            (2 * Double(negative) - total) / total.squareRoot()
        )
    }

    private func check(_ states: [UInt64], _ name: String) {
        #expect(Set(states).count == states.count, "\(name): equal hashes of different features")
        for bits in [10, 12, 14, 16] {
            let (buckets, signs) = deviations(states, bits: bits)
            // More even than chance is welcome; more crowded is not.
            #expect(buckets < 5, "\(name), \(bits) bits")
            #expect(abs(signs) < 5, "\(name), \(bits) bits")
        }
    }

    @Test("distinct words spread over buckets and signs as evenly as chance")
    func words() {
        var random = SplitMix64(seed: 11)
        var words: Set<String> = []
        while words.count < 200_000 {
            words.insert(
                String(
                    decoding: (0..<Int.random(in: 2...9, using: &random)).map { _ in
                        UInt8.random(in: 0x61...0x7A, using: &random)
                    }, as: UTF8.self))
        }
        let seed = FeatureHash.family(.words)
        check(words.map { FeatureHash.extend(seed, with: FeatureHash.token($0)) }, "random words")
        let numbered = (0..<200_000).map { FeatureHash.extend(seed, with: FeatureHash.token("item\($0)")) }
        check(numbered, "numbered words")
    }

    @Test("pairs of few words spread over buckets and signs as evenly as chance")
    func pairs() {
        let tokens = (0..<450).map { FeatureHash.token("w\($0)") }
        let seed = FeatureHash.family(.words)
        let pairs = tokens.flatMap { first in
            tokens.map { FeatureHash.extend(FeatureHash.extend(seed, with: first), with: $0) }
        }
        check(pairs, "pairs")
    }

    @Test("character n-grams of the alphabet spread over buckets and signs as evenly as chance")
    func characters() {
        let seed = FeatureHash.family(.characters)
        let letters = UInt64(0x61)...0x7A
        var states: [UInt64] = []
        for a in letters {
            let one = FeatureHash.extend(seed, with: a)
            for b in letters {
                let two = FeatureHash.extend(one, with: b)
                for c in letters {
                    let three = FeatureHash.extend(two, with: c)
                    states += letters.map { FeatureHash.extend(three, with: $0) }
                }
            }
        }
        check(states, "4-grams")
        let han = (UInt64(0x4E00)..<0x9F00).map { FeatureHash.extend(seed, with: $0) }
        check(han, "Han letters")
    }

    @Test("every word with a meaning is one token, spelt as folding leaves it")
    func keywords() {
        let words = KeywordTable.languages.flatMap { $0.words.split(separator: " ") }
        #expect(words.count > 250)
        for word in words {
            let scalars = word.unicodeScalars
            #expect(scalars.allSatisfy { ScalarProperties($0.value).fold($0.value) == $0.value }, "\(word)")
            #expect(scalars.allSatisfy { ScalarProperties($0.value).isWord }, "\(word)")
            #expect(
                KeywordTable.shared.meaning(of: FeatureHash.token(String(word)))?.language ?? 0 > 0, "\(word)"
            )
        }
        #expect(KeywordTable.shared.meaning(of: FeatureHash.token("zebra")) == nil)
    }

    @Test("a slot set keeps the first occurrence of each slot, and forgets all of them")
    func slotSet() {
        var set = SlotSet(bucketBits: 4)
        defer { set.deallocate() }
        var random = SplitMix64(seed: 12)
        for _ in 0..<3 {
            var expected: [UInt32] = []
            for _ in 0..<100 {
                let state = random.next()
                let slot = set.slot(of: state)
                if !expected.contains(slot) { expected.append(slot) }
                set.insert(state)
            }
            #expect(Array(set.elements) == expected)
            set.removeAll()
            #expect(set.elements.isEmpty)
        }
    }
}
