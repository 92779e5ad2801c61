/// Which model answers a request, which ones follow if it fails, why, and at what cost.
public struct Decision: Sendable, Equatable {
    /// What a model was chosen by.
    public enum Cause: String, Sendable {
        /// The table.
        case table
        /// A rule, by naming the model or by bounds of tiers.
        case rule
        /// The request, its project or its user's tier, likewise.
        case override
        /// The classifier was not sure.
        case uncertainty
        /// The preferred model lacks something that the request needs.
        case capability
        /// The request does not fit the preferred model's window.
        case context
        /// The preferred model is down.
        case health
        /// A budget nears its limit, or is spent.
        case budget
        /// The session has a model.
        case session
        /// The cheapest model is asked first.
        case cascade
        /// The rollout: the request still goes to the model of before.
        case rollout
    }

    /// One thing that had a say, in the order of deciding.
    public struct Step: Sendable, Equatable {
        /// What had a say.
        public enum Kind: String, Sendable {
            case mode, rule, classifier, override, table, uncertainty, budget, tier, capability, context, health
            case cascade, session, hedge, fallbacks, rollout
        }

        /// What had a say.
        public var kind: Kind
        /// What came of it.
        public var outcome: String
        /// On whose behalf: a rule's name, `request`, `project`, `user_tier`.
        public var by: String?
        /// The classifier's confidence.
        public var confidence: Float?

        /// A step.
        public init(_ kind: Kind, _ outcome: String, by: String? = nil, confidence: Float? = nil) {
            self.kind = kind
            self.outcome = outcome
            self.by = by
            self.confidence = confidence
        }
    }

    /// Estimated cost, in the policy's currency.
    public struct Cost: Sendable, Equatable {
        /// Of the chosen model; 0 where the request is refused.
        public var chosen: Double
        /// Of the baseline.
        public var baseline: Double
        /// The policy's currency.
        public var currency: String
    }

    /// A question to a small model that can tell the task type.
    public struct Judge: Sendable, Equatable {
        /// The small model.
        public var model: String
        /// What it should be told before the request.
        public var prompt: String
    }

    /// Why no model answers.
    public struct Refusal: Sendable, Equatable {
        /// The budget that is spent.
        public var budget: String
        /// Seconds until it starts anew.
        public var retryAfterSeconds: Double
    }

    /// What the policy's rollout made of the request.
    public struct Rollout: Sendable, Equatable {
        /// Who answers.
        public enum Arm: String, Sendable, CaseIterable {
            /// The model that the policy decides on.
            case routed
            /// The model of before, since the share that is routed has not come to this user or session.
            case control
            /// The model of before, whatever the share.
            case holdout
            /// The model of before, since nothing is routed yet.
            case shadow
        }

        /// The rollout's name.
        public var name: String
        /// Who answers.
        public var arm: Arm
        /// The share that is routed.
        public var share: Double
        /// Number of the stage, from 1: each change of the share begins one, and outcomes belong to theirs.
        public var stage: Int
        /// The model that the policy would have decided on, where another answers; nil where it would have refused.
        public var routedModel: String?
        /// What that would have cost.
        public var routedCost: Double?
        /// Whether the task type was taken back.
        public var isTakenBack = false
        /// Who was assigned, as a number that says nothing else of them: outcomes of one and the same are told apart by it.
        public var unit: UInt64?

        /// An arm.
        public init(name: String, arm: Arm, share: Double, stage: Int) {
            self.name = name
            self.arm = arm
            self.share = share
            self.stage = stage
        }
    }

    /// The request's identifier.
    public var id: String
    /// The model; nil where the request is refused.
    public var model: String?
    /// What to try next, in this order.
    public var fallbacks: [String] = []
    /// What to call at the same time; the first answer counts.
    public var hedge: [String] = []
    /// What to ask next, in this order, while an answer does not pass the checks.
    public var cascade: [String] = []
    /// The task type.
    public var taskType: String
    /// The mode.
    public var mode: String
    /// What the model was chosen by.
    public var cause: Cause
    /// What had a say.
    public var steps: [Step]
    /// What it will cost.
    public var estimatedCost: Cost
    /// Input tokens, counted or estimated.
    public var inputTokens: Int
    /// Output tokens expected.
    public var outputTokens: Int
    /// Where the policy wants doubt settled by a small model.
    public var judge: Judge?
    /// Where no model may answer.
    public var refusal: Refusal?
    /// What the policy's rollout made of the request; nil without one, and where the request names its model itself.
    public var rollout: Rollout?
    /// `sha256:` and digest of the policy's file; "" for a policy made in code.
    public var policy: String
    /// Revision of the classifier's weights, where the caller named it.
    public var modelRevision: String?
}
