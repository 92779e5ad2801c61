import TestSupport
import Testing

@testable import Conversation

@Suite struct CourtesiesTests {
    private let extractor = AskExtractor.standard

    private func asked(_ text: String) -> String { extractor.ask(of: .text(text)).text }

    private static let openings = [
        "Hi! ", "Hello there, ", "Good morning,\n\n", "Dear Ms Adeyemi-Holt,\n\n", "Hi Claude, ", "HELLO!!! 😀 ",
        "Hi, can you help me with this?\n\n", "Sorry to bother you again. ",
        "Could you please help with the following:\n",
        "Thanks in advance. ", "Bonjour, ", "Guten Tag, ich hätte eine kurze Frage. ", "你好，", "Здравствуйте! ",
    ]
    private static let closings = [
        " Thanks!", "\n\nThank you very much in advance!", "\n\nBest regards,\nSol",
        "\n--\nDr. A. Quillon\n+44 1632 960",
        "\n\nSent from my phone", "\n\nKind regards,\n\nTendai Rukweza\nRegional Coordinator\nwww.sable.example",
        "\n\nMerci d'avance !", " Vielen Dank!", "谢谢！",
    ]
    private static let requests = [
        "Which planet has rings?", "write a sonnet about rust", "Translate “good morning, friend” into Greek.",
        "Fix this:\n\n```py\nprint('thanks')\n```", "1. Sort\n2. Count", "Why?", "水为什么会结冰？", "Prove that 17 is prime.",
    ]

    @Test func `what is asked is the same with courtesies around it in any combination`() {
        for request in Self.requests {
            for opening in [""] + Self.openings {
                for closing in [""] + Self.closings {
                    // Without a stop of its own, and a blank after a Latin one, a request and thanks are one sentence.
                    let stops = closing.hasPrefix(" ") ? "?.？" : "？"
                    if !closing.isEmpty, !closing.hasPrefix("\n"), !stops.contains(request.last ?? " ") { continue }
                    #expect(asked(opening + request + closing) == request, "\(opening)…\(closing)")
                }
            }
        }
    }

    @Test(arguments: [
        "Thank you", "Hello", "Hi Claude,", "Can you help me?\nThanks!", "Good morning! How are you?",
        "please", "thanks\n\nBest regards,\nSol",
    ])
    func `a text of courtesies alone is all asked`(_ text: String) { #expect(asked(text) == text) }

    @Test(arguments: [
        "Translate into Danish: thank you very much", "Translate: Hello, how are you?", "Hello World in Ada",
        "How can I help my friend? She lost her keys.", "“Hello,” she said. Continue the story.",
        "Kindly write a poem", "What does 'best regards' mean?", "Dear John is what kind of letter?",
        "Name a synonym:\n\nSincerely", "Improve these:\n\nBest practices for tea", "Sort these:\nWarmly lit rooms",
        "Hi Fi: what is the plural?", "Is `thanks` a noun?",
        "Thanks to whom do we know the speed of light?", "Please list\n- pens\n- ink",
    ])
    func `words of courtesy inside a request stay`(_ text: String) { #expect(asked(text) == text) }

    @Test func `the range of a plain text is what its trace asks`() {
        var random = SplitMix64(seed: 91)
        let pieces =
            Self.openings + Self.closings + Self.requests + [
                "\n", "\n\n", " ", ". ", "!", ":", "¿", "é", "👩‍👩‍👧", "“", "-", "Sol ",
            ]
        for round in 0..<4000 {
            var text = (0..<Int.random(in: 0...9, using: &random))
                .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
            text.makeContiguousUTF8()
            guard !extractor.mayDivide(text.utf8.span) else { continue }
            let range = extractor.askedRange(of: text.utf8.span)
            let ask = extractor.ask(of: .text(text)).text
            #expect(
                Array(text.utf8)[range].elementsEqual(ask.utf8), "seed 91, round \(round): \(text.debugDescription)")
        }
    }

    @Test func `any bytes have a range inside of them`() {
        var random = SplitMix64(seed: 92)
        let pieces: [[UInt8]] = [
            Array("Hi, ".utf8), Array("thanks".utf8), [0xE3, 0x80], [0x82], [0xFF], [0xF0, 0x9F], [0xC2], [0x0A],
            [0x20],
            Array("--".utf8), [0x80], [0x2E], Array("Best regards,\n".utf8), Array("Sol".utf8),
        ]
        for _ in 0..<4000 {
            let bytes = (0..<Int.random(in: 0...14, using: &random))
                .flatMap { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }
            let range = extractor.askedRange(of: bytes.span)
            #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        }
    }

    @Test func `no two known words share a hash`() {
        var hashes: [UInt64: String] = [:]
        for rule in AskRules.shipped.rules where [.courtesies, .salutations].contains(rule.matcher) {
            for word in rule.patterns {
                for (hash, part) in zip(CourtesyTables.hashes(word), word.lowercased().split(separator: " ")) {
                    #expect(hashes.updateValue(String(part), forKey: hash).map { $0 == part } ?? true)
                }
            }
        }
    }

    @Test func `a part that was left out names its rule`() {
        let trace = extractor.trace(.text("Hello, Why is rust red?\n\nBest regards,\nSol"))
        #expect(trace.parts.map(\.fate) == [.leftOut, .ask, .leftOut])
        #expect(trace.parts.map(\.cause) == ["courtesies", nil, "signature"])
    }

    @Test func `the person's last message loses its courtesies, and its thanks alone are a request`() {
        let turns = [Message(role: .user, text: "Hi! name a river"), Message(role: .assistant, text: "Po")]
        let ask = extractor.ask(
            of: .conversation(turns + [Message(role: .user, text: "Thanks! And a lake?")], toolCount: 0))
        #expect(ask.text == "And a lake?")
        let thanks = extractor.ask(of: .conversation(turns + [Message(role: .user, text: "Thanks!")], toolCount: 0))
        #expect(thanks.text == "Thanks!")
    }
}
