public import Conversation

/// What a decision is made for: the ask, and what the caller says of it.
public struct RoutingRequest: Sendable, Equatable {
    /// An identifier, for records; it comes back in the decision.
    public var id = ""
    /// The ask.
    public var text: String
    /// Tokens that go to the model, system prompt and earlier turns included; estimated from the texts where nil.
    public var inputTokens: Int?
    /// Most tokens that the answer may have, if the request says.
    public var maximumOutputTokens: Int?
    /// The mode asked for.
    public var mode: String?
    /// The model asked for.
    public var modelOverride: String?
    /// The least tier asked for.
    public var minimumTier: String?
    /// `user`, `project`, `feature`, `user_tier`, `endpoint`, and whatever else rules look at.
    public var metadata: [String: String] = [:]
    /// Words that rules look at.
    public var tags: [String] = []
    /// Headers that rules look at, by their names in lower case.
    public var headers: [String: String] = [:]
    /// The session that the request belongs to.
    public var session: String?
    /// Whether a person asks something new, as opposed to a result of a tool that is handed on.
    public var isNewRequest = true
    /// Tools offered.
    public var toolCount = 0
    /// Images and other attachments.
    public var imageCount = 0
    /// What the model must be able to do, beside `tools` and `images`, which follow from the counts.
    public var requiredCapabilities: [String] = []

    /// A request that is a plain text.
    public init(text: String) { self.text = text }

    /// A request and the ask that was found in it.
    ///
    /// Where the last message is a tool's, nobody asks anything new: its result is handed on.
    public init(_ request: Request, ask: Ask) {
        self.init(ask)
        if case .conversation(let messages, _) = request, messages.last?.role == .tool { isNewRequest = false }
    }

    /// A request of which the ask was found.
    public init(_ ask: Ask) {
        text = ask.text
        toolCount = ask.toolCount
        imageCount = ask.attachmentCount
        let whole = [ask.text, ask.context, ask.document].reduce(0) { $0 + TokenEstimate.tokens(of: $1) }
        inputTokens = whole + (ask.systemByteCount + 3) / 4
    }
}
