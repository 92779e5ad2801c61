import LinearAlgebra

/// Minimises a smooth function of many variables by limited-memory BFGS.
///
/// Nocedal & Wright, Numerical Optimization (2006), Algorithms 7.4 and 7.5; Liu & Nocedal (1989). Needs
/// 2·memory + 5 vectors, allocated once; an iteration costs O(memory·n) beside its evaluations, of which there
/// is mostly one. The same objective, start and settings give the same bits on one processor family.
public struct LBFGS: Sendable, Equatable {
    /// The number of pairs that stand for the inverse Hessian; 0 gives steepest descent.
    public var memory: Int
    /// The minimisation ends when ‖g‖ ≤ tolerance · max(1, ‖g₀‖).
    public var gradientTolerance: Double
    /// The minimisation ends when `valueWindow` iterations lowered the value by no more than this share of it.
    public var valueTolerance: Double
    /// The number of iterations over which the decrease of the value is judged.
    public var valueWindow: Int
    /// The number of iterations after which the minimisation ends; with 0 the start is only evaluated.
    public var iterationLimit: Int

    /// A minimiser with settings that suit objectives summed from Float terms.
    public init(
        memory: Int = 8, gradientTolerance: Double = 1e-5, valueTolerance: Double = 1e-8,
        valueWindow: Int = 5, iterationLimit: Int = 1000
    ) {
        self.memory = memory
        self.gradientTolerance = gradientTolerance
        self.valueTolerance = valueTolerance
        self.valueWindow = valueWindow
        self.iterationLimit = iterationLimit
    }

    /// Minimises `objective` from `start`.
    ///
    /// - Parameters:
    ///   - objective: The function to minimise.
    ///   - start: The starting point.
    ///   - shouldContinue: Called after each iteration that is not the last; `false` cancels.
    /// - Returns: The last point accepted, and why there is no later one.
    /// - Precondition: `start.count == objective.dimension`.
    public func minimize<Objective: DifferentiableObjective>(
        _ objective: inout Objective, from start: [Float],
        shouldContinue: (Progress) -> Bool = { _ in true }
    ) -> Result {
        precondition(
            start.count == objective.dimension,
            "a starting point of \(start.count) for an objective of \(objective.dimension) variables")
        var state = LBFGSState(start: start, memory: memory)
        state.evaluateStart(&objective)
        guard state.value.isFinite, state.gradientNorm.isFinite else {
            return state.result(.notFiniteAtStart)
        }
        let gradientGoal = gradientTolerance * max(1, state.gradientNorm)
        var recentValues = RecentValues(window: valueWindow)
        recentValues.append(state.value)

        while true {
            if state.gradientNorm <= gradientGoal { return state.result(.gradientConverged) }
            if recentValues.relativeDecrease.map({ $0 <= valueTolerance }) ?? false {
                return state.result(.valueConverged)
            }
            guard state.iterations < iterationLimit else { return state.result(.iterationLimit) }
            if state.iterations > 0, !shouldContinue(state.progress) { return state.result(.cancelled) }
            guard state.advance(&objective) else { return state.result(.noFurtherDecrease) }
            recentValues.append(state.value)
        }
    }
}

/// The values of the last few iterations.
private struct RecentValues {
    private let window: Int
    private var values: [Double] = []

    init(window: Int) { self.window = max(1, window) }

    mutating func append(_ value: Double) {
        if values.count > window { values.removeFirst() }
        values.append(value)
    }

    /// The decrease over the whole window as a share of the value, once the window is full.
    var relativeDecrease: Double? {
        guard values.count > window, let first = values.first, let last = values.last else { return nil }
        let scale = max(abs(first), abs(last))
        return scale > 0 ? (first - last) / scale : 0
    }
}
