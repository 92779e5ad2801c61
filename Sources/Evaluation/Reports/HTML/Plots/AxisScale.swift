/// Maps values to a stretch of a drawing.
package struct AxisScale {
    /// The values at the two ends; the second is larger.
    package let domain: ClosedRange<Double>
    /// Where these lie in the drawing; the first may be the larger.
    package let from: Double
    package let to: Double

    package init(_ domain: ClosedRange<Double>, from: Double, to: Double) {
        // An empty domain would divide by zero.
        let width = domain.upperBound - domain.lowerBound
        self.domain = width > 1e-12 && width.isFinite ? domain : domain.lowerBound - 0.5...domain.lowerBound + 0.5
        self.from = from
        self.to = to
    }

    /// Where a value lies; values outside the domain lie at its ends.
    package func callAsFunction(_ value: Double) -> Double {
        let clipped = min(domain.upperBound, max(domain.lowerBound, value))
        return from + (clipped - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (to - from)
    }

    /// Round values inside the domain, at most about `count` of them, a step of 1, 2 or 5 times a power of ten apart.
    package func ticks(_ count: Int) -> [Double] {
        ticks(every: Self.step(domain.upperBound - domain.lowerBound, count))
    }

    /// Multiples of a step inside the domain.
    package func ticks(every step: Double) -> [Double] {
        let first = (domain.lowerBound / step - 1e-9).rounded(.up)
        let last = (domain.upperBound / step + 1e-9).rounded(.down)
        guard first <= last else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// The domain widened to round values.
    package static func rounded(_ domain: ClosedRange<Double>, _ count: Int) -> ClosedRange<Double> {
        let step = step(domain.upperBound - domain.lowerBound, count)
        return (domain.lowerBound / step + 1e-9).rounded(.down) * step...(domain.upperBound / step - 1e-9).rounded(.up)
            * step
    }

    package static func step(_ width: Double, _ count: Int) -> Double {
        let rough = max(width, 1e-9) / Double(max(1, count))
        var power = 1.0
        while power > rough { power /= 10 }
        while power * 10 <= rough { power *= 10 }
        for factor in [1.0, 2, 5] where factor * power >= rough * (1 - 1e-9) { return factor * power }
        return 10 * power
    }

    /// Decimals that tell the ticks apart.
    package static func digits(of step: Double, isShare: Bool) -> Int {
        var scaled = isShare ? 100 * step : step
        var digits = 0
        while digits < 6, abs(scaled - scaled.rounded()) > 1e-6 * max(1, scaled) {
            scaled *= 10
            digits += 1
        }
        return digits
    }
}
