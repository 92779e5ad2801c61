public import FeatureExtraction
public import Inference

/// A trained model in memory: everything that a prediction depends on.
public struct TaskModel: Sendable {
    /// Names of the task types, in the order of the logits.
    public var labels: [String]
    /// How features are taken from a request.
    public var features: FeatureSettings
    /// The linear part, if there is one.
    public var linear: LogisticRegression?
    /// The perceptron, if there is one.
    public var perceptron: MultilayerPerceptron?
    /// Share of the perceptron in the averaged logits where there are both parts, 0 to 1.
    public var perceptronShare: Float
    /// Raw logits → calibrated logits.
    public var calibration: Calibration
    /// Confidence below which an answer is `uncertain`, by label.
    public var thresholds: [Float]
    /// A label is a candidate if its probability is at least this (split conformal prediction).
    public var candidateThreshold: Float
    /// The same by label (class-conditional conformal prediction), in place of the one for all; nil for none.
    public var labelCandidateThresholds: [Float]?
    /// Share of requests whose true label is among the candidates, as fitted.
    public var candidateCoverage: Float
    /// Bitmap of the character 3-grams seen in training.
    public var coverageFilter: CoverageFilter
    /// Answered, with its prior probabilities, where there is nothing to classify.
    public var defaultLabel: Int
    /// Share of each label in the training data.
    public var priors: [Float]

    /// A model from its parts; counts and shapes must agree with `labels` and `features`.
    public init(
        labels: [String], features: FeatureSettings, linear: LogisticRegression?, perceptron: MultilayerPerceptron?,
        perceptronShare: Float = 0.5, calibration: Calibration, thresholds: [Float], candidateThreshold: Float,
        labelCandidateThresholds: [Float]? = nil, candidateCoverage: Float, coverageFilter: CoverageFilter,
        defaultLabel: Int, priors: [Float]
    ) {
        precondition(linear != nil || perceptron != nil, "a model needs a linear part or a perceptron")
        for count in [calibration.scales.count, thresholds.count, priors.count, labelCandidateThresholds?.count] {
            guard let count else { continue }
            precondition(count == labels.count, "\(count) values for \(labels.count) labels")
        }
        precondition(labels.indices.contains(defaultLabel), "default label \(defaultLabel) of \(labels.count)")
        for tables in [linear?.tables, perceptron?.embeddings].compactMap(\.self) {
            precondition(
                tables.count == FeatureFamily.count, "\(tables.count) tables for \(FeatureFamily.count) families")
            for (table, family) in zip(tables, FeatureFamily.allCases) {
                precondition(
                    table.rows == features.bucketCount(of: family),
                    "\(table.rows) rows for \(features.bucketCount(of: family)) buckets of \(family.name)")
            }
        }
        self.labels = labels
        self.features = features
        self.linear = linear
        self.perceptron = perceptron
        self.perceptronShare = perceptronShare
        self.calibration = calibration
        self.thresholds = thresholds
        self.candidateThreshold = candidateThreshold
        self.labelCandidateThresholds = labelCandidateThresholds
        self.candidateCoverage = candidateCoverage
        self.coverageFilter = coverageFilter
        self.defaultLabel = defaultLabel
        self.priors = priors
    }

    /// Probability from which the label at `index` is a candidate.
    public func candidateThreshold(ofLabel index: Int) -> Float {
        labelCandidateThresholds.map { $0[index] } ?? candidateThreshold
    }
}
