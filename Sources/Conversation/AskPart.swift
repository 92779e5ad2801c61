/// A part of a request and what became of it.
public struct AskPart: Sendable, Equatable {
    /// What it counts as.
    public var fate: AskRule.Fate
    /// The rule that decided, or a phrase where none was needed; nil for what is asked because nothing else was found.
    public var cause: String?
    /// Place of its message in the request, from 0; nil for a plain text.
    public var message: Int?
    /// Its words.
    public var text: Substring

    /// A part of a request.
    public init(fate: AskRule.Fate, cause: String?, message: Int?, text: Substring) {
        self.fate = fate
        self.cause = cause
        self.message = message
        self.text = text
    }
}

/// What is asked in a request, and how that was found out.
public struct AskTrace: Sendable, Equatable {
    /// What is asked, with its context and its document.
    public var ask: Ask
    /// All parts of the request, in its order.
    public var parts: [AskPart]
}
