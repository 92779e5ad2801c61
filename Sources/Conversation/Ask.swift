/// What a person asks for in a request, apart from what surrounds it.
///
/// For a plain text, the text. For a conversation, the person's last request; earlier turns are context, material that
/// was pasted, retrieved or returned by tools is the document, and system prompts and tools count by size only. What a
/// harness adds is left out: see `AskExtractor`.
public struct Ask: Sendable, Equatable {
    /// The words of the request.
    public var text: String
    /// Earlier turns, oldest first, separated by line breaks.
    public var context: String = ""
    /// What the work is about, not what is asked: material beside the request, and results of tools since then.
    public var document: String = ""
    /// Number of the person's requests, at least 1.
    public var turnCount: Int = 1
    /// Number of tools offered.
    public var toolCount: Int = 0
    /// Length of system prompts in bytes.
    public var systemByteCount: Int = 0
    /// Number of images, sounds and files in the message that asks.
    public var attachmentCount: Int = 0
    /// What a harness asks for on its own account, such as `title`; nil for a person's request.
    public var housekeeping: String?
    /// Whether the request says nothing by itself, so that the one before it is part of its words.
    public var isFollowUp = false

    /// The ask of a text that is all asked.
    public init(text: String) { self.text = text }

    /// Finds the ask of a request by the rules that come with the program.
    ///
    /// - Complexity: O(bytes of the request).
    public init(_ request: Request) { self = AskExtractor.standard.ask(of: request) }
}
