/// How long, or how much, a search may try.
public struct TuningOptions: Sendable {
    /// Seconds after which the model is to be ready; nil for no limit.
    public var seconds: Double?
    /// Trials that are made at most; nil for no limit.
    ///
    /// The same number repeats a run exactly.
    public var trials: Int?
    /// Settings that stay as the caller gave them.
    public var fixed: Set<TuningDimension> = []
    /// The inverse regularisations, where the caller gave them.
    public var inverseRegularizations: [Double]?
    /// Asked while training; true stops the run.
    public var isInterrupted: @Sendable () -> Bool = { false }

    /// A search without limits, which needs one before it is run.
    public init() {}
}

/// What a search tried, and why it chose what it chose.
public struct TuningReport: Sendable, Equatable, Codable {
    /// One configuration, judged once.
    public struct Trial: Sendable, Equatable, Codable {
        /// Place in the order in which configurations were considered, from 0, the defaults.
        public var number: Int
        /// `defaults`, `part` (part of the rows), `two-folds`, `full`, or `confirmation` (folds dealt anew).
        public var rung: String
        /// The settings.
        public var configuration: TuningConfiguration
        /// What differs from the defaults, in words.
        public var summary: String
        /// The best of the inverse regularisations that were tried.
        public var inverse_regularization: Double
        /// Share of judged rows that are right.
        public var accuracy: Double
        /// Mean of the labels' F1.
        public var macro_f1: Double
        /// Mean negative log-likelihood after a temperature.
        public var log_loss: Double
    }

    /// A configuration that the chosen model consists of.
    public struct Member: Sendable, Equatable, Codable {
        /// The trial in which it was judged on all held-out rows.
        public var number: Int
        /// Share in the average, in calibrated logits.
        public var share: Double
        /// What differs from the defaults, in words.
        public var summary: String
        /// The loss.
        public var loss: LinearLoss
        /// The inverse regularisation.
        public var inverse_regularization: Double
    }

    /// Trials that were made: `--tune-trials` with this number repeats the search.
    public var trialCount: Int { (trials.last?.number ?? -1) + 1 }
    /// All trials, in order.
    public var trials: [Trial]
    /// What was chosen: one configuration, or several whose weights are averaged.
    public var members: [Member]
    /// Mean of accuracy and macro-F1 of what was chosen, less that of the defaults, on the same held-out rows.
    public var gain: Double
    /// Standard error of `gain`, by a paired bootstrap.
    public var gain_standard_error: Double
    /// Why the choice was made, in a sentence.
    public var reason: String
}
