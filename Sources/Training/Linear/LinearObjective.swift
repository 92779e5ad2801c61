internal import Optimization
internal import VectorKernels

/// Losses of the linear model; all are convex in the weights.
public enum LinearLoss: String, Sendable, CaseIterable, Codable {
    /// Multinomial logistic: −log softmax(z)[truth].
    case softmax
    /// One-vs-rest logistic: Σ_k log(1 + exp(∓z_k)).
    case logistic
    /// One-vs-rest squared hinge: Σ_k max(0, 1 ∓ z_k)², as in LIBLINEAR's L2-loss SVM.
    case squaredHinge = "squared-hinge"
}

/// The training problem of the linear model.
///
///     minimise over W, b:   1/Σw_i · Σ_i w_i · loss(b + W·x_i, y_i)  +  λ/2 · ‖W‖²
///
/// with x_i the row's features, each family scaled to its length and each feature times its factor. Parameters are W [active features × labels]
/// row-major, then b [labels]; with a base W₀, b₀ the model is W₀ + W, b₀ + b. Value and gradient are summed over fixed ranges of blocks ("shards"), each by one
/// thread, and the shards in their order: the result does not depend on the number of threads.
struct LinearObjective: DifferentiableObjective {
    let dataset: Dataset
    let labelCount: Int
    let loss: LinearLoss
    /// Weight of each row times its class weight; rows with weight 0 are not trained on.
    let rowWeights: [Float]
    let activeCount: Int
    /// Factor of each active feature.
    let featureFactors: [Float]
    var regularization: Double
    let parallel: Parallel
    /// Weights and biases that the parameters come on top of: those of a model that training begins with.
    var base: [Float]?

    /// Weights times factors, what rows are multiplied by.
    private let effective: SharedBuffer<Float>
    private let totalWeight: Double
    private let shards: [Range<Int>]
    private let shardGradients: SharedBuffer<Float>

    init(
        dataset: Dataset, labelCount: Int, loss: LinearLoss, rowWeights: [Float], featureFactors: [Float],
        regularization: Double, parallel: Parallel, base: [Float]? = nil
    ) {
        self.base = base
        self.dataset = dataset
        self.labelCount = labelCount
        self.loss = loss
        self.rowWeights = rowWeights
        self.featureFactors = featureFactors
        activeCount = featureFactors.count
        self.regularization = regularization
        self.parallel = parallel
        totalWeight = rowWeights.reduce(0.0) { $0 + Double($1) }
        let dimension = activeCount * labelCount + labelCount
        shards = Self.shards(blockCount: dataset.blockCount, dimension: dimension)
        effective = SharedBuffer(count: dimension, repeating: 0)
        shardGradients = SharedBuffer(count: shards.count * dimension, repeating: 0)
    }

    var dimension: Int { activeCount * labelCount + labelCount }

    /// At most 16 shards, fewer where their gradients would take much memory; from the data alone.
    private static func shards(blockCount: Int, dimension: Int) -> [Range<Int>] {
        let limit = dimension > 4_000_000 ? 8 : 16
        let count = max(1, min(limit, blockCount))
        return (0..<count).map { blockCount * $0 / count..<blockCount * ($0 + 1) / count }
    }

    mutating func evaluate(at point: [Float], gradient: inout [Float]) -> Double {
        let dimension = dimension
        let values = SharedBuffer<Double>(count: shards.count, repeating: 0)
        let objective = self
        applyFactors(to: point)
        objective.parallel.forEach(shards.count) { shard in
            let gradient = UnsafeMutableBufferPointer(
                start: objective.shardGradients.base + shard * dimension, count: dimension)
            gradient.update(repeating: 0)
            values[shard] = objective.add(shard, UnsafeBufferPointer(objective.effective.buffer), to: gradient)
        }
        let scale = Float(1 / totalWeight)
        let penalty = Float(regularization)
        let stripe = 1 << 14
        let squares = SharedBuffer<Double>(count: (dimension + stripe - 1) / stripe, repeating: 0)
        gradient.withUnsafeMutableBufferPointer { gradient in
            point.withUnsafeBufferPointer { parameters in
                let output = SharedVariables(gradient)
                let parameters = SharedConstants(parameters)
                objective.parallel.forEach(squares.count) { part in
                    let range = part * stripe..<min((part + 1) * stripe, dimension)
                    guard let sums = output.buffer.baseAddress, let weights = parameters.buffer.baseAddress else {
                        return
                    }
                    (sums + range.lowerBound).update(
                        from: objective.shardGradients.base + range.lowerBound, count: range.count)
                    for shard in 1..<max(objective.shards.count, 1) {
                        RowSums.add(
                            objective.shardGradients.base + shard * dimension + range.lowerBound, count: range.count,
                            to: sums + range.lowerBound)
                    }
                    squares[part] = objective.addPenalty(
                        range, sums: sums, weights: weights, scale: scale, penalty: penalty)
                }
            }
        }
        let loss = values.buffer.reduce(0, +) / totalWeight
        return loss + regularization / 2 * squares.buffer.reduce(0, +)
    }

    /// Writes weights times factors, and the biases, into `effective`.
    private func applyFactors(to point: [Float]) {
        let objective = self
        let stripe = 1 << 12
        point.withUnsafeBufferPointer { point in
            let point = SharedConstants(point)
            parallel.forEach((activeCount + stripe - 1) / stripe) { part in
                for feature in part * stripe..<min((part + 1) * stripe, objective.activeCount) {
                    let factor = objective.featureFactors[feature]
                    for index in feature * objective.labelCount..<(feature + 1) * objective.labelCount {
                        objective.effective.base[index] = factor * point.buffer[index] + (objective.base?[index] ?? 0)
                    }
                }
            }
            for index in activeCount * labelCount..<dimension {
                effective[index] = point.buffer[index] + (base?[index] ?? 0)
            }
        }
    }

    /// Turns summed gradients into those of the mean loss with penalty, by way of the factors; returns the sum of the
    /// squared weights in `range`.
    private func addPenalty(
        _ range: Range<Int>, sums: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>, scale: Float,
        penalty: Float
    ) -> Double {
        var square = 0.0
        var index = range.lowerBound
        while index < range.upperBound {
            let feature = index / labelCount
            let end = min((feature + 1) * labelCount, range.upperBound)
            if feature < activeCount {
                let factor = scale * featureFactors[feature]
                while index < end {
                    let weight = weights[index]
                    sums[index] = sums[index] * factor + penalty * weight
                    square += Double(weight) * Double(weight)
                    index += 1
                }
            } else {
                while index < end {
                    sums[index] *= scale
                    index += 1
                }
            }
        }
        return square
    }

    /// Weights times factors, and the biases: what a model predicts with.
    func effectiveParameters(_ point: [Float]) -> [Float] {
        applyFactors(to: point)
        return Array(effective.buffer)
    }

    /// Adds the loss and gradient of one shard's rows.
    private func add(
        _ shard: Int, _ parameters: UnsafeBufferPointer<Float>, to gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        guard let weights = parameters.baseAddress, let sums = gradient.baseAddress else { return 0 }
        let bias = activeCount * labelCount
        var value = 0.0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: labelCount) { logits in
            guard let z = logits.baseAddress else { return }
            for block in shards[shard] {
                dataset.forEachRow(ofBlock: block, where: { rowWeights[$0] != 0 }) { row, features in
                    for label in 0..<labelCount { z[label] = weights[bias + label] }
                    features.forEachFamily { _, slots, scale in
                        RowSums.add(float: weights, columns: labelCount, slots: slots, factor: scale, to: z)
                    }
                    let rowWeight = rowWeights[row]
                    value += Double(rowWeight) * Self.differentiate(loss, logits, truth: Int(dataset.labels[row]))
                    // Rows beyond the hinge's margin have no gradient; late in training most of them are.
                    if loss == .squaredHinge, logits.allSatisfy({ $0 == 0 }) { return }
                    for label in 0..<labelCount {
                        z[label] *= rowWeight
                        sums[bias + label] += z[label]
                    }
                    features.forEachFamily { _, slots, scale in
                        RowSums.scatter(z, columns: labelCount, slots: slots, factor: scale, toRowsOf: sums)
                    }
                }
            }
        }
        return value
    }

    /// Replaces logits by the derivative of the loss and returns the loss.
    static func differentiate(_ loss: LinearLoss, _ z: UnsafeMutableBufferPointer<Float>, truth: Int) -> Double {
        switch loss {
        case .softmax:
            let value = Softmax.logSumExp(UnsafeBufferPointer(z)) - Double(z[truth])
            Softmax.apply(to: z)
            z[truth] -= 1
            return value
        case .logistic:
            var value = 0.0
            for label in z.indices {
                let sign: Double = label == truth ? 1 : -1
                let margin = sign * Double(z[label])
                // log(1 + exp(−m)) and its derivative, without overflow on either side.
                let decay = exponential(-abs(margin))
                value += max(0, -margin) + logarithm(1 + decay)
                let tail = margin >= 0 ? decay / (1 + decay) : 1 / (1 + decay)
                z[label] = Float(-sign * tail)
            }
            return value
        case .squaredHinge:
            var value = 0.0
            for label in z.indices {
                let sign: Float = label == truth ? 1 : -1
                let slack = max(0, 1 - sign * z[label])
                value += Double(slack) * Double(slack)
                z[label] = -2 * sign * slack
            }
            return value
        }
    }
}
