// Resamples of rows that are all alike are all alike, too: nothing varies, and the percentiles fall together. That is no
// certainty about other rows. What to tell instead is here.

extension Interval {
    /// Whether both ends are the same, so that the interval claims what no number of rows can show.
    var isEmpty: Bool { low == high }
}

extension Estimate {
    /// The same, for a share of rows whose resamples all agree, with the interval by formula (Wilson 1927).
    ///
    /// - Parameter rows: the rows of which it is a share.
    func orWilson(_ scored: ScoredRows, rows: some Sequence<Int>) -> Estimate {
        guard let value, let interval, interval.isEmpty else { return self }
        var effective = EffectiveRows(scored.clusters)
        for row in rows { effective.add(scored.weights[row], row: row) }
        return Estimate(value: value, interval: Interval(wilson: min(1, max(0, value)), rows: effective.count))
    }

    /// The same without an interval that claims certainty.
    var withoutEmptyInterval: Estimate {
        interval?.isEmpty == true ? Estimate(value: value, interval: nil) : self
    }
}

extension LabelFigures {
    /// From the F1 of the lower ends of precision and recall to that of the upper ones: wider than need be, since both
    /// seldom lie at the same end.
    var f1BetweenEnds: Interval {
        let precision = precisionInterval ?? Interval(low: 0, high: 1)
        let recall = recallInterval ?? Interval(low: 0, high: 1)
        func f1(_ precision: Double, _ recall: Double) -> Double {
            ratio(2 * precision * recall, precision + recall) ?? 0
        }
        return Interval(low: f1(precision.low, recall.low), high: f1(precision.high, recall.high))
    }
}
