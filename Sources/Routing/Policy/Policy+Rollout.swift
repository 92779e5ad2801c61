extension Policy {
    /// How routing takes over from the model that answered before, step by step.
    public struct Rollout: Sendable, Equatable {
        /// How far it has come.
        public enum Stage: String, Sendable, CaseIterable {
            /// Decisions are made and recorded; the model of before answers.
            case shadow
            /// A share of the users or sessions is routed.
            case canary
        }

        /// How one task type, or all of them, go over.
        public struct Plan: Sendable, Equatable {
            /// Whether anything is routed.
            public var stage = Stage.shadow
            /// The model of before; the policy's baseline where nil.
            public var control: String?
            /// Shares that are routed one after the other, rising, the last one at most 1.
            public var steps = [0.05, 0.25, 0.5, 1]
            /// Shadow.
            public init() {}
        }

        /// What differs for one task type; nil for what does not.
        public struct TaskTypePlan: Sendable, Equatable {
            /// Whether anything is routed.
            public var stage: Stage?
            /// The model of before.
            public var control: String?
            /// Shares that are routed one after the other.
            public var steps: [Double]?
            /// Nothing differs.
            public init() {}
        }

        /// A bound that a single answer is held to, and a margin for their mean.
        public struct Limit: Sendable, Equatable {
            /// The bound.
            public var limit: Double
            /// The margin.
            public var margin: Double

            /// A bound and a margin.
            public init(limit: Double, margin: Double) {
                self.limit = limit
                self.margin = margin
            }
        }

        /// What has to be seen before the next step, and what takes a task type back.
        public struct Gate: Sendable, Equatable {
            /// What outcomes have to show before the next step.
            public enum Requirement: String, Sendable, CaseIterable {
                /// That routed answers are worse by more than the margin is not proven.
                case noHarm = "no_harm"
                /// That they are not worse by more than the margin is proven.
                case notWorse = "not_worse"
            }

            /// Outcomes of one measure that each arm must have.
            public var minimumOutcomes = 200
            /// Days that a step lasts at least.
            public var minimumDays = 7.0
            /// What outcomes have to show.
            public var requirement = Requirement.noHarm
            /// The drop of quality that is tolerated, on a scale from 0 to 1.
            public var margin = 0.02
            /// Most chance that a task type is taken back although it is not worse by more than the margin, however
            /// often one looks.
            public var falseAlarmRate = 0.05
            /// What is compared of the answers' quality.
            public var measures = ReportedOutcome.Measure.quality
            /// Seconds that an answer may take, and the drop of the share of answers in time that is tolerated; nil for no
            /// comparison.
            public var latency: Limit?
            /// What an answer counts for at most, and the rise of the mean cost that is tolerated; nil for no comparison.
            public var cost: Limit?
            /// Days after which the comparison begins anew where no further step is awaited.
            public var comparisonDays = 28.0
            /// A week, 200 outcomes, two points, 5 %.
            public init() {}
        }

        /// Its name: another one begins anew, with other users in the first step.
        public var name: String
        /// The plan of task types that have none of their own.
        public var plan = Plan()
        /// Task type → what differs for it.
        public var taskTypes: [String: TaskTypePlan] = [:]
        /// What is assigned as a whole: `session`, or a field of the metadata; the first one that a request has.
        public var units = ["user", "session"]
        /// Share of the units that stay with the model of before at every step.
        public var holdout = 0.0
        /// Whether a step that passes its gate is followed by the next one without anybody's doing.
        public var advances = true
        /// What has to be seen before the next step.
        public var gate = Gate()

        /// A rollout in shadow.
        public init(name: String) { self.name = name }

        /// The plan that holds for a task type.
        public func plan(for taskType: String) -> Plan {
            guard let own = taskTypes[taskType] else { return plan }
            var plan = plan
            plan.stage = own.stage ?? plan.stage
            plan.control = own.control ?? plan.control
            plan.steps = own.steps ?? plan.steps
            return plan
        }
    }
}
