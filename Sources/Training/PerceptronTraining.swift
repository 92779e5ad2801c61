internal import LinearAlgebra
internal import Optimization
internal import VectorKernels

/// Parameters of a perceptron over the active features.
struct PerceptronParameters: Sendable {
    /// Active features × units, row-major.
    var embeddings: [Float]
    /// Units.
    var hiddenBias: [Float]
    /// Units × labels, row-major.
    var output: [Float]
    /// Labels.
    var outputBias: [Float]
}

/// Trains the perceptron by Adam on mini-batches, with dropout on the hidden units and early stopping.
///
/// The embeddings begin at zero and the output weights at random: the first gradient already tells the units apart,
/// and a feature that is seen rarely keeps an embedding near zero instead of random noise.
///
/// The sparse parts of a batch run on all threads, each row or each residue class of features by one of them; the
/// dense parts are BLAS calls from the calling thread. Batches, dropout and the order of sums follow from the seed.
struct PerceptronTraining {
    let dataset: Dataset
    let active: ActiveFeatures
    let labelCount: Int
    let units: Int
    let rowWeights: [Float]
    let seed: UInt64
    let parallel: Parallel
    /// Told of rows passed over; false stops the run.
    let passed: (_ rows: Int) -> Bool

    static let batchSize = 64
    private static let dropout: Float = 0.3
    /// Parts by which embedding updates are divided among threads: feature number modulo this.
    private static let updateParts = 8

    /// The outcome of one training run.
    struct Outcome {
        var parameters: PerceptronParameters
        /// Passes after which the held-out loss was lowest.
        var epochs: Int
    }

    /// Trains on the rows that `isTrainedOn` lets through.
    ///
    /// Where `isJudged` lets rows through, training ends once their loss has not fallen for three passes, and the best
    /// parameters are returned; else after `epochs` passes.
    func run(
        epochs: Int, isTrainedOn: (Int) -> Bool, isJudged: (Int) -> Bool
    ) throws(TrainingError) -> Outcome {
        let trained = (0..<dataset.rowCount).filter { isTrainedOn($0) && rowWeights[$0] > 0 }
        let judged = (0..<dataset.rowCount).filter(isJudged)
        var generator = SeededGenerator(seed: seed)
        let spread = 1 / Float(units).squareRoot()
        var state = State(
            parameters: PerceptronParameters(
                embeddings: [Float](repeating: 0, count: active.count * units),
                hiddenBias: [Float](repeating: 0.1, count: units),
                output: (0..<units * labelCount).map { _ in spread * (2 * generator.uniform() - 1) },
                outputBias: [Float](repeating: 0, count: labelCount)),
            activeCount: active.count, units: units, batchSize: Self.batchSize)
        let meanWeight = trained.reduce(Float(0)) { $0 + rowWeights[$1] } / Float(max(trained.count, 1))
        var best = Outcome(parameters: state.parameters, epochs: 0)
        var bestLoss = Double.infinity
        for epoch in 1...max(epochs, 1) {
            let order = trained.shuffled(using: &generator)
            for start in stride(from: 0, to: order.count, by: Self.batchSize) {
                let batch = Array(order[start..<min(start + Self.batchSize, order.count)])
                step(&state, batch, meanWeight: meanWeight, dropoutSeed: generator.next())
                guard passed(batch.count) else {
                    throw TrainingError(.interrupted, "stopped; nothing was written")
                }
            }
            if judged.isEmpty {
                best = Outcome(parameters: state.parameters, epochs: epoch)
                continue
            }
            let loss = meanLoss(of: logits(state.parameters, rows: judged), judged)
            if loss < bestLoss {
                bestLoss = loss
                best = Outcome(parameters: state.parameters, epochs: epoch)
            } else if epoch >= best.epochs + 3 {
                break
            }
        }
        guard best.epochs > 0, best.parameters.output.allSatisfy(\.isFinite),
            best.parameters.embeddings.allSatisfy(\.isFinite)
        else {
            throw TrainingError(.failed, "training of the perceptron diverged; check the sample weights")
        }
        return best
    }

    /// Parameters, moments and buffers of a run.
    private struct State {
        var parameters: PerceptronParameters
        var embeddingAdam: RowSparseAdam
        var hiddenBiasAdam: Adam
        var outputAdam: Adam
        var outputBiasAdam: Adam
        let hidden: SharedBuffer<Float>
        let hiddenGradient: SharedBuffer<Float>
        let embeddingGradient: SharedBuffer<Float>
        let isTouched: SharedBuffer<Bool>

        init(parameters: PerceptronParameters, activeCount: Int, units: Int, batchSize: Int) {
            self.parameters = parameters
            let settings = Adam.Settings(learningRate: 0.01)
            embeddingAdam = RowSparseAdam(rows: activeCount, width: units, settings: settings)
            hiddenBiasAdam = Adam(count: parameters.hiddenBias.count, settings: settings)
            outputAdam = Adam(count: parameters.output.count, settings: settings)
            outputBiasAdam = Adam(count: parameters.outputBias.count, settings: settings)
            hidden = SharedBuffer(count: batchSize * units, repeating: 0)
            hiddenGradient = SharedBuffer(count: batchSize * units, repeating: 0)
            embeddingGradient = SharedBuffer(count: activeCount * units, repeating: 0)
            isTouched = SharedBuffer(count: activeCount, repeating: false)
        }
    }

    /// One mini-batch: forward, backward, Adam.
    private func step(_ state: inout State, _ batch: [Int], meanWeight: Float, dropoutSeed: UInt64) {
        let count = batch.count
        let hidden = state.hidden
        let keep = 1 - Self.dropout
        forward(state.parameters, rows: batch, into: hidden)
        // Rectifier and dropout; dropped units are zero and so pass no gradient back.
        for position in 0..<count {
            var random = SeededGenerator(seed: dropoutSeed &+ UInt64(position))
            for unit in 0..<units {
                let value = hidden[position * units + unit]
                let isKept = value > 0 && random.uniform() < keep
                hidden[position * units + unit] = isKept ? value / keep : 0
            }
        }
        let hiddenValues = Array(hidden.buffer[0..<count * units])
        let hiddenShape = MatrixShape(rows: count, columns: units)
        let outputShape = MatrixShape(rows: units, columns: labelCount)
        let logitShape = MatrixShape(rows: count, columns: labelCount)
        var delta = logitsOfHidden(hiddenValues, state.parameters, count: count)
        var biasGradient = [Float](repeating: 0, count: labelCount)
        delta.withUnsafeMutableBufferPointer { delta in
            for position in 0..<count {
                let row = UnsafeMutableBufferPointer(
                    rebasing: delta[position * labelCount..<(position + 1) * labelCount])
                Softmax.apply(to: row)
                row[Int(dataset.labels[batch[position]])] -= 1
                let weight = rowWeights[batch[position]] / (meanWeight * Float(count))
                for label in 0..<labelCount {
                    row[label] *= weight
                    biasGradient[label] += row[label]
                }
            }
        }
        var outputGradient = [Float](repeating: 0, count: units * labelCount)
        var outputSpan = outputGradient.mutableSpan
        MatrixProducts.gemm(
            hiddenValues.span, hiddenShape, transposeA: true, delta.span, logitShape, into: &outputSpan, outputShape)
        var back = [Float](repeating: 0, count: count * units)
        var backSpan = back.mutableSpan
        MatrixProducts.gemm(
            delta.span, logitShape, state.parameters.output.span, outputShape, transposeB: true, into: &backSpan,
            hiddenShape)
        var hiddenBiasGradient = [Float](repeating: 0, count: units)
        for position in 0..<count {
            for unit in 0..<units {
                let index = position * units + unit
                let gradient = hiddenValues[index] > 0 ? back[index] / keep : 0
                state.hiddenGradient[index] = gradient
                hiddenBiasGradient[unit] += gradient
            }
        }
        updateEmbeddings(
            &state.parameters.embeddings, &state.embeddingAdam, batch, hiddenGradient: state.hiddenGradient,
            embeddingGradient: state.embeddingGradient, isTouched: state.isTouched)
        state.hiddenBiasAdam.step(&state.parameters.hiddenBias, gradient: hiddenBiasGradient)
        state.outputAdam.step(&state.parameters.output, gradient: outputGradient)
        state.outputBiasAdam.step(&state.parameters.outputBias, gradient: biasGradient)
    }

    /// Sums the gradients of the embeddings that the batch touches and moves them, each feature on one thread.
    private func updateEmbeddings(
        _ embeddings: inout [Float], _ adam: inout RowSparseAdam, _ batch: [Int],
        hiddenGradient: SharedBuffer<Float>, embeddingGradient: SharedBuffer<Float>, isTouched: SharedBuffer<Bool>
    ) {
        let units = units
        let dataset = dataset
        let parallel = parallel
        var table = embeddings.mutableSpan
        adam.step(&table) { updater in
            parallel.forEach(Self.updateParts) { part in
                var touched: [Int] = []
                for (position, row) in batch.enumerated() {
                    Self.forEachFamily(of: dataset, row: row) { slots, scale in
                        for slot in slots where Int(slot >> 1) % Self.updateParts == part {
                            let feature = Int(slot >> 1)
                            if !isTouched.base[feature] {
                                isTouched.base[feature] = true
                                touched.append(feature)
                            }
                            let factor = slot & 1 == 1 ? -scale : scale
                            let gradient = embeddingGradient.base + feature * units
                            let source = hiddenGradient.base + position * units
                            for unit in 0..<units { gradient[unit] += factor * source[unit] }
                        }
                    }
                }
                for feature in touched {
                    let gradient = UnsafeMutableBufferPointer(
                        start: embeddingGradient.base + feature * units, count: units)
                    updater.update(row: feature, gradient: Span(_unsafeElements: UnsafeBufferPointer(gradient)))
                    gradient.update(repeating: 0)
                    isTouched.base[feature] = false
                }
            }
        }
    }

    /// Hidden units before the rectifier, rows × units.
    private func forward(_ parameters: PerceptronParameters, rows: [Int], into hidden: SharedBuffer<Float>) {
        let units = units
        let dataset = dataset
        parameters.embeddings.withUnsafeBufferPointer { embeddings in
            let embeddings = SharedConstants(embeddings)
            let chunk = 8
            parallel.forEach((rows.count + chunk - 1) / chunk) { part in
                guard let table = embeddings.buffer.baseAddress else { return }
                for position in part * chunk..<min((part + 1) * chunk, rows.count) {
                    let output = hidden.base + position * units
                    for unit in 0..<units { output[unit] = parameters.hiddenBias[unit] }
                    Self.forEachFamily(of: dataset, row: rows[position]) { slots, scale in
                        RowSums.add(float: table, columns: units, slots: slots, factor: scale, to: output)
                    }
                }
            }
        }
    }

    private func logitsOfHidden(_ hidden: [Float], _ parameters: PerceptronParameters, count: Int) -> [Float] {
        var logits: [Float] = []
        logits.reserveCapacity(count * labelCount)
        for _ in 0..<count { logits += parameters.outputBias }
        var span = logits.mutableSpan
        MatrixProducts.gemm(
            hidden.span, MatrixShape(rows: count, columns: units), parameters.output.span,
            MatrixShape(rows: units, columns: labelCount), beta: 1, into: &span,
            MatrixShape(rows: count, columns: labelCount))
        return logits
    }

    /// Logits of `rows`, rows × labels.
    func logits(_ parameters: PerceptronParameters, rows: [Int]) -> [Float] {
        let hidden = SharedBuffer<Float>(count: rows.count * units, repeating: 0)
        guard !rows.isEmpty else { return [] }
        forward(parameters, rows: rows, into: hidden)
        return logitsOfHidden(hidden.buffer.map { max($0, 0) }, parameters, count: rows.count)
    }

    private func meanLoss(of logits: [Float], _ rows: [Int]) -> Double {
        var sum = 0.0
        var total = 0.0
        logits.withUnsafeBufferPointer { logits in
            for (position, row) in rows.enumerated() {
                let z = UnsafeBufferPointer(rebasing: logits[position * labelCount..<(position + 1) * labelCount])
                let weight = Double(rowWeights[row])
                sum += weight * (Softmax.logSumExp(z) - Double(z[Int(dataset.labels[row])]))
                total += weight
            }
        }
        return total > 0 ? sum / total : 0
    }

    private static func forEachFamily(
        of dataset: Dataset, row: Int, _ visit: (UnsafeBufferPointer<UInt32>, Float) -> Void
    ) {
        dataset.withFeatures(ofRow: row) { features in
            features.forEachFamily { _, slots, scale in visit(slots, scale) }
        }
    }
}
