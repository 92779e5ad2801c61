import Conversation

/// Finds the request in a state that LiteLLM's complexity router composed.
///
/// That router sends no bare request but a text of up to four parts, in this order, each after a blank line: the
/// caller's system prompt, earlier turns, the size of the conversation, and the message to classify (litellm 1.109,
/// `_build_classifier_user_payload`). Its headings would count as words of the request, and earlier turns as part of it.
enum LiteLLMState {
    private static let systemPrompt = "\nCaller system prompt, quoted as task context:\n"
    private static let earlierTurns = "\nRecent conversation (context only, do not classify these):\n"
    private static let size = "\nConversation so far: ~"
    private static let request = "\nClassify this message:\n"

    /// The request in `state`; nil where LiteLLM did not compose it.
    ///
    /// A heading inside a quoted text is taken for the real one where it comes first: more is then read as the request
    /// than is one, but nothing of it is lost.
    static func request(of state: String) -> Request? {
        guard state.utf8.first == UInt8(ascii: "\n") else { return nil }
        var rest = Substring(state)
        if let text = after(request, in: rest) { return .text(String(text)) }
        var messages: [Message] = []
        if let body = after(systemPrompt, in: rest) {
            guard let end = firstHeading([earlierTurns, size, request], in: body) else { return nil }
            messages.append(Message(role: .system, text: String(body[..<end.lowerBound])))
            rest = body[end.upperBound...]
        }
        if let body = after(earlierTurns, in: rest) {
            guard let end = firstHeading([size, request], in: body) else { return nil }
            messages += turns(in: body[..<end.lowerBound])
            rest = body[end.upperBound...]
        }
        if let body = after(size, in: rest) {
            guard let end = firstHeading([request], in: body) else { return nil }
            rest = body[end.upperBound...]
        }
        guard let text = after(request, in: rest) else { return nil }
        messages.append(Message(role: .user, text: String(text)))
        return .conversation(messages, toolCount: 0)
    }

    private static func after(_ heading: String, in text: Substring) -> Substring? {
        text.utf8.starts(with: heading.utf8)
            ? text[text.utf8.index(text.startIndex, offsetBy: heading.utf8.count)...] : nil
    }

    /// Where the first of `headings` stands after a line's end: the end of the part before it, and its own start.
    private static func firstHeading(_ headings: [String], in text: Substring) -> Range<String.Index>? {
        let bytes = text.utf8
        var index = bytes.startIndex
        while let feed = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) {
            let start = bytes.index(after: feed)
            if headings.contains(where: { bytes[start...].starts(with: $0.utf8) }) { return feed..<start }
            index = start
        }
        return nil
    }

    /// Earlier turns, `[1] …` and so on; `[1] assistant: …` where LiteLLM was told to send those too.
    private static func turns(in text: Substring) -> [Message] {
        var messages: [Message] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let number = "[\(messages.count + 1)] "
            if let words = after(number, in: line) {
                messages.append(turn(words))
            } else if !messages.isEmpty {
                messages[messages.count - 1].text += "\n" + line
            }
        }
        return messages
    }

    private static func turn(_ words: Substring) -> Message {
        for (prefix, role) in [("user: ", Message.Role.user), ("assistant: ", .assistant)] {
            if let words = after(prefix, in: words) { return Message(role: role, text: String(words)) }
        }
        return Message(role: .user, text: String(words))
    }
}
