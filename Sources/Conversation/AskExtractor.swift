/// Finds what a person asks for in a request, by rules that are data.
///
/// Immutable and shared between threads. What is found, and why, is told by `trace`; `docs/ask.md` explains it.
public struct AskExtractor: Sendable {
    /// The extractor with the rules that come with the program.
    public static let standard = AskExtractor(rules: .shipped)

    let tables: RuleTables

    /// An extractor that goes by `rules`; patterns that cannot be found are passed over.
    public init(rules: AskRules) { tables = RuleTables(rules.rules) }

    /// The rules that it goes by.
    public var rules: AskRules { AskRules(tables.rules) }

    /// Whether a plain text may hold anything but what is asked.
    ///
    /// Allocates nothing if not.
    ///
    /// - Complexity: O(bytes), eight at a time between line feeds and `<`.
    public func mayDivide(_ text: Span<UInt8>) -> Bool {
        if !MarkerScan(tables: tables).markers(in: text, limit: 1).isEmpty { return true }
        return Envelope.isLikely(text)
    }

    /// The part of a plain text that is asked, if the text `mayDivide` in no other way: without greetings and thanks.
    ///
    /// Allocates nothing.
    ///
    /// - Complexity: O(1); a bounded number of bytes at either end is looked at.
    public func askedRange(of text: Span<UInt8>) -> Range<Int> {
        guard let courtesies = tables.courtesies else { return 0..<text.count }
        let (opening, closing) = courtesies.cuts(in: text, 0..<text.count)
        guard opening != nil || closing != nil else { return 0..<text.count }
        var start = opening?.place ?? 0
        var end = closing?.place ?? text.count
        while start < end, text[start].isBlank || text[start] == 0x0A { start += 1 }
        while end > start, text[end - 1].isBlank || text[end - 1] == 0x0A { end -= 1 }
        return start..<end
    }

    /// What is asked in a request.
    ///
    /// - Complexity: O(bytes of the request), whatever they are.
    public func ask(of request: Request) -> Ask { trace(request).ask }

    /// What is asked in a request, with all its parts.
    public func trace(_ request: Request) -> AskTrace {
        switch request {
        case .text(var text):
            text.makeContiguousUTF8()
            let bytes = text.utf8.span
            guard mayDivide(bytes) || askedRange(of: bytes) != 0..<bytes.count else { return AskTrace(wholeText: text) }
            var trace = ConversationReader(tables: tables, isPlainText: true)
                .read([Message(role: .user, text: text)], toolCount: 0)
            for index in trace.parts.indices { trace.parts[index].message = nil }
            return trace
        case .conversation(let messages, let toolCount):
            return ConversationReader(tables: tables, isPlainText: false).read(messages, toolCount: toolCount)
        }
    }
}

extension AskTrace {
    /// A plain text that is all asked.
    init(wholeText text: String) {
        self.init(ask: Ask(text: text), parts: [AskPart(fate: .ask, cause: nil, message: nil, text: text[...])])
    }
}
