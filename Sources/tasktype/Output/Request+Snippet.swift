import Conversation
import TaskType

extension Request {
    /// Length of all texts.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .conversation(let messages, _): messages.reduce(0) { $0 + $1.text.utf8.count }
        }
    }

    /// Beginning of the text, or of the last message, on one line.
    var snippet: String {
        let text: String
        switch self {
        case .text(let whole): text = whole
        case .conversation(let messages, _):
            text = messages.last { $0.role == .user }?.text ?? messages.last?.text ?? ""
        }
        let scalars = text.unicodeScalars.prefix(73)
        var start = String.UnicodeScalarView(scalars.prefix(72))
        if scalars.count > 72 { start.append("…") }
        return String(start).onOneLine
    }
}
