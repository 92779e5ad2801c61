/// Why a request has its logit for one label: an exact sum.
///
/// `bias` plus all `contributions` is the label's raw logit, before calibration. For a perceptron the
/// contributions are those of the linear map that the rectifier leaves in force for this request, which is exact
/// for it too.
public struct Explanation: Sendable, Equatable {
    /// What one feature adds to the logit.
    public struct Contribution: Sendable, Equatable {
        /// The feature in the request's own words; features that share a slot are joined by ` | `.
        public var feature: String
        /// What it adds to the logit.
        public var weight: Float
    }

    /// The label that is explained.
    public var label: String
    /// The raw logit.
    public var logit: Float
    /// The part of the logit that no feature of the request brings.
    public var bias: Float
    /// All features, the largest absolute weight first.
    public var contributions: [Contribution]
}
