public import Conversation

/// A request with what has to be found in it: a regression case of a rule.
public struct AskCase: Sendable {
    /// The rule that it is about.
    public var rule: String
    /// The request.
    public var request: Request
    /// What is asked.
    public var ask: String
    /// Earlier turns, where the case says something about them.
    public var context: String?
    /// The material, where the case says something about it.
    public var document: String?
    /// What a harness asks for on its own account.
    public var housekeeping: String?
    /// Place of the case in its file.
    public var line: Int

    /// What `extractor` gets wrong, in a sentence; nil where all is as it has to be.
    public func failure(with extractor: AskExtractor) -> String? {
        let found = extractor.ask(of: request)
        let parts: [(String, expected: String?, found: String)] = [
            ("ask", ask, found.text), ("context", context, found.context), ("document", document, found.document),
            ("housekeeping", housekeeping ?? "", found.housekeeping ?? ""),
        ]
        for (name, expected, found) in parts {
            guard let expected, Self.trimmed(expected) != Self.trimmed(found) else { continue }
            return "the \(name) of a case of `\(rule)` has to be \(quoted(expected)), but \(quoted(found)) was found"
        }
        return nil
    }

    private static func trimmed(_ text: String) -> Substring {
        var text = text[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        return text
    }

    private func quoted(_ text: String) -> String {
        let line = String(text.prefix(120)).split(separator: "\n", omittingEmptySubsequences: false)
        return "\"" + line.joined(separator: "⏎") + (text.count > 120 ? "…" : "") + "\""
    }
}
