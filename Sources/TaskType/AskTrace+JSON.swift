package import Conversation
package import JSONCoding

extension AskTrace {
    /// Bytes of each text that are shown.
    private static let shown = 600

    /// Writes what is asked and what became of the rest as the member `ask` of an object that is open.
    package func writeMember(to json: inout JSONWriter) {
        json.key("ask")
        json.object { json in
            json.key("text")
            json.value(Self.beginning(of: ask.text[...]))
            json.key("bytes")
            json.value(ask.text.utf8.count)
            json.key("context_bytes")
            json.value(ask.context.utf8.count)
            json.key("document_bytes")
            json.value(ask.document.utf8.count)
            json.key("document_kind")
            if let kind = DocumentKind(ask.document) { json.value(kind.rawValue) } else { json.null() }
            json.key("housekeeping")
            if let kind = ask.housekeeping { json.value(kind) } else { json.null() }
            json.key("follow_up")
            json.value(ask.isFollowUp)
            json.key("parts")
            json.array { json in
                for part in parts {
                    json.object { json in
                        json.key("is")
                        json.value(part.fate.rawValue)
                        json.key("rule")
                        if let cause = part.cause { json.value(cause) } else { json.null() }
                        if let message = part.message {
                            json.key("message")
                            json.value(message)
                        }
                        json.key("bytes")
                        json.value(part.text.utf8.count)
                        json.key("text")
                        json.value(Self.beginning(of: part.text))
                    }
                }
            }
        }
    }

    /// The beginning of a text, cut between scalars.
    package static func beginning(of text: Substring, bytes limit: Int = shown) -> String {
        guard text.utf8.count > limit else { return String(text) }
        var end = text.utf8.index(text.startIndex, offsetBy: limit)
        while text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return String(text[..<end]) + "…"
    }
}
