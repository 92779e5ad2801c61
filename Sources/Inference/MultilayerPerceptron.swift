internal import VectorKernels

/// One hidden layer over the hashed features: `h = max(0, c + Σ_f scale(f) · Σ ± E_f[bucket])`, `logits = b + h · V`.
///
/// The embeddings are the hidden layer's weights: a further matrix between their sum and the rectifier would
/// change nothing that the embeddings cannot express (`docs/decisions/0002-perceptron-without-blas.md`).
public struct MultilayerPerceptron: Sendable {
    /// An embedding table a feature family, each with a column a hidden unit.
    public let embeddings: [WeightTable]
    /// One bias a hidden unit.
    public let hiddenBias: [Float]
    /// Output weights, hidden units × labels, row-major.
    public let outputWeights: [Float]
    /// One bias a label.
    public let outputBias: [Float]

    /// A model from its parameters; all shapes must agree.
    public init(embeddings: [WeightTable], hiddenBias: [Float], outputWeights: [Float], outputBias: [Float]) {
        for table in embeddings {
            precondition(
                table.columns == hiddenBias.count, "\(table.columns) columns, \(hiddenBias.count) hidden units")
        }
        precondition(
            outputWeights.count == hiddenBias.count * outputBias.count,
            "\(outputWeights.count) output weights, \(hiddenBias.count) × \(outputBias.count) needed")
        self.embeddings = embeddings
        self.hiddenBias = hiddenBias
        self.outputWeights = outputWeights
        self.outputBias = outputBias
    }

    /// Number of hidden units.
    public var hiddenCount: Int { hiddenBias.count }

    /// Sets the hidden units to their biases: the start of a prediction.
    @inline(__always)
    public func start(_ hidden: UnsafeMutableBufferPointer<Float>) {
        for index in hiddenBias.indices { hidden[index] = hiddenBias[index] }
    }

    /// Adds one family's features to the hidden units, before the rectifier.
    @inline(__always)
    public func add(_ features: FamilyFeatures, family: Int, to hidden: UnsafeMutableBufferPointer<Float>) {
        guard let base = hidden.baseAddress else { return }
        embeddings[family].add(features.slots, factor: features.scale, to: base)
    }

    /// Applies the rectifier to the hidden units and writes the logits.
    @inline(__always)
    public func finish(_ hidden: UnsafeMutableBufferPointer<Float>, logits: UnsafeMutableBufferPointer<Float>) {
        for index in 0..<hiddenCount { hidden[index] = max(hidden[index], 0) }
        for index in outputBias.indices { logits[index] = outputBias[index] }
        guard let base = logits.baseAddress, let units = hidden.baseAddress else { return }
        outputWeights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            RowSums.add(
                scaledRows: weights, rows: hiddenCount, columns: outputBias.count, coefficients: units, to: base)
        }
    }
}
