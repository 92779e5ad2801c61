internal import LinearAlgebra
internal import Optimization

/// Negative log-likelihood of Dirichlet calibration, z' = M · q + b, on log-probabilities q, with off-diagonal and
/// intercept regularisation (ODIR).
///
///     1/Σw · Σ w · −Σ_k target_k log softmax(z')_k + λ/(K(K−1)) · Σ_{i≠j} M_ij² + λ/K · Σ (b_k − base_k)²
///
/// Kull et al. 2019, "Beyond temperature scaling", with equal weights for both penalties. It is convex. Parameters are a
/// row an output, its elements of M and then b_k: K · (K + 1) of them.
struct DirichletObjective: TwiceDifferentiableObjective {
    let labelCount: Int
    /// λ.
    let penalty: Double
    let baseOffsets: [Double]
    private let smoothing: Double
    private let truths: [Int]
    /// Weights that sum to 1.
    private let weights: [Double]
    /// Rows × (labels + 1): log-probabilities and a 1.
    private let inputs: [Double]

    /// Rows whose products are handed to BLAS at a time.
    private static let chunk = 512

    /// The objective on `data`, whose logits times `scale` are the logarithms of probabilities but for a constant a row.
    init(data: HeldOutLogits, scale: Double, penalty: Double, baseOffsets: [Double]) {
        let count = data.labelCount
        labelCount = count
        self.penalty = penalty
        self.baseOffsets = baseOffsets.isEmpty ? [Double](repeating: 0, count: count) : baseOffsets
        smoothing = data.smoothing
        truths = data.truths
        let total = data.weights.reduce(0.0) { $0 + Double($1) }
        weights = data.weights.map { total > 0 ? Double($0) / total : 0 }
        var inputs: [Double] = []
        inputs.reserveCapacity(truths.count * (count + 1))
        for row in truths.indices {
            let scaled = (0..<count).map { scale * Double(data.logits[row * count + $0]) }
            let largest = scaled.max() ?? 0
            let normalizer = largest + logarithm(scaled.reduce(0) { $0 + exponential($1 - largest) })
            for value in scaled { inputs.append(value - normalizer) }
            inputs.append(1)
        }
        self.inputs = inputs
    }

    var dimension: Int { labelCount * (labelCount + 1) }

    /// The parameters that change nothing but for the base offsets.
    var identity: [Double] {
        var point = [Double](repeating: 0, count: dimension)
        for label in 0..<labelCount {
            point[label * (labelCount + 1) + label] = 1
            point[label * (labelCount + 1) + labelCount] = baseOffsets[label]
        }
        return point
    }

    func value(at point: [Double]) -> Double {
        var value = penaltyValue(point)
        var z = [Double](repeating: 0, count: labelCount)
        for row in truths.indices { value += weights[row] * loss(row, point, &z) }
        return value
    }

    func evaluate(at point: [Double], gradient: inout [Double], hessian: inout [Double]) -> Double {
        let width = labelCount + 1
        let n = dimension
        for index in gradient.indices { gradient[index] = 0 }
        for index in hessian.indices { hessian[index] = 0 }
        var value = penaltyValue(point)
        var p = [Double](repeating: 0, count: labelCount)
        for start in stride(from: 0, to: truths.count, by: Self.chunk) {
            let end = min(start + Self.chunk, truths.count)
            // √w · p ⊗ x of each row: its square is what the softmax takes off the block diagonal of the Hessian.
            var outer = [Float](repeating: 0, count: (end - start) * n)
            for row in start..<end {
                value += weights[row] * loss(row, point, &p)
                let root = weights[row].squareRoot()
                for k in 0..<labelCount {
                    let residual = weights[row] * (p[k] - target(k, truths[row]))
                    let curvature = weights[row] * p[k]
                    for j in 0..<width {
                        let x = inputs[row * width + j]
                        gradient[k * width + j] += residual * x
                        outer[(row - start) * n + k * width + j] = Float(root * p[k] * x)
                        for i in 0...j {
                            hessian[(k * width + j) * n + k * width + i] += curvature * x * inputs[row * width + i]
                        }
                    }
                }
            }
            subtractSquare(of: outer, rows: end - start, from: &hessian)
        }
        addPenalty(point, &gradient, &hessian)
        return value
    }

    /// hessian −= outerᵀ · outer, in the lower triangle.
    private func subtractSquare(of outer: [Float], rows: Int, from hessian: inout [Double]) {
        let n = dimension
        let shape = MatrixShape(rows: rows, columns: n)
        var square = [Float](repeating: 0, count: n * n)
        var span = square.mutableSpan
        MatrixProducts.gemm(
            outer.span, shape, transposeA: true, outer.span, shape, into: &span, MatrixShape(rows: n, columns: n))
        for row in 0..<n {
            for column in 0...row { hessian[row * n + column] -= Double(square[row * n + column]) }
        }
    }

    private func target(_ label: Int, _ truth: Int) -> Double {
        label == truth ? 1 - smoothing : smoothing / Double(labelCount - 1)
    }

    /// A row's loss; `p` holds the calibrated probabilities after it.
    private func loss(_ row: Int, _ point: [Double], _ p: inout [Double]) -> Double {
        let width = labelCount + 1
        var largest = -Double.infinity
        var agreement = 0.0
        for k in 0..<labelCount {
            var sum = 0.0
            for j in 0..<width { sum += point[k * width + j] * inputs[row * width + j] }
            p[k] = sum
            largest = max(largest, sum)
            agreement += target(k, truths[row]) * sum
        }
        var total = 0.0
        for k in 0..<labelCount {
            p[k] = exponential(p[k] - largest)
            total += p[k]
        }
        for k in 0..<labelCount { p[k] /= total }
        return largest + logarithm(total) - agreement
    }

    /// Weight of the squared element at `index`, and what it is drawn to: nothing holds the diagonal.
    private func pull(_ index: Int) -> (weight: Double, goal: Double) {
        let (row, column) = index.quotientAndRemainder(dividingBy: labelCount + 1)
        if column == labelCount { return (penalty / Double(labelCount), baseOffsets[row]) }
        return row == column ? (0, 0) : (penalty / Double(labelCount * (labelCount - 1)), 0)
    }

    private func penaltyValue(_ point: [Double]) -> Double {
        point.indices.reduce(0) { sum, index in
            let (weight, goal) = pull(index)
            return sum + weight * (point[index] - goal) * (point[index] - goal)
        }
    }

    private func addPenalty(_ point: [Double], _ gradient: inout [Double], _ hessian: inout [Double]) {
        for index in point.indices {
            let (weight, goal) = pull(index)
            gradient[index] += 2 * weight * (point[index] - goal)
            hessian[index * dimension + index] += 2 * weight
        }
    }
}
