/// An ask while its conversation is read.
struct AskDraft {
    let messages: [Message]
    var ask = Ask(text: "")
    private var parts: [AskPart] = []
    private var earlier: [Substring] = []
    private var own: [Substring] = []
    private var results: [Substring] = []
    /// Material of the last earlier message that brought some.
    private var before: [Substring] = []

    init(messages: [Message]) { self.messages = messages }

    // MARK: Parts of the conversation

    mutating func addSystemPrompt(at index: Int) {
        ask.systemByteCount += messages[index].text.utf8.count
        note(.leftOut, "system prompt", index)
    }

    mutating func addResult(at index: Int, isCurrent: Bool) {
        if isCurrent, !messages[index].text.isEmpty { results.append(messages[index].text[...]) }
        note(isCurrent ? .document : .leftOut, isCurrent ? "result of a tool" : "earlier result of a tool", index)
    }

    mutating func addAnswer(at index: Int, isEarlier: Bool) {
        if isEarlier, !messages[index].text.isEmpty { earlier.append(messages[index].text[...]) }
        note(isEarlier ? .context : .leftOut, isEarlier ? "earlier turn" : "answer under way", index)
    }

    /// The message that asks.
    mutating func add(_ said: SaidText) {
        ask.text = said.ask
        earlier += said.context
        own += said.document
        parts += said.parts
    }

    /// The message that asks, where it is a conversation itself.
    mutating func add(_ trace: AskTrace, at index: Int) {
        ask.text = trace.ask.text
        if !trace.ask.context.isEmpty { earlier.append(trace.ask.context[...]) }
        if !trace.ask.document.isEmpty { own.append(trace.ask.document[...]) }
        ask.systemByteCount += trace.ask.systemByteCount
        ask.turnCount += trace.ask.turnCount - 1
        parts += trace.parts.map { AskPart(fate: $0.fate, cause: $0.cause, message: index, text: $0.text) }
    }

    mutating func addEarlier(_ said: SaidText, message: Message, at index: Int) {
        if !said.document.isEmpty { before = said.document }
        guard said.turns.isEmpty else {
            earlier.append(message.text[...])
            note(.context, "earlier turn", index)
            return
        }
        guard said.isAsking else {
            parts += said.parts
            return
        }
        earlier.append(said.ask[...])
        for var part in said.parts {
            if part.fate == .ask { (part.fate, part.cause) = (.context, "earlier turn") }
            parts.append(part)
        }
    }

    /// A message of the person after the one that asks: results that a tool's caller sends in the person's name.
    mutating func addLater(_ said: SaidText) {
        results += said.document
        parts += said.parts
    }

    private mutating func note(_ fate: AskRule.Fate, _ cause: String, _ index: Int) {
        guard !messages[index].text.isEmpty else { return }
        parts.append(AskPart(fate: fate, cause: cause, message: index, text: messages[index].text[...]))
    }

    // MARK: What follows from the whole

    /// A task that the harness set itself: what the conversation was about does not matter for it.
    mutating func becomeHousekeeping(_ rule: Int, promptAt place: Int? = nil, of tables: RuleTables) {
        let name = tables.rules[rule].name
        ask.housekeeping = tables.rules[rule].kind
        if let place {
            own.insert(ask.text[...], at: 0)
            ask.text = messages[place].text
            ask.systemByteCount -= messages[place].text.utf8.count
        }
        own += earlier
        earlier = []
        for index in parts.indices {
            if let place, parts[index].message == place {
                (parts[index].fate, parts[index].cause) = (.ask, name)
            } else if parts[index].fate == .context || place != nil && parts[index].fate == .ask {
                (parts[index].fate, parts[index].cause) = (.document, name)
            } else if parts[index].fate == .ask {
                parts[index].cause = name
            }
        }
    }

    /// Takes the text before the first label for what is asked, and what was taken for it as material.
    ///
    /// - Returns: Whether there is such a text.
    mutating func swapsPreamble(of asking: Int) -> Bool {
        guard let first = parts.firstIndex(where: { $0.message == asking && $0.fate == .leftOut }) else { return false }
        own.insert(ask.text[...], at: 0)
        for index in parts.indices where parts[index].message == asking && parts[index].fate == .ask {
            parts[index].fate = .document
        }
        parts[first].fate = .ask
        ask.text = String(parts[first].text)
        return true
    }

    /// A request that says nothing by itself (`yes, go on`) takes over the one before it.
    mutating func inherit(from requests: [String], asking: Int, _ tables: RuleTables) {
        guard let followUps = tables.followUps else { return }
        func isFollowUp(_ text: String) -> Bool {
            guard text.utf8.count <= Clauses.limit else { return false }
            let clauses = Clauses.split(text)
            return !clauses.isEmpty && clauses.allSatisfy(followUps.contains)
        }
        guard isFollowUp(ask.text), let request = requests.last(where: { !$0.isBlank && !isFollowUp($0) }) else {
            return
        }
        let name = tables.rules[followUps.rule].name
        ask.isFollowUp = true
        ask.text = request + "\n" + ask.text
        if let place = earlier.lastIndex(where: { $0 == request[...] }) { earlier.remove(at: place) }
        if let part = parts.lastIndex(where: { $0.fate == .context && $0.text == request[...] }) {
            (parts[part].fate, parts[part].cause) = (.ask, name)
        }
        for index in parts.indices where parts[index].fate == .ask && parts[index].message == asking {
            parts[index].cause = name
        }
    }

    func finished() -> AskTrace {
        var ask = ask
        ask.context = earlier.joined(separator: "\n")
        let material = own + results
        ask.document = (material.isEmpty ? before : material).joined(separator: "\n")
        return AskTrace(ask: ask, parts: parts)
    }

    /// Nobody asks: the person's last message as it stands, or the last one that is no system prompt.
    func withoutRequest() -> AskTrace {
        var draft = self
        let asking =
            messages.lastIndex { $0.role == .user && !$0.text.isBlank }
            ?? messages.lastIndex { $0.role == .user }
            ?? messages.lastIndex { $0.role != .system && $0.role != .developer }
        for (index, message) in messages.enumerated() {
            let isEarlier = index < asking ?? 0
            switch message.role {
            case .system, .developer: draft.addSystemPrompt(at: index)
            case _ where index == asking:
                draft.ask.text = message.text
                draft.ask.attachmentCount = message.attachmentCount
                draft.note(.ask, "nothing else was found", index)
            case .user, .assistant, .other: draft.addAnswer(at: index, isEarlier: isEarlier)
            case .tool, .function: draft.addResult(at: index, isCurrent: !isEarlier)
            }
        }
        return draft.finished()
    }
}
