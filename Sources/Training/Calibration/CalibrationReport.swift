extension TrainingReport {
    /// A kind of calibration that was tried.
    public struct CalibrationTrial: Sendable, Equatable, Codable {
        /// `temperature`, `temperature and label mix`, `vector` or `dirichlet`.
        public var kind: String
        /// Regularisation of the matrix.
        public var penalty: Double?
        /// Mean negative log-likelihood of held-out rows that it was not fitted on.
        public var log_loss: Double
    }

    /// How thresholds and candidates did on held-out rows that they were not fitted on.
    public struct DecisionFigures: Sendable, Equatable, Codable {
        /// Share of answers at or above their label's threshold.
        public var certain_share: Double
        /// Share of those that are right; absent where there are none.
        public var certain_accuracy: Double?
        /// `marginal` or `per-label`.
        public var candidate_sets: String
        /// Coverage asked for.
        public var candidate_target: Double
        /// Share of rows whose truth is a candidate.
        public var candidate_coverage: Double
        /// The same among the rows of each label.
        public var candidate_coverage_by_label: [String: Double]
        /// Mean number of candidates.
        public var mean_candidates: Double
        /// Labels with too few rows for a candidate threshold of their own, which have that of all labels.
        public var candidate_fallbacks: [String]
    }
}
