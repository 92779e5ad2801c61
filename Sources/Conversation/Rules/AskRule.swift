/// A rule about what surrounds a person's request, as data; `docs/ask.md` tells what each kind of rule does.
public struct AskRule: Sendable, Equatable {
    /// How a rule finds its place in a text.
    public enum Matcher: String, Sendable, CaseIterable {
        /// From a tag to the closing tag of the same name.
        case tags
        /// From a line that begins with a pattern, as far as `extent` says.
        case lines
        /// From a label such as `Question:` to the next label, where labels of a request and of material meet.
        case headings
        /// From one speaker's name at a line's start to the next one's, where speakers alternate.
        case speakers
        /// The beginning of a text before turns that tells a model who it is and asks nothing.
        case scenes
        /// Numbered passages of retrieved text, two or more.
        case passages
        /// A JSON object that holds the request beside metadata; the patterns are the keys of the request.
        case envelope
        /// A text or system prompt that asks for a harness's own housekeeping.
        case housekeeping
        /// A request that has no meaning without the one before it.
        case followUps = "follow-ups"
        /// An unmarked passage, at least `bytes` long, between short paragraphs.
        case paste
        /// Clauses before a request and sentences after it that hold none but the words in `patterns` and the
        /// phrases in `beside`, one of which must occur.
        case courtesies
        /// Words that greet somebody, perhaps by name, before a request.
        case salutations
        /// Beginnings of the first line of a signature.
        case signatures
    }

    /// What becomes of the text that a rule finds.
    public enum Fate: String, Sendable, CaseIterable {
        /// It is asked.
        case ask
        /// It was said earlier.
        case context
        /// It is material.
        case document
        /// It counts for nothing.
        case leftOut = "left-out"
    }

    /// How far a rule for lines reaches.
    public enum Extent: String, Sendable, CaseIterable {
        /// The pattern alone.
        case mark
        /// To the end of the line.
        case line
        /// To the next blank line.
        case paragraph
        /// Over the fenced block that follows the line.
        case fence
        /// To a line that begins with one of `until`, which is included.
        case through
        /// To the end of the text.
        case rest
        /// To the end of the text, but for a short last paragraph that ends like a question.
        case quote
        /// The whole text, if the line is its first.
        case message
    }

    /// What the rule is called where it is shown.
    public var name: String
    /// How it finds its place.
    public var matcher: Matcher
    /// What it looks for, ASCII letters of either case; `{n}` stands for digits, `{w}` for up to 80 bytes of a line.
    public var patterns: [String]
    /// What becomes of what it finds.
    public var fate: Fate
    /// How far it reaches, for lines.
    public var extent: Extent
    /// Where it ends, for lines that reach through another.
    public var until: [String]
    /// Keys of which one must stand beside the request, for envelopes; phrases of which one must occur, for courtesies.
    public var beside: [String]
    /// Whose turn it is, for speakers.
    public var speaker: Message.Role
    /// Whether a tag or a speaker's name is too common to be trusted alone: a tag must start its line, and what asks
    /// must stand beside something else that was recognised.
    public var isCommon: Bool
    /// What is done, for housekeeping: `title`, `tags`.
    public var kind: String
    /// Least length in bytes, for unmarked passages.
    public var byteCount: Int

    /// A rule; the properties that its matcher does not use keep their defaults.
    public init(
        name: String, matcher: Matcher, patterns: [String] = [], fate: Fate = .leftOut, extent: Extent = .line,
        until: [String] = [], beside: [String] = [], speaker: Message.Role = .user, isCommon: Bool = false,
        kind: String = "", byteCount: Int = 0
    ) {
        self.name = name
        self.matcher = matcher
        self.patterns = patterns
        self.fate = fate
        self.extent = extent
        self.until = until
        self.beside = beside
        self.speaker = speaker
        self.isCommon = isCommon
        self.kind = kind
        self.byteCount = byteCount
    }
}

/// Rules; of several that fit a place, the one with the longest pattern is taken, and of equals the first.
public struct AskRules: Sendable, Equatable {
    /// Version of the format of rules.
    public static let currentVersion = 1

    /// The rules.
    public var rules: [AskRule]

    /// These rules, and no others.
    public init(_ rules: [AskRule]) { self.rules = rules }

    /// The rules that come with the program, from `ask-rules/rules.yaml`.
    public static let shipped = AskRules(shippedRules)

    /// These rules after `others`, which are taken where both fit equally.
    public func extended(by others: AskRules) -> AskRules { AskRules(others.rules + rules) }
}
