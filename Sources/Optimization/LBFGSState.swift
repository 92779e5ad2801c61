import LinearAlgebra

/// Everything that a running L-BFGS minimisation holds, and its step from one iterate to the next.
struct LBFGSState {
    private(set) var value = Double.nan
    private(set) var gradientNorm = Double.nan
    private(set) var iterations = 0
    private var evaluations = 0
    private var step = 0.0

    private var point: [Float]
    private var gradient: [Float]
    private var direction: [Float]
    private var trialPoint: [Float]
    private var trialGradient: [Float]
    private var history: LBFGSHistory

    init(start: [Float], memory: Int) {
        let zeros = [Float](repeating: 0, count: start.count)
        point = start
        gradient = zeros
        direction = zeros
        trialPoint = zeros
        trialGradient = zeros
        history = LBFGSHistory(memory: memory)
    }

    var progress: LBFGS.Progress {
        LBFGS.Progress(
            iteration: iterations, evaluations: evaluations, value: value, gradientNorm: gradientNorm,
            step: step)
    }

    func result(_ reason: LBFGS.StopReason) -> LBFGS.Result {
        LBFGS.Result(
            point: point, value: value, gradientNorm: gradientNorm, iterations: iterations,
            evaluations: evaluations, stopReason: reason)
    }

    mutating func evaluateStart<Objective: DifferentiableObjective>(_ objective: inout Objective) {
        value = objective.evaluate(at: point, gradient: &gradient)
        evaluations = 1
        gradientNorm = VectorOperations.norm2(gradient)
    }

    /// Moves to the next iterate; `false` when no step lowers the value, not even along steepest descent.
    mutating func advance<Objective: DifferentiableObjective>(_ objective: inout Objective) -> Bool {
        while true {
            let usesHistory = !history.isEmpty
            history.writeDirection(gradient: gradient, into: &direction)
            let slope = VectorOperations.dot(gradient, direction)
            if slope.isFinite, slope < 0, search(&objective, slope: slope, firstStep: firstStep) { break }
            // Rounding can make the history useless; what it says is worth less than the gradient.
            guard usesHistory else { return false }
            history.reset()
        }
        history.append(
            point: point, newPoint: trialPoint, gradient: gradient, newGradient: trialGradient)
        swap(&point, &trialPoint)
        swap(&gradient, &trialGradient)
        gradientNorm = VectorOperations.norm2(gradient)
        iterations += 1
        return true
    }

    /// 1, which the history's scale makes right for most iterations, or without history a step of length ≤ 1.
    private var firstStep: Double { history.isEmpty ? min(1, 1 / gradientNorm) : 1 }

    /// Leaves an acceptable point in `trialPoint`, with its gradient, value and step.
    private mutating func search<Objective: DifferentiableObjective>(
        _ objective: inout Objective, slope: Double, firstStep: Double
    ) -> Bool {
        let origin = LineSearch.Sample(step: 0, value: value, slope: slope)
        var last = origin
        let outcome = LineSearch().run(origin: origin, firstStep: firstStep) { step in
            last = evaluate(&objective, at: step)
            return last
        }
        switch outcome {
        case .accepted:
            break
        case .decreased(let step):
            if last.step != step { last = evaluate(&objective, at: step) }
        case .failed:
            return false
        }
        value = last.value
        step = last.step
        return true
    }

    private mutating func evaluate<Objective: DifferentiableObjective>(
        _ objective: inout Objective, at step: Double
    ) -> LineSearch.Sample {
        VectorOperations.copy(point, to: &trialPoint)
        VectorOperations.add(scaled: Float(step), direction, to: &trialPoint)
        let value = objective.evaluate(at: trialPoint, gradient: &trialGradient)
        evaluations += 1
        return LineSearch.Sample(
            step: step, value: value, slope: VectorOperations.dot(trialGradient, direction))
    }
}
