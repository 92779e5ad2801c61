internal import FoundationEssentials

/// What a training run did and how good its result is on rows that it did not learn from.
public struct TrainingReport: Sendable, Equatable, Codable {
    /// A setting that was tried.
    public struct Trial: Sendable, Equatable, Codable {
        /// `logistic`, `mlp` or `average`.
        public var kind: String
        /// Loss of the linear model.
        public var loss: String?
        /// Inverse regularisation C of the linear model.
        public var inverse_regularization: Double?
        /// Passes over the data of the perceptron.
        public var epochs: Int?
        /// Share of held-out rows that are right.
        public var accuracy: Double
        /// Mean of the labels' F1.
        public var macro_f1: Double
        /// Mean negative log-likelihood after a temperature.
        public var log_loss: Double
    }

    /// Rows that were trained on in the end.
    public var rows: Int
    /// Rows that settings and calibration were judged on.
    public var held_out_rows: Int
    /// How they were held out.
    public var validation: String
    /// Rows of each label.
    public var label_counts: [String: Int]
    /// Features of all rows.
    public var features: Int
    /// Distinct features.
    public var active_features: Int
    /// All settings that were tried.
    public var trials: [Trial]
    /// The setting that was kept.
    public var chosen: Trial
    /// What a search for settings tried, where there was one.
    public var tuning: TuningReport?
    /// `temperature`, `temperature and label mix`, `vector` or `dirichlet`.
    public var calibration: String
    /// The kinds of calibration that were tried; absent from reports of older versions.
    public var calibration_trials: [CalibrationTrial]?
    /// How thresholds and candidates did; absent where too few rows were held out.
    public var decisions: DecisionFigures?
    /// The label mix of the traffic that the model was calibrated for; absent where none was given.
    public var traffic: LabelMixEstimate?
    /// How samples were weighed by age; absent where they were not.
    public var decay: TimeDecay.Figures?
    /// Noisy copies that were trained on; absent where there were none.
    public var noise: TrainingNoise.Figures?
    /// How labels were weighed: `none`, `balanced` or `square-root`; absent where a search chose, and says so with each of
    /// its members.
    public var class_weights: String?
    /// Factors of single labels' weights on top of that; absent where there were none.
    public var label_weights: [String: Double]?
    /// Accuracy of the float weights on the rows that quantisation is judged on.
    public var float_accuracy: Double
    /// Accuracy of the stored weights on the same rows.
    public var stored_accuracy: Double
    /// Size of the weights file.
    public var file_bytes: Int
    /// What was tried to stay within a size; absent where none was given.
    public var size_search: SizeSearchReport?
    /// The seed.
    public var seed: UInt64

    /// The report as JSON with sorted keys.
    public func json() throws -> String { try encodeSorted(self) }
}

extension TrainingReport {
    /// Records how labels were weighed.
    mutating func tellWeights(_ options: TrainingOptions) {
        if tuning == nil { class_weights = options.classWeights.rawValue }
        if !options.labelWeights.isEmpty { label_weights = options.labelWeights }
    }
}

/// JSON with sorted keys, so that equal values give equal bytes.
func encodeSorted(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// The provenance that a weights file holds.
func decodeProvenance(_ json: String) throws -> Provenance {
    try JSONDecoder().decode(Provenance.self, from: Data(json.utf8))
}
