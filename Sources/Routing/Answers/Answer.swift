/// An answer of a model, and what the caller knows of it.
public struct Answer: Sendable, Equatable {
    /// What the model wrote.
    public var text: String
    /// The logarithm of each token's probability, or their mean alone.
    public var logProbabilities: [Double] = []
    /// Another answer to the same request.
    public var second: String?

    /// An answer of which nothing else is known.
    public init(_ text: String) { self.text = text }

    /// Mean of the log-probabilities; nil where there are none.
    var meanLogProbability: Double? {
        logProbabilities.isEmpty ? nil : logProbabilities.reduce(0, +) / Double(logProbabilities.count)
    }
}

/// What came of the checks of an answer.
public struct AnswerVerdict: Sendable, Equatable {
    /// One check.
    public enum Check: String, Sendable, CaseIterable {
        case characters
        case requiredTerms = "required_terms"
        case refusal
        case jsonSchema = "json_schema"
        case logProbability = "log_probability"
        case agreement
    }

    /// What came of one check.
    public struct Result: Sendable, Equatable {
        /// The check.
        public var check: Check
        /// Why the answer does not pass it, as a sentence without the full stop; nil where it passes.
        public var reason: String?
        /// What was measured, where it is a number.
        public var value: Double?
    }

    /// What came of each, in the order of the checks.
    public var results: [Result] = []

    /// No checks, which an answer passes.
    public init() {}

    /// Whether the answer passes all of them.
    public var passed: Bool { results.allSatisfy { $0.reason == nil } }
}
