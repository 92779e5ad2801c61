internal import Inference
internal import Optimization

/// Negative log-likelihood of scaled logits, as a function of the scale's logarithm or of scales and offsets.
///
/// Temperature: one parameter t, z' = exp(t) · z. Vector: parameters s_k, o_k, z'_k = exp(t + s_k) · z_k + o_k with a
/// ridge on s and o (Guo et al. 2017). Optimising the logarithm keeps scales positive. Offsets that are given are added
/// to o. Targets are smoothed: 1 − ε for the truth and ε shared by the other labels.
struct CalibrationObjective: TwiceDifferentiableObjective {
    let data: HeldOutLogits
    let isVector: Bool
    /// Ridge on per-label parameters, per unit of sample weight.
    let ridge: Double
    /// What the truth gives up to the other labels: see `HeldOutLogits.smoothing`.
    var smoothing = 0.0
    /// Offsets that are there already, one a label; empty for none.
    var baseOffsets: [Double] = []

    var dimension: Int { isVector ? 1 + 2 * data.labelCount : 1 }

    /// Largest magnitude of a scale's logarithm: rows that are all right have no finite optimum.
    private static let largestExponent = 10.0

    /// The calibration that `parameters` stand for.
    func calibration(_ parameters: [Double]) -> Calibration {
        let count = data.labelCount
        return Calibration(
            scales: (0..<count).map {
                let exponent = parameters[0] + (isVector ? parameters[1 + $0] : 0)
                return Float(exponential(min(max(exponent, -Self.largestExponent), Self.largestExponent)))
            },
            offsets: offsets(parameters).map { Float($0) })
    }

    private func offsets(_ point: [Double]) -> [Double] {
        (0..<data.labelCount).map { label in
            (baseOffsets.isEmpty ? 0 : baseOffsets[label]) + (isVector ? point[1 + data.labelCount + label] : 0)
        }
    }

    /// How much of a row's target a label is.
    private func target(_ label: Int, _ truth: Int) -> Double {
        label == truth ? 1 - smoothing : smoothing / Double(data.labelCount - 1)
    }

    func value(at point: [Double]) -> Double {
        let weightOfAll = data.weights.reduce(0.0) { $0 + Double($1) }
        var value = 0.0
        for parameter in point.dropFirst() { value += ridge * weightOfAll / 2 * parameter * parameter }
        let count = data.labelCount
        let scales = (0..<count).map { exponential(point[0] + (isVector ? point[1 + $0] : 0)) }
        let offsets = offsets(point)
        for row in data.truths.indices {
            var largest = -Double.infinity
            func logit(_ k: Int) -> Double { scales[k] * Double(data.logits[row * count + k]) + offsets[k] }
            for k in 0..<count { largest = max(largest, logit(k)) }
            var sum = 0.0
            var agreement = 0.0
            for k in 0..<count {
                let z = logit(k)
                sum += exponential(z - largest)
                agreement += target(k, data.truths[row]) * z
            }
            value += Double(data.weights[row]) * (largest + logarithm(sum) - agreement)
        }
        return value
    }

    func evaluate(at point: [Double], gradient: inout [Double], hessian: inout [Double]) -> Double {
        let count = data.labelCount
        let n = dimension
        for index in gradient.indices { gradient[index] = 0 }
        for index in hessian.indices { hessian[index] = 0 }
        var value = 0.0
        var total = 0.0
        let scales = (0..<count).map { exponential(point[0] + (isVector ? point[1 + $0] : 0)) }
        let offsets = offsets(point)
        var scaled = [Double](repeating: 0, count: count)
        var probabilities = [Double](repeating: 0, count: count)
        for row in data.truths.indices {
            let weight = Double(data.weights[row])
            let truth = data.truths[row]
            total += weight
            var largest = -Double.infinity
            for k in 0..<count {
                scaled[k] = scales[k] * Double(data.logits[row * count + k])
                largest = max(largest, scaled[k] + offsets[k])
            }
            var sum = 0.0
            var agreement = 0.0
            for k in 0..<count {
                probabilities[k] = exponential(scaled[k] + offsets[k] - largest)
                sum += probabilities[k]
                agreement += target(k, truth) * (scaled[k] + offsets[k])
            }
            for k in 0..<count { probabilities[k] /= sum }
            value += weight * (largest + logarithm(sum) - agreement)
            add(scaled, probabilities, truth, weight, &gradient, &hessian, n)
        }
        if isVector {
            for index in 1..<n {
                value += ridge * total / 2 * point[index] * point[index]
                gradient[index] += ridge * total * point[index]
                hessian[index * n + index] += ridge * total
            }
        }
        return value
    }

    /// Adds one row's derivatives.
    ///
    /// With u_k = scaled logit: ∂/∂t = Σ (p_k − y_k) u_k, ∂/∂s_k = (p_k − y_k) u_k,
    /// ∂/∂o_k = p_k − y_k. The Hessian is the positive semi-definite Gauss-Newton part, Jᵀ (diag p − p pᵀ) J.
    private func add(
        _ u: [Double], _ p: [Double], _ truth: Int, _ weight: Double,
        _ gradient: inout [Double], _ hessian: inout [Double], _ n: Int
    ) {
        let count = data.labelCount
        var meanScaled = 0.0
        for k in 0..<count { meanScaled += p[k] * u[k] }
        for k in 0..<count {
            let residual = weight * (p[k] - target(k, truth))
            gradient[0] += residual * u[k]
            hessian[0] += weight * p[k] * u[k] * (u[k] - meanScaled)
            guard isVector else { continue }
            gradient[1 + k] += residual * u[k]
            gradient[1 + count + k] += residual
            let slope = weight * p[k] * (u[k] - meanScaled)
            hessian[1 + k] += slope * u[k]
            hessian[(1 + k) * n] += slope * u[k]
            hessian[1 + count + k] += slope
            hessian[(1 + count + k) * n] += slope
            for j in 0..<count {
                let curvature = weight * (k == j ? p[k] * (1 - p[k]) : -p[k] * p[j])
                hessian[(1 + k) * n + 1 + j] += curvature * u[k] * u[j]
                hessian[(1 + k) * n + 1 + count + j] += curvature * u[k]
                hessian[(1 + count + j) * n + 1 + k] += curvature * u[k]
                hessian[(1 + count + k) * n + 1 + count + j] += curvature
            }
        }
    }
}
