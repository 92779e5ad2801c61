/// What features are taken from: the texts of a request and the counts that describe its surroundings.
///
/// The texts are UTF-8; ill-formed parts count as U+FFFD.
public struct FeatureSurroundings: Sendable, Equatable {
    /// Number of messages of the person, at least 1.
    public var turns = 1
    /// Number of tools offered to the model.
    public var tools = 0
    /// Length of system prompts in bytes.
    public var systemBytes = 0
    /// Number of images, sounds and files.
    public var attachments = 0

    /// The surroundings of a plain text.
    public init(turns: Int = 1, tools: Int = 0, systemBytes: Int = 0, attachments: Int = 0) {
        self.turns = turns
        self.tools = tools
        self.systemBytes = systemBytes
        self.attachments = attachments
    }
}
