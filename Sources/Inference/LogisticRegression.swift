/// A linear classifier: `logit(k) = bias(k) + Σ_f scale(f) · Σ_{slots of f} ± W_f[bucket, k]`.
///
/// Named after its usual loss; one-vs-rest losses give models of the same shape.
public struct LogisticRegression: Sendable {
    /// A table a feature family, each with a column a label.
    public let tables: [WeightTable]
    /// One bias a label.
    public let bias: [Float]

    /// A model from its tables, in the order of the families, and its biases.
    public init(tables: [WeightTable], bias: [Float]) {
        for table in tables {
            precondition(table.columns == bias.count, "\(table.columns) columns for \(bias.count) labels")
        }
        self.tables = tables
        self.bias = bias
    }

    /// Sets the bias of every logit: the start of a prediction.
    @inline(__always)
    public func start(_ logits: UnsafeMutableBufferPointer<Float>) {
        for index in bias.indices { logits[index] = bias[index] }
    }

    /// Adds one family's features to the logits.
    @inline(__always)
    public func add(_ features: FamilyFeatures, family: Int, to logits: UnsafeMutableBufferPointer<Float>) {
        guard let base = logits.baseAddress else { return }
        tables[family].add(features.slots, factor: features.scale, to: base)
    }
}
