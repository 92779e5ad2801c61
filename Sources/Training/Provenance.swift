/// Where a model comes from: `tasktype.provenance` in its weights file, without clock times.
public struct Provenance: Sendable, Equatable, Codable {
    /// What the caller of the trainer knows.
    public struct Origin: Sendable, Equatable, Codable {
        /// Program and version.
        public var program: String
        /// `sha256:` digests of the files trained on, in their order.
        public var data: [String]
        /// `sha256:` digests of the files that settings were chosen on.
        public var validation: [String]
        /// `sha256:` digests of the files of unlabelled traffic; absent where there are none.
        public var traffic: [String]?
        /// Revision of the model that this one was made from, by a warm start or by adapting it; absent where none.
        public var parent: String?

        /// What rows of the data had to meet to be read, such as `split=train`; absent where all were read.
        public var conditions: [String]?
        /// What rows of the validation files had to meet; absent where all were read.
        public var validation_conditions: [String]?

        /// An origin; all parts may be empty.
        public init(
            program: String = "", data: [String] = [], validation: [String] = [], traffic: [String] = [],
            parent: String? = nil, conditions: [String] = [], validationConditions: [String] = []
        ) {
            self.program = program
            self.data = data
            self.validation = validation
            self.traffic = traffic.isEmpty ? nil : traffic
            self.parent = parent
            self.conditions = conditions.isEmpty ? nil : conditions
            self.validation_conditions = validationConditions.isEmpty ? nil : validationConditions
        }
    }

    /// Program and data.
    public var origin: Origin
    /// What was done and how good the result is.
    public var training: TrainingReport
    /// How the model was made smaller since; absent where it was not.
    public var shrunk: [ModelShrinker.Record]?
}
