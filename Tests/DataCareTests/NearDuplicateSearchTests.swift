import TestSupport
import Testing

@testable import DataCare

@Suite struct NearDuplicateSearchTests {
    /// Texts to find and texts to look at, of which some are versions of the former.
    private func corpus(seed: UInt64) -> (set: [String], seen: [String]) {
        var random = SplitMix64(seed: seed)
        let set = randomTexts(120, words: 14...24, &random)
        var seen = randomTexts(200, words: 14...24, &random)
        for text in set where Bool.random(using: &random) { seen.append(edited(text, &random)) }
        return (set, seen.shuffled(using: &random))
    }

    private func search(_ set: [String], _ seen: [String], threads: Int = 2) throws -> NearDuplicateSearch {
        var search = try NearDuplicateSearch(set, threshold: 0.8, threads: threads)
        for text in seen { search.see(text) }
        search.finish()
        return search
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `what is found is what comparing all pairs finds`(seed: UInt64) throws {
        let (set, seen) = corpus(seed: seed)
        let search = try search(set, seen)
        #expect(search.count == seen.count)
        for (row, text) in set.enumerated() {
            let best = seen.firstIndex { jaccardOfStrings(text, $0) >= 0.8 }
            #expect(search.matches[row]?.position == best, "seed \(seed), row \(row)")
            if let match = search.matches[row] {
                #expect(abs(match.similarity - jaccardOfStrings(text, seen[match.position])) < 1e-12)
            }
        }
        #expect(search.matches.contains { $0 != nil } && search.matches.contains { $0 == nil })
    }

    @Test func `threads make no difference`() throws {
        let (set, seen) = corpus(seed: 4)
        #expect(try search(set, seen, threads: 1).matches == search(set, seen, threads: 5).matches)
    }

    @Test func `empty texts, and texts of nothing that counts, match nothing`() throws {
        let search = try search(["", " \n", "a real request about harbours"], ["", "\t", "unlike all else here"])
        #expect(search.matches.allSatisfy { $0 == nil })
    }

    @Test func `many texts from one template are looked through in bounded time`() throws {
        let set = (0..<600).map { "Please summarise the quarterly report of the branch in the town of number \($0)" }
        let search = try search(set, Array(set.reversed()))
        #expect(search.matches.allSatisfy { $0 != nil })
    }
}
