#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A comparison of two arms that may be looked at as often as one likes, after every outcome if need be.
///
/// For scores from 0 to 1 with mean p, the mixture of likelihood ratios
/// M(q) = B(½ + s, ½ + n − s) / (B(½, ½) qˢ (1 − q)ⁿ⁻ˢ) of an arm with n outcomes of sum s is at q = p a non-negative
/// supermartingale that begins at 1 (Robbins 1970; the beta-binomial mixture of Howard, Ramdas, McAuliffe, Sekhon 2021,
/// "Time-uniform, nonparametric, nonasymptotic confidence sequences"; for scores between 0 and 1 by the inequality of
/// the weighted means). So is the product of both arms' at their true means, whichever arm an outcome comes from, and
/// the least value of the product over all means that a hypothesis allows is no larger. By Ville's inequality it ever
/// reaches 1/α with probability at most α. Nothing is asymptotic, and no number of looks has to be planned.
///
/// It presupposes that an outcome's expected score in an arm does not depend on the outcomes before it.
public struct SequentialComparison: Sendable, Equatable {
    /// The model of before.
    public var control: ArmTally
    /// What the policy decided.
    public var routed: ArmTally

    /// A comparison of two arms.
    public init(control: ArmTally, routed: ArmTally) {
        self.control = control
        self.routed = routed
    }

    /// Mean of the routed arm less that of the other; nil while one has no outcomes.
    public var difference: Double? {
        guard let before = control.mean, let now = routed.mean else { return nil }
        return now - before
    }

    /// Logarithm of the evidence that routed − control is below (`below: true`) or above `bound`, against all else.
    ///
    /// At most 0 where the means say otherwise. - Complexity: O(1).
    public func logEvidence(below: Bool, _ bound: Double) -> Double {
        guard let difference, abs(bound) < 1 else { return 0 }
        guard below ? difference < bound : difference > bound else { return 0 }
        return leastLogProduct(at: bound)
    }

    /// Interval that holds routed − control, at all times at once, with probability 1 − `alpha` or more.
    public func interval(alpha: Double) -> ClosedRange<Double> {
        guard let difference, alpha > 0, alpha < 1 else { return -1...1 }
        let threshold = log(1 / alpha)
        func end(_ outer: Double) -> Double {
            // The evidence grows from the difference outwards.
            var (inside, outside) = (difference, outer)
            for _ in 0..<50 {
                let middle = (inside + outside) / 2
                if leastLogProduct(at: middle) >= threshold { outside = middle } else { inside = middle }
            }
            return outside
        }
        return end(-1)...end(1)
    }

    /// The least logarithm of the product over all pairs of means with routed = control + `bound`.
    private func leastLogProduct(at bound: Double) -> Double {
        let (s1, f1) = (control.sum, Double(control.count) - control.sum)
        let (s2, f2) = (routed.sum, Double(routed.count) - routed.sum)
        // The likelihood is concave along the line, so that its slope tells on which side the maximum lies.
        var (low, high) = (max(0, -bound), min(1, 1 - bound))
        func part(_ weight: Double, _ distance: Double) -> Double {
            weight == 0 ? 0 : weight / max(distance, .leastNormalMagnitude)
        }
        for _ in 0..<60 {
            let p = (low + high) / 2
            let slope = part(s1, p) - part(f1, 1 - p) + part(s2, p + bound) - part(f2, 1 - p - bound)
            if slope > 0 { low = p } else { high = p }
        }
        let p = (low + high) / 2
        return Self.logMixture(s1, f1) + Self.logMixture(s2, f2) - Self.logLikelihood(s1, f1, p)
            - Self.logLikelihood(s2, f2, p + bound)
    }

    private static func logMixture(_ good: Double, _ bad: Double) -> Double {
        logBeta(good + 0.5, bad + 0.5) - logBeta(0.5, 0.5)
    }

    private static func logLikelihood(_ good: Double, _ bad: Double, _ p: Double) -> Double {
        func part(_ weight: Double, _ share: Double) -> Double {
            weight == 0 ? 0 : weight * log(max(share, .leastNormalMagnitude))
        }
        return part(good, p) + part(bad, 1 - p)
    }

    private static func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

    private static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
}
