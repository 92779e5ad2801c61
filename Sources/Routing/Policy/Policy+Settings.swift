extension Policy {
    /// Who may pin a model or move the bounds of tiers, and whose word goes first.
    public struct Overrides: Sendable, Equatable {
        /// Who speaks.
        public enum Source: String, Sendable, CaseIterable {
            /// The request itself.
            case request
            /// What the policy says of the request's project.
            case project
            /// What the policy says of the user's tier.
            case userTier = "user_tier"
            /// The rule that matched.
            case rule
        }

        /// What one project or user tier gets.
        public struct Entry: Sendable, Equatable {
            /// A model in place of the table's.
            public var model: String?
            /// The least capable tier.
            public var tierFloor: String?
            /// The most capable tier.
            public var tierCeiling: String?
            /// The mode where the request names none.
            public var mode: String?
            /// Nothing.
            public init() {}
        }

        /// The word of an earlier source stands: a later one cannot leave its bounds, nor replace its model.
        public var order: [Source] = Source.allCases
        /// Whether a request may pin a model.
        public var allowsRequestModel = true
        /// Whether a request may ask for a least tier.
        public var allowsRequestTier = true
        /// Project → its entry.
        public var projects: [String: Entry] = [:]
        /// User tier → its entry.
        public var userTiers: [String: Entry] = [:]
        /// Everything allowed, nothing set.
        public init() {}
    }

    /// What is done with an uncertain prediction.
    public struct Uncertainty: Sendable, Equatable {
        /// The ways.
        public enum Action: String, Sendable, CaseIterable {
            /// The table is followed all the same.
            case table
            /// The least tier is one above the table's first model.
            case tierUp = "tier_up"
            /// A named model answers.
            case model
            /// The table is followed, and the decision carries a prompt for a small model that can tell.
            case judge
        }

        /// What is done.
        public var action = Action.tierUp
        /// The model of `.model`, or the judge of `.judge`.
        public var model: String?
        /// The judge's prompt.
        public var prompt: String?
        /// One tier up.
        public init() {}
    }

    /// What may be spent in a day or a month.
    public struct Budget: Sendable, Equatable {
        /// Who shares it.
        public enum Owner: String, Sendable, CaseIterable {
            /// All requests.
            case everyone
            /// Requests of one project, by the metadata's `project`; likewise the others.
            case project, user, feature
        }

        /// When it starts anew, in UTC.
        public enum Period: String, Sendable, CaseIterable { case day, month }

        /// What is done from a share of the limit on: one of the two.
        public struct Step: Sendable, Equatable {
            /// The share, 0 to 1.
            public var at: Double
            /// Tiers to go down from the model that would have been chosen.
            public var tiersDown: Int?
            /// The most capable tier allowed.
            public var tierCeiling: String?

            /// A step at a share of the limit.
            public init(at: Double, tiersDown: Int? = nil, tierCeiling: String? = nil) {
                self.at = at
                self.tiersDown = tiersDown
                self.tierCeiling = tierCeiling
            }
        }

        /// Its name.
        public var name: String
        /// Who shares it.
        public var owner: Owner
        /// The one project, user or feature that it is for; each has its own where this is nil.
        public var only: String?
        /// When it starts anew.
        public var period: Period
        /// What may be spent.
        public var limit: Double
        /// Steps, by rising share.
        public var steps: [Step] = []
        /// Whether requests are refused once the limit is spent.
        public var isHardStop = false

        /// A budget without steps.
        public init(name: String, owner: Owner, period: Period, limit: Double) {
            self.name = name
            self.owner = owner
            self.period = period
            self.limit = limit
        }
    }

    /// When a model or provider counts as down by its errors.
    public struct HealthRules: Sendable, Equatable {
        /// The share of errors, 0 to 1.
        public var errorRate = 0.5
        /// Seconds over which it is measured.
        public var windowSeconds = 60.0
        /// Calls in the window without which nothing is concluded.
        public var minimumCalls = 10
        /// Seconds that it then stays down.
        public var coolDownSeconds = 30.0
        /// Half of at least 10 calls in a minute; down for half a minute.
        public init() {}
    }

    /// How models are kept within a session.
    public struct SessionRules: Sendable, Equatable {
        /// Seconds after which a session is forgotten.
        public var idleSeconds = 1800.0
        /// Whether a new request may move to a higher tier.
        public var allowsUpward = true
        /// Half an hour, upward moves allowed.
        public init() {}
    }

    /// Where the cheapest model is asked first.
    public struct Cascade: Sendable, Equatable {
        /// The part of the table concerned.
        public var scope = Scope()
        /// Most models that are asked in turn.
        public var limit = 3
        /// Everywhere.
        public init() {}
    }

    /// Which models follow when one fails.
    public struct FallbackRules: Sendable, Equatable {
        /// Most models that are named.
        public var limit = 3
        /// Whether the row's further models follow also where they are of another tier.
        public var crossesTiers = false
        /// Three of the same tier.
        public init() {}
    }
}
