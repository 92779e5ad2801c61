extension Policy {
    /// What an answer must pass to be good enough.
    public struct AnswerChecks: Sendable, Equatable {
        /// The part of the table concerned.
        public var scope = Scope()
        /// Characters (Unicode scalars) that it may have.
        public var characters: Amount?
        /// Texts that it must hold, every one.
        public var requiredTerms: [String] = []
        /// Whether case counts in required terms and refusal patterns.
        public var ignoresCase = false
        /// Regular expressions, in RE2's syntax, that it must not match.
        public var refusalPatterns: [String] = []
        /// Whether the usual English refusals count as well.
        public var usesStandardRefusals = false
        /// A JSON Schema, in JSON, that it must fit.
        public var jsonSchema: String?
        /// Least mean of its tokens' log-probabilities, natural logarithms, 0 or below.
        public var minimumLogProbability: Double?
        /// Least agreement with a second answer to the same request, 0 to 1.
        public var minimumAgreement: Double?
        /// Nothing, everywhere.
        public init() {}

        /// Whether there is anything that it asks.
        public var isEmpty: Bool {
            characters == nil && requiredTerms.isEmpty && refusalPatterns.isEmpty && !usesStandardRefusals
                && jsonSchema == nil && minimumLogProbability == nil && minimumAgreement == nil
        }
    }
}
