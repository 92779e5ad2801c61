extension Policy {
    /// A decision made before the classifier is asked.
    public struct Rule: Sendable, Equatable {
        /// What steps and messages call it.
        public var name: String
        /// Rules of a higher priority are tried first, those of one priority in the order of the file.
        public var priority = 0
        /// When it applies; `.all([])` always does.
        public var condition: Condition
        /// What follows.
        public var outcome: Outcome

        /// A rule.
        public init(name: String, priority: Int = 0, when condition: Condition, then outcome: Outcome) {
            self.name = name
            self.priority = priority
            self.condition = condition
            self.outcome = outcome
        }
    }

    /// What a rule says.
    public struct Outcome: Sendable, Equatable {
        /// The task type, in the classifier's place.
        public var taskType: String?
        /// The model.
        public var model: String?
        /// The least capable tier allowed.
        public var tierFloor: String?
        /// The most capable tier allowed.
        public var tierCeiling: String?
        /// Whether the classifier need not be asked.
        public var skipsClassifier = false
        /// Nothing.
        public init() {}
    }

    /// What can be asked of a request.
    public indirect enum Condition: Sendable, Equatable {
        /// Every one holds; none at all holds always.
        case all([Condition])
        /// One holds at least; none at all never holds.
        case any([Condition])
        /// Not one holds.
        case none([Condition])
        /// The ask contains this text.
        case literal(String, ignoresCase: Bool)
        /// The ask contains a match of this regular expression, in RE2's syntax.
        case regex(String, ignoresCase: Bool)
        /// The ask contains a fenced block of code, of one of these languages if any are named.
        case codeFence(languages: [String])
        /// The ask is in one of these languages, as far as its function words tell.
        case language([String])
        /// Most words of the ask are of one of these scripts; in scripts without spaces each letter counts as one.
        case script([String])
        /// Input tokens, counted by the caller or estimated.
        case tokens(Amount)
        /// Tools offered.
        case tools(Amount)
        /// Images and other attachments.
        case images(Amount)
        /// A field of the metadata has one of these values.
        case metadata(String, [String])
        /// The request carries one of these tags.
        case tags([String])
        /// A header, named in lower case, has one of these values.
        case header(String, [String])
    }

    /// A range of counts.
    public struct Amount: Sendable, Hashable {
        /// The least.
        public var atLeast: Int
        /// The most; nil for no bound.
        public var atMost: Int?

        /// Counts from `atLeast` to `atMost`.
        public init(atLeast: Int = 0, atMost: Int? = nil) {
            self.atLeast = atLeast
            self.atMost = atMost
        }

        /// Whether `count` is in the range.
        public func contains(_ count: Int) -> Bool { count >= atLeast && count <= atMost ?? .max }
    }
}
