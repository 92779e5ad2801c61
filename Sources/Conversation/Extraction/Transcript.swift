/// The turns of a conversation that a text carries.
///
/// A text that says how to go on with its turns, or that has none but turns, is a conversation; one with an
/// instruction before its turns asks something about them.
struct Transcript {
    private(set) var turns: [PeeledText.Turn] = []
    private(set) var sections: [PeeledText.Region] = []
    /// Whether the speakers are those of a chat template, which nothing else looks like.
    let isCertain: Bool

    init?(_ markers: [Marker], in text: Span<UInt8>, tables: RuleTables) {
        let names = markers.filter { $0.kind == .speaker }
        guard let first = names.first else { return nil }
        func speaker(_ marker: Marker) -> Message.Role { tables.rules[marker.rule].speaker }
        func content(_ index: Int) -> Range<Int> {
            names[index].end..<(index + 1 < names.count ? names[index + 1].start : text.count)
        }
        isCertain = names.contains { !tables.rules[$0.rule].isCommon }
        let spoken = names.indices.filter { !TextLines.isBlank(text, content($0)) }
        guard spoken.contains(where: { speaker(names[$0]) == .user }) else { return nil }
        let preambleIsBlank = TextLines.isBlank(text, 0..<first.start)
        if !isCertain {
            // A name and a colon may be anything: two parties make a conversation.
            let hasAnswerer = names.contains { speaker($0) == .assistant }
            let isLoneQuestion = names.count == 1 && first.start == TextLines.firstInk(in: text, 0..<text.count)
            guard hasAnswerer || isLoneQuestion else { return nil }
            let goesOn = names.last.map { speaker($0) == .assistant && spoken.last != names.count - 1 } ?? false
            let isAnswered = spoken.last.map { speaker(names[$0]) == .assistant } ?? false
            if !preambleIsBlank, !goesOn, isAnswered || !Self.setsTheScene(text, first.start, tables) {
                let cause = tables.rules[first.rule].name
                sections = [
                    .init(range: 0..<first.start, fate: .ask, cause: cause),
                    .init(range: first.start..<text.count, fate: .document, cause: cause),
                ]
                return
            }
        }
        let cause = tables.rules[first.rule].name
        sections = [.init(range: 0..<text.count, fate: .context, cause: cause)]
        if !preambleIsBlank {
            turns.append(.init(speaker: .system, range: 0..<first.start, cause: "text before the first speaker"))
        }
        for index in names.indices {
            turns.append(
                .init(
                    speaker: speaker(names[index]), range: content(index), cause: tables.rules[names[index].rule].name))
        }
    }

    /// Whether a text before turns tells a model who it is, and asks nothing itself.
    private static func setsTheScene(_ text: Span<UInt8>, _ end: Int, _ tables: RuleTables) -> Bool {
        let start = TextLines.firstInk(in: text, 0..<end)
        return tables.scenes.contains { $0.end(in: text, from: start) != nil }
    }
}
