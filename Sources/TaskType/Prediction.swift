/// The answer to one request, as in section 2 of the contracts.
public struct Prediction: Sendable, Equatable {
    /// Where an answer comes from.
    public enum Source: String, Sendable {
        /// The model classified the request.
        case model
        /// A rule decided before the model was asked.
        case rule
        /// There was nothing to classify, or no model to do it.
        case `default`
    }

    /// What was read of the request.
    public struct Input: Sendable, Equatable {
        /// Length of the ask.
        public var bytes: Int
        /// Tokens of the ask inside its window.
        public var tokens: Int
        /// Whether a text was longer than its window.
        public var isTruncated: Bool
        /// Share of the ask's character 3-grams that occurred in training.
        public var coverage: Float
    }

    /// The most probable label.
    public var taskType: String
    /// Its calibrated probability.
    public var confidence: Float
    /// Names of all labels, in the model's order.
    public var labels: [String]
    /// Calibrated probabilities in the order of `labels`; they sum to 1.
    public var probabilities: [Float]
    /// Where the answer comes from.
    public var source: Source
    /// Whether the caller should use its default route: low confidence or low coverage.
    public var isUncertain: Bool
    /// The smallest set of labels that holds the truth at the model's coverage, most probable first.
    public var candidates: [String]
    /// What was read of the request.
    public var input: Input

    /// Probability of a label, or nil where the model does not know it.
    public subscript(label: String) -> Float? {
        labels.firstIndex(of: label).map { probabilities[$0] }
    }

    /// The answer where there is no model: `label` with certainty nobody should rely on.
    public static func unclassified(as label: String, bytes: Int) -> Prediction {
        Prediction(
            taskType: label, confidence: 0, labels: [label], probabilities: [1], source: .default, isUncertain: true,
            candidates: [label], input: Input(bytes: bytes, tokens: 0, isTruncated: false, coverage: 0))
    }
}
