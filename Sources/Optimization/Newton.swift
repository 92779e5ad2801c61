import LinearAlgebra

/// Minimises a smooth convex function of a few variables by Newton's method, damped.
///
/// Nocedal & Wright (2006), section 3.4: the step −(H + λI)⁻¹g comes from a Cholesky factorisation with λ = 0,
/// or with a λ beyond the least of a growing series for which the factorisation exists (after Algorithm 3.3);
/// it is halved until the value falls enough. An iteration costs O(n³) and the Hessian.
public struct Newton: Sendable, Equatable {
    /// The minimisation ends when ‖g‖ ≤ tolerance · max(1, ‖g₀‖).
    public var gradientTolerance: Double
    /// The minimisation ends after a step from which the quadratic model promised less than this share of
    /// the value.
    public var valueTolerance: Double
    /// The number of iterations after which the minimisation ends.
    public var iterationLimit: Int

    /// A minimiser that goes on nearly to the precision of Double.
    public init(gradientTolerance: Double = 1e-10, valueTolerance: Double = 1e-15, iterationLimit: Int = 100) {
        self.gradientTolerance = gradientTolerance
        self.valueTolerance = valueTolerance
        self.iterationLimit = iterationLimit
    }

    /// Why a minimisation ended.
    public enum StopReason: String, Sendable, Equatable {
        /// The gradient's norm fell to the tolerance.
        case gradientConverged
        /// The decrease still to be had fell to the tolerance.
        case valueConverged
        /// The iteration limit was reached.
        case iterationLimit
        /// No step along the Newton direction lowers the value: the gradient or the Hessian is wrong.
        case noFurtherDecrease
        /// The value, the gradient or the Hessian at the last point is NaN or infinite.
        case notFinite

        /// Whether the point found is a minimum within the tolerances.
        public var isConverged: Bool { self == .gradientConverged || self == .valueConverged }
    }

    /// What a minimisation found.
    public struct Result: Sendable, Equatable {
        /// The last point accepted.
        public let point: [Double]
        /// The value there.
        public let value: Double
        /// The iterations made.
        public let iterations: Int
        /// Why the minimisation ended.
        public let stopReason: StopReason
    }

    /// Minimises `objective` from `start`.
    ///
    /// - Precondition: `start.count == objective.dimension`.
    public func minimize<Objective: TwiceDifferentiableObjective>(
        _ objective: inout Objective, from start: [Double]
    ) -> Result {
        let n = objective.dimension
        precondition(
            start.count == n, "a starting point of \(start.count) for an objective of \(n) variables")
        var point = start
        var gradient = [Double](repeating: 0, count: n)
        var hessian = [Double](repeating: 0, count: n * n)
        var gradientGoal: Double?
        var iterations = 0
        var isLastStep = false

        while true {
            let value = objective.evaluate(at: point, gradient: &gradient, hessian: &hessian)
            func result(_ reason: StopReason) -> Result {
                Result(point: point, value: value, iterations: iterations, stopReason: reason)
            }
            guard value.isFinite, gradient.allSatisfy(\.isFinite) else { return result(.notFinite) }
            let gradientNorm = Newton.dot(gradient, gradient).squareRoot()
            let goal = gradientGoal ?? gradientTolerance * max(1, gradientNorm)
            gradientGoal = goal
            if gradientNorm <= goal { return result(.gradientConverged) }
            if isLastStep { return result(.valueConverged) }
            guard iterations < iterationLimit else { return result(.iterationLimit) }
            guard let direction = Newton.direction(gradient: gradient, hessian: hessian) else {
                return result(.notFinite)
            }
            let slope = Newton.dot(gradient, direction)
            guard let next = Newton.backtrack(&objective, point, value, direction, slope) else {
                return result(.noFurtherDecrease)
            }
            isLastStep = -slope / 2 <= valueTolerance * abs(value)
            point = next
            iterations += 1
        }
    }

    /// −(H + λI)⁻¹g with λ = 0 or the least λ tried that makes H + λI well positive definite; nil without one.
    private static func direction(gradient: [Double], hessian: [Double]) -> [Double]? {
        let n = gradient.count
        let rightSide = gradient.map { -$0 }
        let diagonal = (0..<n).map { hessian[$0 * n + $0] }
        let size = diagonal.map { abs($0) }.max() ?? 0
        var ridge = 0.0
        var isBeyondLeast = false
        while ridge.isFinite {
            var damped = hessian
            for index in 0..<n { damped[index * n + index] = diagonal[index] + ridge }
            do {
                let direction = try Cholesky.solve(damped, rightSide)
                // A matrix that is singular but for rounding can pass the factorisation and overflow here.
                let descends = direction.allSatisfy(\.isFinite) && dot(gradient, direction) < 0
                // The least ridge may leave an eigenvalue next to 0, and with it a step without bounds.
                if descends, ridge == 0 || isBeyondLeast { return direction }
                isBeyondLeast = descends
            } catch .notFinite {
                return nil
            } catch {
                // Not positive definite: a larger ridge follows.
            }
            ridge = ridge == 0 ? max(1e-10 * size, 1e-300) : 10 * ridge
        }
        return nil
    }

    /// The first of the steps 1, 1/2, 1/4, … with a sufficient decrease, but for the value's rounding.
    private static func backtrack<Objective: TwiceDifferentiableObjective>(
        _ objective: inout Objective, _ point: [Double], _ value: Double, _ direction: [Double],
        _ slope: Double
    ) -> [Double]? {
        // Only a promise small enough to drown in rounding is excused from showing its decrease.
        let rounding = -slope <= 1e-8 * abs(value) ? 8 * value.ulp : 0
        var step = 1.0
        for _ in 0..<50 {
            let trial = zip(point, direction).map { $0 + step * $1 }
            guard trial != point else { return nil }
            let trialValue = objective.value(at: trial)
            if trialValue.isFinite, trialValue <= value + 1e-4 * step * slope + rounding { return trial }
            step /= 2
        }
        return nil
    }

    private static func dot(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
