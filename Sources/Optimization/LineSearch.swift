/// A line search for the strong Wolfe conditions (Nocedal & Wright 2006, Algorithms 3.5 and 3.6).
///
/// For φ(α), the value at a step of α along a direction of descent, it looks for
///
///     φ(α) ≤ φ(0) + c₁·α·φ'(0)      (sufficient decrease)
///     |φ'(α)| ≤ c₂·|φ'(0)|          (curvature)
///
/// Two things are added to the book. Close to a minimum φ(0) − φ(α) drowns in rounding, so a step whose value
/// is within `rounding` of φ(0) may show its decrease by slopes alone (the approximate Wolfe conditions of
/// Hager & Zhang 2005). And where φ is NaN or infinite the step is halved.
struct LineSearch {
    /// φ and its slope at one step.
    struct Sample {
        var step: Double
        var value: Double
        var slope: Double

        var isFinite: Bool { value.isFinite && slope.isFinite }
    }

    enum Outcome: Equatable {
        /// The step evaluated last fulfils both conditions.
        case accepted(step: Double)
        /// The search ended early; this step, evaluated before, decreases the value sufficiently.
        case decreased(step: Double)
        /// No step tried decreases the value sufficiently.
        case failed
    }

    /// c₁.
    var sufficientDecrease = 1e-4
    /// c₂.
    var curvature = 0.9
    /// The relative error of a value: what an objective summed from Float terms keeps.
    var rounding = 1e-7
    /// The number of evaluations after which the search ends early.
    var evaluationLimit = 30

    /// Searches from a first step; `origin` is φ at 0, with a negative slope.
    func run(origin: Sample, firstStep: Double, evaluate: (Double) -> Sample) -> Outcome {
        // The interval of the book: `low` has the least value that decreases sufficiently, `high` is the other
        // end once one is known, and no step from `ceiling` on has a finite value.
        var low = origin
        var high: Sample?
        var ceiling = Double.infinity
        var step = firstStep
        for _ in 0..<evaluationLimit {
            let trial = evaluate(step)
            guard trial.isFinite else {
                ceiling = step
                step = low.step + (step - low.step) / 2
                continue
            }
            if accepts(trial, from: origin) { return .accepted(step: step) }
            let previous = low
            if !decreases(trial, from: origin) || trial.value >= low.value {
                high = trial
            } else {
                let direction = high.map { $0.step - low.step } ?? 1
                if trial.slope * direction >= 0 { high = low }
                low = trial
            }
            if let high {
                step = LineSearch.inside(low, high)
                guard step != low.step, step != high.step else { break }
            } else {
                step = LineSearch.beyond(previous, low, ceiling: ceiling)
            }
        }
        return low.step > 0 ? .decreased(step: low.step) : .failed
    }

    private func decreases(_ trial: Sample, from origin: Sample) -> Bool {
        trial.value <= origin.value + sufficientDecrease * trial.step * origin.slope
    }

    private func accepts(_ trial: Sample, from origin: Sample) -> Bool {
        guard abs(trial.slope) <= curvature * abs(origin.slope) else { return false }
        if decreases(trial, from: origin) { return true }
        return trial.value <= origin.value + rounding * abs(origin.value)
            && trial.slope <= (2 * sufficientDecrease - 1) * origin.slope
    }

    /// The minimiser of the cubic through two samples, kept a tenth of the interval away from both ends.
    private static func inside(_ a: Sample, _ b: Sample) -> Double {
        let width = b.step - a.step
        let cubic = cubicMinimiser(a, b) ?? (a.step + width / 2)
        let share = (cubic - a.step) / width
        return a.step + width * min(max(share, 0.1), 0.9)
    }

    /// The minimiser of the cubic through the last two samples, at 1.5 to 10 times the last step.
    private static func beyond(_ previous: Sample, _ last: Sample, ceiling: Double) -> Double {
        guard ceiling.isInfinite else { return last.step + (ceiling - last.step) / 2 }
        guard let cubic = cubicMinimiser(previous, last), cubic > last.step else { return 10 * last.step }
        return min(max(cubic, 1.5 * last.step), 10 * last.step)
    }

    /// The minimiser of the cubic with the values and slopes of two samples (Nocedal & Wright, 3.59).
    static func cubicMinimiser(_ a: Sample, _ b: Sample) -> Double? {
        let width = b.step - a.step
        let d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step)
        let radicand = d1 * d1 - a.slope * b.slope
        guard radicand >= 0 else { return nil }
        let d2 = width < 0 ? -radicand.squareRoot() : radicand.squareRoot()
        let minimiser = b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
        return minimiser.isFinite ? minimiser : nil
    }
}
