import Optimization
import TestSupport
import Testing

/// Holds the suites of this module, one test at a time, as LinearAlgebra asks of its callers.
@Suite(.serialized) enum OptimizationTests {}

/// An objective given by a closure that returns the value and the gradient.
struct ClosureObjective: DifferentiableObjective {
    var dimension: Int
    var function: ([Double]) -> (Double, [Double])

    mutating func evaluate(at point: [Float], gradient: inout [Float]) -> Double {
        let (value, slopes) = function(point.map(Double.init))
        for index in gradient.indices { gradient[index] = Float(slopes[index]) }
        return value
    }
}

/// Σ 100·(x₂ᵢ − x₂ᵢ₋₁²)² + (1 − x₂ᵢ₋₁)², the chained Rosenbrock function: 0 at (1, …, 1).
func rosenbrock(dimension: Int) -> ClosureObjective {
    ClosureObjective(dimension: dimension) { x in
        var value = 0.0
        var gradient = [Double](repeating: 0, count: dimension)
        for i in 0..<dimension - 1 {
            let a = x[i + 1] - x[i] * x[i]
            let b = 1 - x[i]
            value += 100 * a * a + b * b
            gradient[i] -= 400 * a * x[i] + 2 * b
            gradient[i + 1] += 200 * a
        }
        return (value, gradient)
    }
}

/// ½ Σ dᵢ·(xᵢ − 1)² with dᵢ from 1 to `condition`, evenly spaced in the logarithm.
func quadratic(dimension: Int, condition: Double) -> ClosureObjective {
    var curvatures = [Double](repeating: 1, count: dimension)
    var root = condition
    // condition^(i / (n − 1)) without a library: bits of i / (n − 1) pick repeated square roots.
    var shares = (0..<dimension).map { Double($0) / Double(max(1, dimension - 1)) }
    for _ in 0..<53 {
        for index in 0..<dimension where shares[index] >= 1 {
            curvatures[index] *= root
            shares[index] -= 1
        }
        root = root.squareRoot()
        for index in 0..<dimension { shares[index] *= 2 }
    }
    return ClosureObjective(dimension: dimension) { x in
        var value = 0.0
        var gradient = x
        for index in 0..<dimension {
            let distance = x[index] - 1
            value += curvatures[index] * distance * distance / 2
            gradient[index] = curvatures[index] * distance
        }
        return (value, gradient)
    }
}

/// Σ log(1 + exp(−y·wᵀx)) + ½·ridge·‖w‖² on random rows.
struct RandomLogisticRegression: DifferentiableObjective, Encodable {
    var rows: [[Float]]
    var labels: [Double]
    var ridge: Double
    var dimension: Int { rows[0].count }

    init(rows count: Int, dimension: Int, ridge: Double, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let truth = (0..<dimension).map { _ in Double.random(in: -1...1, using: &random) }
        rows = (0..<count).map { _ in (0..<dimension).map { _ in Float.random(in: -2...2, using: &random) } }
        labels = []
        for row in rows {
            let score = zip(row, truth).reduce(0) { $0 + Double($1.0) * $1.1 }
            labels.append(score + Double.random(in: -1...1, using: &random) > 0 ? 1 : -1)
        }
        self.ridge = ridge
    }

    func evaluate(at point: [Float], gradient: inout [Float]) -> Double {
        var value = 0.0
        var slopes = [Double](repeating: 0, count: dimension)
        for (row, label) in zip(rows, labels) {
            var score = 0.0
            for index in 0..<dimension { score += Double(row[index]) * Double(point[index]) }
            let margin = label * score
            let tail = Elementary.exp(-abs(margin))
            value += max(-margin, 0) + Elementary.log(1 + tail)
            let slope = -label * (margin >= 0 ? tail / (1 + tail) : 1 / (1 + tail))
            for index in 0..<dimension { slopes[index] += slope * Double(row[index]) }
        }
        for index in 0..<dimension {
            value += ridge * Double(point[index]) * Double(point[index]) / 2
            gradient[index] = Float(slopes[index] + ridge * Double(point[index]))
        }
        return value
    }
}
