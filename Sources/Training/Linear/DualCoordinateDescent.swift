internal import FeatureExtraction
internal import VectorKernels

/// Fits a linear model row by row in the dual, all labels at once, on one thread.
///
///     minimise over W, b:   C · Σ_i w_i · loss(b + W·x_i, y_i)  +  ½ · (‖W‖² + ‖b‖²)
///
/// For the squared hinge, one-vs-rest, by dual coordinate descent (Hsieh et al. 2008, algorithm 1, which LIBLINEAR uses);
/// for softmax by stochastic dual coordinate ascent (Shalev-Shwartz & Zhang 2013). A row's labels are independent
/// problems in the first, so that one gather and one scatter serve them all. Where L-BFGS passes over all weights in
/// every step, a step here touches the features of one row: many times faster where labels and features are many.
///
/// Weights are kept times their features' factors, the way they predict. The order of rows follows from the seed.
struct DualCoordinateDescent: ~Copyable {
    let rows: TuningRows
    let loss: LinearLoss
    let familyWeights: [Float]
    let factors: SquaredFactors
    /// Rows that are learnt from.
    let trained: [Int]
    /// Weight of each row in the data set.
    let rowWeights: [Float]
    let seed: UInt64
    /// Asked between passes; true ends the fit where it is.
    let isStopped: () -> Bool

    /// Passes after which a fit ends though its tolerance is not met.
    static let passLimit = 60

    /// Active features × labels, then biases.
    private(set) var weights: [Float]
    /// For each trained row its dual variables, a label each: α of the squared hinge; for softmax q of y − q = a/c.
    private var duals: [Float]
    /// Squared length of each trained row under the factors, bias included; rows × labels where these are per label.
    private var squaredNorms: [Float]
    private var inverseRegularization = 0.0
    private(set) var passes = 0

    private var labelCount: Int { rows.labelCount }

    init(
        rows: TuningRows, loss: LinearLoss, familyWeights: [Float], factors: SquaredFactors, trained: [Int],
        rowWeights: [Float], seed: UInt64, isStopped: @escaping () -> Bool
    ) {
        if case .perLabel = factors {
            precondition(loss == .squaredHinge, "factors a label are for one-vs-rest losses")
        }
        self.rows = rows
        self.loss = loss
        self.familyWeights = familyWeights
        self.factors = factors
        self.trained = trained
        self.rowWeights = rowWeights
        self.seed = seed
        self.isStopped = isStopped
        let count = rows.labelCount
        weights = [Float](repeating: 0, count: (rows.active.count + 1) * count)
        duals = [Float](repeating: 0, count: trained.count * count)
        squaredNorms = []
        if loss == .softmax {
            for (position, row) in trained.enumerated() { duals[position * count + Int(rows.labels[row])] = 1 }
        }
        squaredNorms = norms()
    }

    /// Moves on to the optimum at `c`, from wherever the last call ended.
    ///
    /// - Parameter tolerance: For the squared hinge, the largest violation of the optimality conditions, where margins
    ///   are 1; for softmax, the duality gap as a share of the primal loss.
    /// - Returns: False where it was stopped.
    mutating func fit(c: Double, tolerance: Double) -> Bool {
        if loss == .softmax, inverseRegularization > 0 {
            // The weights are c · Σ (y − q) x: with other c and the same q they are a multiple.
            let ratio = Float(c / inverseRegularization)
            for index in weights.indices { weights[index] *= ratio }
        }
        inverseRegularization = c
        var generator = SeededGenerator(seed: seed)
        var order = Array(trained.indices)
        var calm = 0
        for pass in 0..<Self.passLimit {
            if isStopped() { return false }
            order.shuffle(using: &generator)
            passes += 1
            let violation = loss == .softmax ? softmaxPass(order) : hingePass(order)
            // Steps of the first pass follow stale weights; two calm passes are better evidence than one.
            calm = violation <= tolerance ? calm + 1 : 0
            if calm >= 1, pass > 0 { break }
        }
        return true
    }

    /// Logits of `judged`, rows × labels.
    borrowing func logits(of judged: [Int]) -> [Float] {
        let count = labelCount
        var output = [Float](repeating: 0, count: judged.count * count)
        output.withUnsafeMutableBufferPointer { output in
            weights.withUnsafeBufferPointer { weights in
                guard let output = output.baseAddress, let weights = weights.baseAddress else { return }
                for (position, row) in judged.enumerated() {
                    gather(row, weights, into: output + position * count)
                }
            }
        }
        return output
    }

    // MARK: Passes

    /// Returns the largest change that the optimality conditions still ask for.
    private mutating func hingePass(_ order: [Int]) -> Double {
        let count = labelCount
        let isPerLabel = if case .perLabel = factors { true } else { false }
        var sumOfViolations = 0.0
        var sumOfWeights = 0.0
        withBuffers { solver, weights, duals, norms, z in
            for position in order {
                let row = solver.trained[position]
                let rowWeight = solver.rowWeights[row]
                if rowWeight <= 0 { continue }
                let diagonal = Float(0.5 / (solver.inverseRegularization * Double(rowWeight)))
                solver.gather(row, weights, into: z)
                let alpha = duals + position * count
                let truth = Int(solver.rows.labels[row])
                var changed = 0
                var violation: Float = 0
                for label in 0..<count {
                    let sign: Float = label == truth ? 1 : -1
                    let gradient = sign * z[label] - 1 + alpha[label] * diagonal
                    let old = alpha[label]
                    if old == 0, gradient >= 0 {
                        z[label] = 0
                        continue
                    }
                    let norm = norms[isPerLabel ? position * count + label : position]
                    let new = max(old - gradient / (norm + diagonal), 0)
                    alpha[label] = new
                    violation = max(violation, abs(gradient))
                    z[label] = (new - old) * sign
                    if new != old { changed += 1 }
                }
                sumOfViolations += Double(violation * rowWeight)
                sumOfWeights += Double(rowWeight)
                if changed > 0 { solver.scatter(row, z, into: weights) }
            }
        }
        return sumOfWeights > 0 ? sumOfViolations / sumOfWeights : 0
    }

    /// Returns the duality gap as a share of the loss, as the rows saw it when they were visited.
    private mutating func softmaxPass(_ order: [Int]) -> Double {
        let count = labelCount
        var gap = 0.0
        var total = 0.0
        withBuffers { solver, weights, duals, norms, z in
            for position in order {
                let row = solver.trained[position]
                let rowWeight = solver.rowWeights[row]
                if rowWeight <= 0 { continue }
                let c = Float(solver.inverseRegularization) * rowWeight
                solver.gather(row, weights, into: z)
                let buffer = UnsafeMutableBufferPointer(start: z, count: count)
                let truth = Int(solver.rows.labels[row])
                let logSum = Float(Softmax.logSumExp(UnsafeBufferPointer(buffer)))
                let q = duals + position * count
                total += Double(rowWeight) * Double(logSum - z[truth])
                // KL(q ‖ p): the row's share of the duality gap; and ‖p − q‖².
                var divergence: Float = 0
                for label in 0..<count where q[label] > 0 {
                    divergence += q[label] * (Float(logarithm(Double(q[label]))) - z[label] + logSum)
                }
                Softmax.apply(to: buffer)
                var square: Float = 0
                for label in 0..<count {
                    let difference = z[label] - q[label]
                    square += difference * difference
                }
                gap += Double(rowWeight) * Double(max(divergence, 0))
                if square < 1e-14 { continue }
                // By Pinsker's inequality the entropy is 2-strongly concave along directions that sum to 0.
                let step = min(1, (max(divergence, 0) / square + 1) / (2 + c * norms[position]))
                for label in 0..<count {
                    let change = step * (z[label] - q[label])
                    q[label] = max(q[label] + change, 0)
                    z[label] = -c * change
                }
                solver.scatter(row, z, into: weights)
            }
        }
        return total > 0 ? gap / total : 0
    }

    // MARK: Rows

    private mutating func withBuffers(
        _ body: (
            borrowing DualCoordinateDescent, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>,
            UnsafePointer<Float>, UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        // Taken out while pointers into them live, so that the rest of the solver may be read.
        var weights: [Float] = []
        var duals: [Float] = []
        swap(&weights, &self.weights)
        swap(&duals, &self.duals)
        weights.withUnsafeMutableBufferPointer { weights in
            duals.withUnsafeMutableBufferPointer { duals in
                squaredNorms.withUnsafeBufferPointer { norms in
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: labelCount) { z in
                        guard let weights = weights.baseAddress, let duals = duals.baseAddress,
                            let norms = norms.baseAddress, let z = z.baseAddress
                        else { return }
                        body(self, weights, duals, norms, z)
                    }
                }
            }
        }
        swap(&weights, &self.weights)
        swap(&duals, &self.duals)
    }

    /// Writes a row's logits.
    private borrowing func gather(
        _ row: Int, _ weights: UnsafePointer<Float>, into z: UnsafeMutablePointer<Float>
    ) {
        let count = labelCount
        let bias = weights + rows.active.count * count
        for label in 0..<count { z[label] = bias[label] }
        forEachSegment(of: row) { slots, scale in
            RowSums.add(float: weights, columns: count, slots: slots, factor: scale, to: z)
        }
    }

    /// Moves the weights of a row's features, and the biases, by `delta`.
    private borrowing func scatter(
        _ row: Int, _ delta: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>
    ) {
        let count = labelCount
        RowSums.add(delta, count: count, to: weights + rows.active.count * count)
        switch factors {
        case .shared(let squares):
            squares.withUnsafeBufferPointer { squares in
                forEachSegment(of: row) { slots, scale in
                    for slot in slots {
                        let feature = Int(slot >> 1)
                        let factor = (slot & 1 == 1 ? -scale : scale) * squares[feature]
                        let target = weights + feature * count
                        for label in 0..<count { target[label] += factor * delta[label] }
                    }
                }
            }
        case .perLabel(let squares):
            squares.withUnsafeBufferPointer { squares in
                forEachSegment(of: row) { slots, scale in
                    for slot in slots {
                        let first = Int(slot >> 1) * count
                        let factor = slot & 1 == 1 ? -scale : scale
                        for label in 0..<count {
                            weights[first + label] += factor * squares[first + label] * delta[label]
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private borrowing func forEachSegment(of row: Int, _ visit: (UnsafeBufferPointer<UInt32>, Float) -> Void) {
        rows.slots.withUnsafeBufferPointer { slots in
            for family in 0..<FeatureFamily.count where familyWeights[family] > 0 {
                let start = rows.segments[row * FeatureFamily.count + family]
                let end = rows.segments[row * FeatureFamily.count + family + 1]
                if start == end { continue }
                visit(
                    UnsafeBufferPointer(rebasing: slots[start..<end]),
                    familyWeights[family] / Float(end - start).squareRoot())
            }
        }
    }

    /// Squared lengths of the trained rows.
    private borrowing func norms() -> [Float] {
        let count = labelCount
        switch factors {
        case .shared(let squares):
            return trained.map { row in
                var sum: Float = 1
                forEachSegment(of: row) { slots, scale in
                    for slot in slots { sum += scale * scale * squares[Int(slot >> 1)] }
                }
                return sum
            }
        case .perLabel(let squares):
            var output = [Float](repeating: 1, count: trained.count * count)
            for (position, row) in trained.enumerated() {
                forEachSegment(of: row) { slots, scale in
                    for slot in slots {
                        for label in 0..<count {
                            output[position * count + label] += scale * scale * squares[Int(slot >> 1) * count + label]
                        }
                    }
                }
            }
            return output
        }
    }
}
