/// What a column of a CSV file, or a key of a JSON line, means.
enum SampleField: Hashable {
    case text, messages, tools, label, alternativeLabel, weight, group, timestamp, id

    /// The meaning of a name, compared without case; `nil` for a column that is only kept.
    init?(name: String) {
        switch name.lowercased() {
        case "text", "prompt": self = .text
        case "messages": self = .messages
        case "tools": self = .tools
        case "label", "task_type": self = .label
        case "alt_label": self = .alternativeLabel
        case "weight": self = .weight
        case "group": self = .group
        case "timestamp": self = .timestamp
        case "id": self = .id
        default: return nil
        }
    }
}

extension String {
    /// The text without ASCII white space at either end.
    var trimmed: String {
        guard let first = utf8.first, let last = utf8.last, first.isASCIIWhitespace || last.isASCIIWhitespace
        else { return self }
        guard let start = utf8.firstIndex(where: { !$0.isASCIIWhitespace }),
            let end = utf8.lastIndex(where: { !$0.isASCIIWhitespace })
        else { return "" }
        return String(self[start...end])
    }

    /// Whether there is nothing to classify in the text.
    var isBlank: Bool { utf8.allSatisfy(\.isASCIIWhitespace) }
}

extension UInt8 {
    var isASCIIWhitespace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
