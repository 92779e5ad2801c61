/// The quantile of ascending values by linear interpolation (type 7 of Hyndman and Fan 1996, NumPy's default).
func quantile(_ share: Double, ofSorted values: [Double]) -> Double? {
    guard let last = values.last else { return nil }
    let position = share * Double(values.count - 1)
    let index = Int(position)
    guard index + 1 < values.count else { return last }
    return values[index] + (position - Double(index)) * (values[index + 1] - values[index])
}

extension Interval {
    /// The percentile interval: from the 2.5th to the 97.5th percentile of the figures of the resamples.
    ///
    /// Resamples on which the figure cannot be computed are left out; nil if nothing remains.
    package init?(percentilesOf resampled: [Double?]) {
        let sorted = resampled.compactMap { $0 }.sorted()
        guard let low = quantile(0.025, ofSorted: sorted), let high = quantile(0.975, ofSorted: sorted) else {
            return nil
        }
        self.init(low: low, high: high)
    }

    /// The percentile interval moved so that the mean of the resamples falls on the estimate, cut to the
    /// limits.
    ///
    /// For figures such as a calibration error, which resampling itself pushes up: the plain percentile
    /// interval would count that push a second time and can lie above the estimate altogether.
    init?(percentilesOf resampled: [Double], recentredOn estimate: Double, within limits: ClosedRange<Double> = 0...1) {
        guard let plain = Interval(percentilesOf: resampled) else { return nil }
        let shift = estimate - resampled.reduce(0, +) / Double(resampled.count)
        func cut(_ value: Double) -> Double { min(limits.upperBound, max(limits.lowerBound, value)) }
        self.init(low: cut(plain.low + shift), high: cut(plain.high + shift))
    }

    /// The Wilson score interval of a proportion (Wilson 1927); `rows` may be an effective number of rows.
    ///
    /// It holds the proportion itself, which rounding would put a hair outside at 0 and at 1.
    package init(wilson proportion: Double, rows: Double) {
        let z = 1.959963984540054
        let shrink = 1 + z * z / rows
        let centre = (proportion + z * z / (2 * rows)) / shrink
        let spread = proportion * (1 - proportion) / rows + z * z / (4 * rows * rows)
        let half = z * max(0, spread).squareRoot() / shrink
        self.init(low: min(proportion, max(0, centre - half)), high: max(proportion, min(1, centre + half)))
    }
}
