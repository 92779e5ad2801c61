/// Labelled rows together with what a model answered for them: all that an evaluation looks at.
///
/// Columns are kept as flat arrays with one entry a row; `probabilities` is rows × labels, row by row. A value
/// of this type has been checked: there is at least one row, indices are in range, every row's probabilities
/// are in [0, 1] and sum to 1 within 0.001, and weights are positive.
public struct ScoredRows: Sendable {
    /// Names of the labels; their order gives the label indices.
    public let labels: [String]
    /// Index of the true label, one a row.
    public let truth: [Int]
    /// Index of a second acceptable label, or nil, one a row; never the row's true label.
    public let alternative: [Int?]
    /// Probability of each label, rows × labels.
    public let probabilities: [Float]
    /// Index of the most probable label, one a row; the lowest index among equals.
    public let predicted: [Int]
    /// Sample weights, one a row, all 1 unless given.
    public let weights: [Double]
    /// Whether the model marked its answer as uncertain, one a row; nil if it does not say.
    public let uncertain: [Bool]?
    /// The labels that the model holds possible; nil if it does not say.
    public let candidates: CandidateSetTable?
    /// Groups of rows that belong together; nil where every row stands for itself.
    public let clusters: RowClusters?
    /// Columns whose values cut the rows into slices, in the order in which reports list them.
    public let slices: [SliceColumn]
    /// Time for one classification in microseconds, in any number and order; not tied to the rows.
    public let latencies: [Double]

    /// A named column with one value a row.
    public struct SliceColumn: Sendable, Hashable {
        /// Name of the column, as in the data file.
        public let name: String
        /// The row's value, one a row.
        public let values: [String]
        /// Values that reports list in this order, before others, such as bins of a length.
        public let order: [String]

        /// A column with one value a row.
        public init(name: String, values: [String], order: [String] = []) {
            self.name = name
            self.values = values
            self.order = order
        }
    }

    /// Number of rows, at least 1.
    public var count: Int { truth.count }

    /// Whether any row has a weight other than 1.
    public var isWeighted: Bool { weights.contains { $0 != 1 } }

    /// Checks and keeps the columns, and finds each row's most probable label; O(rows × labels).
    ///
    /// - Parameters:
    ///   - labels: distinct, non-empty names.
    ///   - truth: a label index for each row.
    ///   - alternative: a second acceptable label index or nil for each row; empty if no row has one. One that
    ///     repeats the true label is the same as nil.
    ///   - probabilities: rows × labels, row by row.
    ///   - weights: a positive weight for each row; empty if all are 1.
    ///   - uncertain: a flag for each row, or nil if the model gives none.
    ///   - candidates: sets of labels, rows × labels, or nil if the model gives none.
    ///   - groups: name of the group that each row belongs to, or nil; empty if no row has one.
    ///   - slices: columns with one value for each row.
    ///   - latencies: measured times in microseconds; empty if none were measured.
    /// - Throws: `EvaluationError` that names the column and the row (counted from 1) at fault.
    public init(
        labels: [String], truth: [Int], alternative: [Int?] = [], probabilities: [Float],
        weights: [Double] = [], uncertain: [Bool]? = nil, candidates: CandidateSetTable? = nil,
        groups: [String?] = [], slices: [SliceColumn] = [], latencies: [Double] = []
    ) throws(EvaluationError) {
        try Self.checkLabels(labels)
        guard !truth.isEmpty else {
            throw EvaluationError(.noRows, "There are no rows to evaluate: give at least one labelled row.")
        }
        try Self.checkLengths(
            rows: truth.count, labels: labels.count, alternative: alternative, probabilities: probabilities,
            weights: weights, uncertain: uncertain, candidates: candidates, groups: groups, slices: slices)
        try Self.checkIndices(truth, of: "label", labels: labels.count)
        try Self.checkIndices(alternative, of: "alternative label", labels: labels.count)
        try Self.checkWeights(weights)
        try Self.checkLatencies(latencies)

        self.labels = labels
        self.truth = truth
        self.alternative =
            alternative.isEmpty
            ? Array(repeating: nil, count: truth.count)
            : zip(alternative, truth).map { $0 == $1 ? nil : $0 }
        self.probabilities = probabilities
        self.predicted = try Self.mostProbable(probabilities, labels: labels.count)
        self.weights = weights.isEmpty ? Array(repeating: 1, count: truth.count) : weights
        self.uncertain = uncertain
        self.candidates = candidates
        clusters = RowClusters(groups: groups)
        self.slices = slices
        self.latencies = latencies
    }

    /// Probability of the predicted label of a row.
    public func confidence(ofRow row: Int) -> Double {
        Double(probabilities[row * labels.count + predicted[row]])
    }
}
