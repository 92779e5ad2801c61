/// A value that a figure has to reach, as in `--fail-under accuracy=0.9,log_loss=0.4`.
///
/// A bar is met by an equal or better value: at least the bar for accuracies and F1, at most the bar for the
/// metrics where smaller is better (`log_loss`, `brier`, `ece`). The estimate counts, not its interval.
public struct Bar: Sendable, Hashable {
    /// The figure.
    public let metric: Metric
    /// The value to reach, in [0, 1].
    public let value: Double

    /// A bar for a figure.
    ///
    /// - Throws: `EvaluationError` with the code `invalidBar` if `value` is not in [0, 1].
    public init(_ metric: Metric, _ value: Double) throws(EvaluationError) {
        guard value >= 0, value <= 1 else {
            throw EvaluationError(
                .invalidBar,
                "The bar for \(metric.rawValue) is \(value): use a number between 0 and 1.")
        }
        self.metric = metric
        self.value = value
    }

    /// Reads bars written as `metric=value`, separated by commas; spaces around the parts are ignored.
    ///
    /// - Throws: `EvaluationError` with the code `invalidBar`, naming the nearest metric for an unknown one.
    public static func parse(_ text: String) throws(EvaluationError) -> [Bar] {
        var bars: [Bar] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else {
                throw EvaluationError(
                    .invalidBar,
                    "The bar \(String(part).quoted) has no value: write metric=value, such as accuracy=0.9.")
            }
            let (name, number) = (trimmed(sides[0]), trimmed(sides[1]))
            guard let metric = Metric(rawValue: name) else {
                throw EvaluationError(
                    .invalidBar,
                    "There is no metric \(name.quoted): did you mean \(Metric.nearest(to: name).rawValue)? "
                        + "Metrics are \(Metric.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            guard let value = Double(number) else {
                throw EvaluationError(
                    .invalidBar,
                    "The bar for \(name) is \(number.quoted), which is no number: write one between 0 and 1.")
            }
            guard !bars.contains(where: { $0.metric == metric }) else {
                throw EvaluationError(.invalidBar, "There are two bars for \(name): keep one.")
            }
            bars.append(try Bar(metric, value))
        }
        return bars
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

/// A bar that was not met.
public struct UnmetBar: Sendable, Hashable, CustomStringConvertible {
    /// The bar.
    public let bar: Bar
    /// The value found; nil if it cannot be computed on these rows.
    public let value: Double?

    /// One line with the value and the bar.
    public var description: String {
        let name = bar.metric.rawValue
        guard let value else { return "\(name) cannot be computed on these rows; the bar is \(bar.value)" }
        return bar.metric.isUpperBound
            ? "\(name) is \(value), above the bar of \(bar.value)"
            : "\(name) is \(value), below the bar of \(bar.value)"
    }
}

extension Evaluation {
    /// The bars that are not met, in the order given; a figure that cannot be computed meets none.
    public func unmet(_ bars: [Bar]) -> [UnmetBar] {
        bars.compactMap { bar in
            guard let value = self[bar.metric].value else { return UnmetBar(bar: bar, value: nil) }
            let isMet = bar.metric.isUpperBound ? value <= bar.value : value >= bar.value
            return isMet ? nil : UnmetBar(bar: bar, value: value)
        }
    }
}
