internal import FeatureExtraction
internal import VectorKernels

/// Fits a linear model row by row in the dual, all labels at once, on one thread.
///
///     minimise over W, b:   C · Σ_i w_i · loss(b + W·x_i, y_i)  +  ½ · ‖W − W₀‖²
///
/// For the squared hinge, one-vs-rest, by dual coordinate descent (Hsieh et al. 2008, algorithm 1, which LIBLINEAR uses);
/// for softmax by dual ascent in blocks of a row's labels (Yu, Huang & Lin 2011), each solved to its optimum. A row's
/// labels are independent problems in the first, so that one gather and one scatter serve them all. Where L-BFGS passes
/// over all weights in every step, a step here touches the features of one row: many times faster where labels and
/// features are many.
///
/// Biases have no penalty: they carry one, ½ · ‖b − b₀‖², whose centre b₀ moves to where they are after each pass, which
/// is the method of multipliers for the dual's condition that a label's variables sum to 0 (Bertsekas 1982).
///
/// Where rows are decoded anew in each pass, those of the squared hinge that lie beyond their margins rest: most passes
/// leave them out, as LIBLINEAR's shrinking does, and only a pass over all rows tells that the tolerance is met.
///
/// Weights are kept times their features' factors, the way they predict. The order of rows follows from the seed.
struct DualCoordinateDescent: ~Copyable {
    let passes: RowPasses
    let loss: LinearLoss
    let labelCount: Int
    let featureCount: Int
    let familyWeights: [Float]
    let factors: SquaredFactors
    let seed: UInt64
    /// Told after each part of a pass how many rows it had; false ends the fit where it is.
    let goesOn: (_ rows: Int) -> Bool

    /// Passes after which a fit ends though its tolerance is not met.
    static let passLimit = 60
    /// Visits at which a row had nothing to add, one after the other, before it rests.
    private static let restAfter: UInt8 = 2
    /// Passes from one over all rows to the next.
    private static let fullPassInterval = 8

    /// Active features × labels, then biases.
    private(set) var weights: [Float]
    /// Passes made so far.
    private(set) var passCount = 0

    /// Label of each trained row.
    private let truths: [Int32]
    /// Weight of each trained row.
    private let rowWeights: [Float]
    /// For each trained row its dual variables, a label each: α of the squared hinge; for softmax q of y − q = a/c.
    private var duals: [Float]
    /// For each trained row how often in a row it had nothing to add, up to `restAfter`; empty where no row ever rests.
    private var idleVisits: [UInt8] = []
    /// Squared length of each trained row under the factors, bias included; rows × labels where these are per label.
    private var squaredNorms: [Float] = []
    private var inverseRegularization = 0.0
    /// W₀, times factors; nil for zeros.
    private let base: [Float]?
    /// b₀.
    private var biasCentre: [Float]

    /// A solver that begins at `base`, or at zero.
    ///
    /// - Parameters:
    ///   - truths: Label of each row of the data set.
    ///   - rowWeights: Weight of each row of the data set.
    ///   - base: What the penalty draws to, times factors: active features × labels, then biases.
    init(
        _ passes: RowPasses, truths: [Int32], rowWeights: [Float], labelCount: Int, featureCount: Int,
        loss: LinearLoss, familyWeights: [Float], factors: SquaredFactors, base: [Float]? = nil, seed: UInt64,
        goesOn: @escaping (_ rows: Int) -> Bool
    ) {
        if case .perLabel = factors {
            precondition(loss == .squaredHinge, "factors a label are for one-vs-rest losses")
        }
        self.passes = passes
        self.truths = passes.trained.map { truths[$0] }
        self.rowWeights = passes.trained.map { rowWeights[$0] }
        self.labelCount = labelCount
        self.featureCount = featureCount
        self.loss = loss
        self.familyWeights = familyWeights
        self.factors = factors
        self.base = base
        self.seed = seed
        self.goesOn = goesOn
        weights = base ?? [Float](repeating: 0, count: (featureCount + 1) * labelCount)
        biasCentre = Array(weights[(featureCount * labelCount)...])
        duals = [Float](repeating: 0, count: passes.trained.count * labelCount)
        if loss == .softmax {
            for (position, truth) in self.truths.enumerated() { duals[position * labelCount + Int(truth)] = 1 }
        }
        if loss == .squaredHinge, passes.decodesEachTime {
            idleVisits = [UInt8](repeating: 0, count: passes.trained.count)
        }
        squaredNorms = norms()
    }

    /// Moves on to the optimum at `c`, from wherever the last call ended.
    ///
    /// - Parameter tolerance: The duality gap as a share of the loss, each row's as it was when the row was visited.
    /// - Returns: False where it was stopped.
    mutating func fit(c: Double, tolerance: Double) -> Bool {
        if loss == .softmax, inverseRegularization > 0 { rescale(by: Float(c / inverseRegularization)) }
        inverseRegularization = c
        var generator = SeededGenerator(seed: seed)
        var mayEnd = false
        for pass in 0..<Self.passLimit {
            if pass > 0 { moveBiasCentre() }
            passCount += 1
            let isFull = idleVisits.isEmpty || mayEnd || pass % Self.fullPassInterval == 0
            guard let gap = makePass(&generator, isFull: isFull) else { return false }
            // Steps of the first pass follow stale weights: a calm pass after it is better evidence.
            mayEnd = pass > 0 && gap <= tolerance
            if mayEnd, isFull { break }
        }
        return true
    }

    /// Weights that fit the same dual variables under another C.
    ///
    /// W − W₀ is c · Σ (y − q) x: with other c and the same q it is a multiple.
    private mutating func rescale(by ratio: Float) {
        let first = weights.count - labelCount
        if let base {
            for index in 0..<first { weights[index] = base[index] + ratio * (weights[index] - base[index]) }
        } else {
            for index in 0..<first { weights[index] *= ratio }
        }
        for label in 0..<labelCount {
            weights[first + label] = biasCentre[label] + ratio * (weights[first + label] - biasCentre[label])
        }
    }

    /// b₀ ← b; the biases keep their distance from it, which the dual variables prescribe.
    private mutating func moveBiasCentre() {
        let first = weights.count - labelCount
        for label in 0..<labelCount {
            let bias = weights[first + label]
            weights[first + label] = 2 * bias - biasCentre[label]
            biasCentre[label] = bias
        }
    }

    // MARK: Passes

    /// Returns the duality gap as a share of the loss; nil where the pass was stopped.
    ///
    /// - Parameter isFull: Whether rows that rest are visited too.
    private mutating func makePass(_ generator: inout SeededGenerator, isFull: Bool) -> Double? {
        let isVisited = isFull ? nil : idleVisits.map { $0 < Self.restAfter }
        var sums = (gap: 0.0, loss: 0.0)
        var isStopped = false
        // Taken out while pointers into them live, so that the rest of the solver may be read.
        var weights: [Float] = []
        var duals: [Float] = []
        var idleVisits: [UInt8] = []
        swap(&weights, &self.weights)
        swap(&duals, &self.duals)
        swap(&idleVisits, &self.idleVisits)
        weights.withUnsafeMutableBufferPointer { weights in
            duals.withUnsafeMutableBufferPointer { duals in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * labelCount) { scratch in
                    guard let weights = weights.baseAddress, let duals = duals.baseAddress,
                        let scratch = scratch.baseAddress
                    else { return }
                    passes.forEachChunk(&generator, isVisited: isVisited) { rows, visits in
                        for visit in visits {
                            let step = Step(
                                row: Int(visit.row), position: Int(visit.position),
                                duals: duals + Int(visit.position) * labelCount, scratch: scratch)
                            let new =
                                loss == .softmax
                                ? softmaxStep(step, rows, weights) : hingeStep(step, rows, weights)
                            sums.gap += new.gap
                            sums.loss += new.loss
                            if !idleVisits.isEmpty {
                                let idle = idleVisits[step.position]
                                idleVisits[step.position] = new.isIdle ? min(idle + 1, Self.restAfter) : 0
                            }
                        }
                        isStopped = !goesOn(visits.count)
                        return !isStopped
                    }
                }
            }
        }
        swap(&weights, &self.weights)
        swap(&duals, &self.duals)
        swap(&idleVisits, &self.idleVisits)
        if isStopped { return nil }
        return sums.loss > 0 ? sums.gap / sums.loss : 0
    }

    /// A row that is visited.
    private struct Step {
        let row: Int
        let position: Int
        let duals: UnsafeMutablePointer<Float>
        /// Three numbers a label.
        let scratch: UnsafeMutablePointer<Float>
    }

    /// What a row saw when it was visited.
    private struct Visited {
        /// Its share of the duality gap.
        let gap: Double
        let loss: Double
        /// Whether it lies beyond the margins of all labels and none of its dual variables is above 0.
        let isIdle: Bool
    }

    /// Solves the row's problem of each label.
    @inline(__always)
    private borrowing func hingeStep(
        _ step: Step, _ rows: DecodedRows, _ weights: UnsafeMutablePointer<Float>
    ) -> Visited {
        let count = labelCount
        let rowWeight = rowWeights[step.position]
        if rowWeight <= 0 { return Visited(gap: 0, loss: 0, isIdle: true) }
        let z = step.scratch
        let isPerLabel = if case .perLabel = factors { true } else { false }
        let diagonal = Float(0.5 / (inverseRegularization * Double(rowWeight)))
        gather(step.row, rows, weights, into: z)
        let truth = Int(truths[step.position])
        var isChanged = false
        var isIdle = true
        var gap: Float = 0
        var loss: Float = 0
        for label in 0..<count {
            let sign: Float = label == truth ? 1 : -1
            let old = step.duals[label]
            // At the optimum the slack, where there is one, is α / 2c.
            let slack = 1 - sign * z[label]
            let expected = old * diagonal
            if old == 0, slack <= 0 {
                z[label] = 0
                continue
            }
            isIdle = false
            let positive = max(slack, 0)
            loss += positive * positive
            gap += (positive - expected) * (positive - expected) - 2 * expected * min(slack, 0)
            let norm = squaredNorms[isPerLabel ? step.position * count + label : step.position]
            let new = max(old + (slack - expected) / (norm + diagonal), 0)
            step.duals[label] = new
            z[label] = (new - old) * sign
            if new != old { isChanged = true }
        }
        if isChanged { scatter(step.row, rows, z, into: weights) }
        return Visited(gap: Double(rowWeight * gap), loss: Double(rowWeight * loss), isIdle: isIdle)
    }

    /// Solves the row's problem of all labels.
    @inline(__always)
    private borrowing func softmaxStep(
        _ step: Step, _ rows: DecodedRows, _ weights: UnsafeMutablePointer<Float>
    ) -> Visited {
        let rowWeight = rowWeights[step.position]
        if rowWeight <= 0 { return Visited(gap: 0, loss: 0, isIdle: true) }
        let c = Float(inverseRegularization) * rowWeight
        let z = step.scratch
        gather(step.row, rows, weights, into: z)
        let row = SoftmaxDual(labelCount: labelCount, logits: z, duals: step.duals, scratch: z + labelCount)
        let seen = row.maximize(curvature: c * squaredNorms[step.position], truth: Int(truths[step.position]))
        if seen.isChanged {
            for label in 0..<labelCount { z[label] *= -c }
            scatter(step.row, rows, z, into: weights)
        }
        return Visited(
            gap: Double(rowWeight * seen.divergence), loss: Double(rowWeight * seen.loss), isIdle: false)
    }

    // MARK: Rows

    /// Writes a row's logits.
    @inline(__always)
    private borrowing func gather(
        _ row: Int, _ rows: DecodedRows, _ weights: UnsafePointer<Float>, into z: UnsafeMutablePointer<Float>
    ) {
        let count = labelCount
        let bias = weights + featureCount * count
        for label in 0..<count { z[label] = bias[label] }
        rows.forEachFamily(of: row, familyWeights) { slots, scale in
            RowSums.add(float: weights, columns: count, slots: slots, factor: scale, to: z)
        }
    }
    /// Moves the weights of a row's features, and the biases, by `delta`.
    @inline(__always)
    private borrowing func scatter(
        _ row: Int, _ rows: DecodedRows, _ delta: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>
    ) {
        let count = labelCount
        RowSums.add(delta, count: count, to: weights + featureCount * count)
        switch factors {
        case .shared(let squares):
            squares.withUnsafeBufferPointer { squares in
                guard let squares = squares.baseAddress else { return }
                rows.forEachFamily(of: row, familyWeights) { slots, scale in
                    RowSums.scatter(
                        delta, columns: count, slots: slots, factor: scale, rowFactors: squares, toRowsOf: weights)
                }
            }
        case .perLabel(let squares):
            squares.withUnsafeBufferPointer { squares in
                rows.forEachFamily(of: row, familyWeights) { slots, scale in
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

    /// Squared lengths of the trained rows.
    private borrowing func norms() -> [Float] {
        let count = labelCount
        var output: [Float]
        switch factors {
        case .shared(let squares):
            output = [Float](repeating: 1, count: truths.count)
            passes.forEach { rows, row, position in
                rows.forEachFamily(of: row, familyWeights) { slots, scale in
                    for slot in slots { output[position] += scale * scale * squares[Int(slot >> 1)] }
                }
            }
        case .perLabel(let squares):
            output = [Float](repeating: 1, count: truths.count * count)
            passes.forEach { rows, row, position in
                rows.forEachFamily(of: row, familyWeights) { slots, scale in
                    for slot in slots {
                        for label in 0..<count {
                            output[position * count + label] += scale * scale * squares[Int(slot >> 1) * count + label]
                        }
                    }
                }
            }
        }
        return output
    }
}
