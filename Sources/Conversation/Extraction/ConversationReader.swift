/// Finds what is asked in a conversation: the person's last request, what came before it, and its material.
struct ConversationReader {
    let tables: RuleTables
    /// Whether the conversation is one text that was sent as such.
    let isPlainText: Bool
    /// Conversations that a message carries are read, conversations inside of those are not.
    var isNested = false

    func read(_ messages: [Message], toolCount: Int) -> AskTrace {
        var said: [Int: SaidText] = [:]
        // A plain text without marks keeps all its words: its features are what they always were.
        var options: Peeler.Options = isPlainText ? [] : .paste
        if !isNested { options.insert(.turns) }
        for (index, message) in messages.enumerated() where message.role == .user {
            said[index] = SaidText(message.text, place: index, allows: options, tables: tables)
        }
        let asking = said.keys.filter { said[$0]?.isAsking == true }.max()
        var draft = AskDraft(messages: messages)
        draft.ask.toolCount = toolCount
        draft.ask.turnCount = max(1, said.count { $0.value.isAsking || messages[$0.key].text.isBlank })
        // Without anything asked, the last thing said is all there is to judge by.
        guard let asking, let request = said[asking] else { return draft.withoutRequest() }
        draft.ask.attachmentCount = messages[asking].attachmentCount
        var earlier: [Int] = []
        for (index, message) in messages.enumerated() {
            switch message.role {
            case .system, .developer: draft.addSystemPrompt(at: index)
            case .tool, .function: draft.addResult(at: index, isCurrent: index > asking)
            case .user where index == asking:
                if request.turns.isEmpty {
                    draft.add(request)
                } else {
                    draft.add(
                        ConversationReader(tables: tables, isPlainText: isPlainText, isNested: true)
                            .read(request.turns, toolCount: 0), at: index)
                }
            case .user:
                guard let said = said[index] else { continue }
                if index < asking {
                    earlier.append(index)
                    draft.addEarlier(said, message: message, at: index)
                } else {
                    draft.addLater(said)
                }
            case .assistant, .other: draft.addAnswer(at: index, isEarlier: index < asking)
            }
        }
        if let rule = housekeeping(draft.ask.text, within: 400) {
            draft.becomeHousekeeping(rule, of: tables)
        } else if let rule = housekeeping(messages[asking].text, within: 400), draft.swapsPreamble(of: asking) {
            draft.becomeHousekeeping(rule, of: tables)
        } else if let (place, rule) = housekeepingPrompt(in: messages) {
            draft.becomeHousekeeping(rule, promptAt: place, of: tables)
        } else {
            draft.inherit(from: earlier.compactMap { said[$0]?.ask }, asking: asking, tables)
        }
        return draft.finished()
    }

    /// The system prompt that gives a housekeeping task: it says so at its beginning.
    private func housekeepingPrompt(in messages: [Message]) -> (place: Int, rule: Int)? {
        for (index, message) in messages.enumerated() where message.role == .system || message.role == .developer {
            if let rule = housekeeping(message.text, within: 200) { return (index, rule) }
        }
        return nil
    }

    /// The rule that knows a phrase within the first bytes of a text.
    private func housekeeping(_ text: String, within limit: Int) -> Int? {
        // A phrase may end a little further on than it must begin.
        let beginning = Array(text.utf8.prefix(limit + 2 * LinePattern.longestStretch))
        let bytes = beginning.span
        var isWordStart = true
        for index in 0..<min(limit, bytes.count) {
            let first = Int(bytes[index].folded)
            if isWordStart {
                for entry in tables.phrases[tables.phraseStarts[first]..<tables.phraseStarts[first + 1]]
                where entry.pattern.end(in: bytes, from: index) != nil {
                    return entry.rule
                }
            }
            isWordStart = !bytes[index].isWordByte || bytes[index] >= 0x80
        }
        return nil
    }
}
