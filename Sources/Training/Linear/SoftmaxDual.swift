#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The dual problem of one row of multinomial logistic regression, all labels at once.
///
///     maximise over q in the simplex:   H(q)  +  z·(q − q₀)  −  A/2 · ‖q − q₀‖²
///
/// with H the entropy, q₀ the row's variables, z its logits under the weights that q₀ is part of, and A = c · ‖x‖². The
/// optimum fulfils log q + A·(q − q₀) = z − λ with λ such that q sums to 1: Newton's method in log q and λ together, a
/// division a label and step. The conditions are those of Yu, Huang & Lin 2011, section 6.
struct SoftmaxDual {
    let labelCount: Int
    /// z; replaced by the changes of q.
    let logits: UnsafeMutablePointer<Float>
    /// q₀; replaced by q.
    let duals: UnsafeMutablePointer<Float>
    /// Two numbers a label.
    let scratch: UnsafeMutablePointer<Float>

    /// How the row stood before it was changed.
    struct Seen {
        /// KL(q₀ ‖ softmax z): the row's share of the duality gap, over c.
        var divergence: Float
        /// −log softmax(z)[truth].
        var loss: Float
        var isChanged: Bool
    }

    /// Newton steps at most; a row that is not at its optimum by then has come closer to it.
    private static let stepLimit = 12
    /// Change of the logits, in sum over labels, that q needs no further step for.
    private static let tolerance: Float = 1e-3
    /// What stands for the logarithm of 0.
    private static let smallest: Float = -60

    /// Puts q at the optimum for `curvature`, A.
    ///
    /// - Complexity: O(labels) a step, an exponential each; few steps once q is near its end.
    func maximize(curvature: Float, truth: Int) -> Seen {
        let (q, u, old) = (duals, scratch, scratch + labelCount)
        var largest = logits[0]
        for label in 1..<labelCount { largest = max(largest, logits[label]) }
        var sum: Float = 0
        for label in 0..<labelCount { sum += expf(logits[label] - largest) }
        let logSum = largest + logf(sum)
        var seen = Seen(divergence: 0, loss: logSum - logits[truth], isChanged: false)
        var distance: Float = 0
        for label in 0..<labelCount {
            logits[label] -= logSum
            u[label] = q[label] > 0 ? max(logf(q[label]), Self.smallest) : Self.smallest
            old[label] = q[label]
            let gap = u[label] - logits[label]
            seen.divergence += q[label] * gap
            distance += q[label] * abs(gap)
        }
        seen.divergence = max(seen.divergence, 0)
        if distance < 1e-6 { return seen }
        solve(curvature, q, u, old)
        for label in 0..<labelCount { logits[label] = q[label] - old[label] }
        seen.isChanged = true
        return seen
    }

    /// Newton's method from u = log q; `logits` are log softmax(z), so that λ begins at 0.
    @inline(__always)
    private func solve(
        _ curvature: Float, _ q: UnsafeMutablePointer<Float>, _ u: UnsafeMutablePointer<Float>,
        _ old: UnsafeMutablePointer<Float>
    ) {
        var multiplier: Float = 0
        var sum: Float = 1
        for _ in 0..<Self.stepLimit {
            // (1 + A·q) du = r − dλ  and  Σ q·du = 1 − Σ q.
            var weighted: Float = 0
            var total: Float = 0
            for label in 0..<labelCount {
                let residual = logits[label] - multiplier - u[label] - curvature * (q[label] - old[label])
                let share = q[label] / (1 + curvature * q[label])
                weighted += share * residual
                total += share
            }
            let change = (weighted - (1 - sum)) / total
            multiplier += change
            var moved: Float = 0
            sum = 0
            for label in 0..<labelCount {
                let residual = logits[label] - multiplier - u[label] - curvature * (q[label] - old[label])
                let step = residual / (1 + curvature * q[label])
                u[label] = min(max(u[label] + step, Self.smallest), 0)
                let new = expf(u[label])
                moved += abs(new - q[label])
                q[label] = new
                sum += new
            }
            if moved * (1 + curvature) < Self.tolerance { break }
        }
        for label in 0..<labelCount { q[label] /= sum }
    }
}
