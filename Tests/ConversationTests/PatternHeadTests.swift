import TestSupport
import Testing

@testable import Conversation

@Suite struct PatternHeadTests {
    @Test("a text that a pattern fits has the pattern's head", arguments: 0..<20)
    func fits(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let alphabet = Array("aAzZ@[`{mM0 :é<".utf8)
        for _ in 0..<200 {
            let pattern = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            var text = pattern.map { Bool.random(using: &random) && $0.folded != $0 ? $0.folded : $0 }
            let cut = Bool.random(using: &random) ? text.count : Int.random(in: 0...text.count, using: &random)
            text = Array(text[..<cut]) + Array("tail".utf8[...].prefix(Int.random(in: 0...4, using: &random)))
            let folded = pattern.map(\.folded)
            let fits = text.count >= folded.count && zip(text, folded).allSatisfy { $0.folded == $1 }
            let head = PatternHead(folded).mayFit(PatternHead.beginning(of: text.span, at: 0))
            #expect(head || !fits, "seed \(seed): \(pattern) in \(text)")
            // Up to eight bytes, the head says all there is to say.
            if folded.count <= 8, text.count >= folded.count { #expect(head == fits, "seed \(seed)") }
        }
    }

    @Test("the start of a line is found eight bytes at a time as byte by byte", arguments: 0..<20)
    func lineStarts(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let text = (0..<200).map { _ in UInt8.random(in: 0..<40, using: &random) < 38 ? 0x61 : UInt8(0x0A) }
        for _ in 0..<100 {
            let floor = Int.random(in: 0...text.count, using: &random)
            let end = Int.random(in: floor...text.count, using: &random)
            let expected = (text[floor..<end].lastIndex(of: 0x0A) ?? floor - 1) + 1
            #expect(TextLines.lineStart(in: text.span, before: end, floor: floor) == expected, "seed \(seed)")
        }
    }
}
