public import FeatureExtraction
public import TaskType

/// The settings of a training run.
public struct TrainingOptions: Sendable {
    /// Which kind of model is trained.
    public enum Kind: String, Sendable, CaseIterable {
        /// The linear model.
        case logistic
        /// The perceptron.
        case mlp
        /// Both, and their average; the best on held-out rows is kept.
        case auto
    }

    /// How labels of different frequency are weighed.
    public enum ClassWeights: String, Sendable, CaseIterable, Codable {
        /// Every row counts its sample weight.
        case none
        /// Every label counts the same in sum.
        case balanced
        /// Square root of the factor that would balance.
        case squareRoot = "square-root"
    }

    /// Which kind of model is trained.
    public var kind: Kind = .logistic
    /// How held-out rows are had; nil chooses by the number of rows.
    public var validation: ValidationPlan?
    /// How labels are weighed.
    public var classWeights: ClassWeights = .balanced
    /// Factors of single labels' weights, on top of `classWeights`; 1 for labels that are not named.
    public var labelWeights: [String: Double] = [:]
    /// Shares of the labels in the traffic to come, where they differ from those in the samples; empty for the same.
    ///
    /// Settings are chosen and probabilities calibrated for this mix.
    public var expectedMix: [String: Double] = [:]
    /// A model to begin with; its features are used.
    public var warmStart: WarmStart?
    /// How samples were weighed by age, to be recorded; the weights themselves are changed while reading.
    public var decay: TimeDecay.Figures?
    /// Noisy copies of the rows that are trained on; the builder that reads the samples makes them.
    public var noise: TrainingNoise?
    /// The losses that are tried for the linear model.
    public var losses: [LinearLoss] = [.softmax, .squaredHinge]
    /// The inverse regularisations C that are tried, ascending: the penalty is ‖W‖² / (2 · C · rows) beside
    /// the weighted mean of the loss, which is LIBLINEAR's and scikit-learn's C where sample weights are 1 on average.
    public var inverseRegularizations: [Double] = [0.3, 1, 3, 10]
    /// How features are taken from requests; nil chooses by the number of labels.
    public var features: FeatureSettings?
    /// Units of the perceptron's hidden layer.
    public var hiddenUnits = 32
    /// Passes over the data that the perceptron makes at most.
    public var epochs = 30
    /// How weights are stored.
    public var precision: WeightPrecision = .int8
    /// The most bytes that the weights file may have; rows of little effect, and then bits, are left out until it fits.
    ///
    /// nil for no limit: then every bucket keeps its row.
    public var maximumBytes: Int?
    /// Label for requests with nothing to classify; nil takes the most frequent one.
    public var defaultLabel: String?
    /// Share of requests whose candidates are to hold the truth.
    public var candidateCoverage = 0.95
    /// Whether candidates are to hold the truth of all requests together, or of each label's requests.
    public var candidateSets: CandidateSets = .marginal
    /// Precision that answers above a label's threshold are to have.
    public var targetPrecision = 0.9
    /// Shares of answers that are to be certain, in place of the target precision.
    public var targetShares = TargetShares()
    /// Source of all randomness.
    public var seed: UInt64 = 1
    /// Threads that work at the same time; changes the time, never the result.
    public var threads = 1

    /// The defaults.
    public init() {}
}

/// Where a training run stands.
public struct TrainingProgress: Sendable {
    /// What is being done, for people.
    public var stage: String
    /// Share of the stage that is done, 0 to 1, where it can be told.
    public var fraction: Double?
    /// Rows read or passed over in this stage so far.
    public var rows: Int
}
