public import Evaluation

/// Routers between a weak and a strong model, on prompts that both answered.
public struct RoutingBenchmark: Sendable {
    /// A router whose choices are given, one point instead of a curve.
    public struct Chosen: Sendable {
        /// The column.
        public var name: String
        /// Mean quality.
        public var quality: Estimate
        /// Mean cost of an answer; nil where a chosen model has none.
        public var cost: Double?
        /// Share of calls to the strong model.
        public var strongShare: Double
        /// Part of the gap recovered.
        public var recovered: Estimate
    }

    /// Number of prompts.
    public let prompts: Int
    /// Names of the two models.
    public let names: (weak: String, strong: String)
    /// Their mean qualities.
    public let weak: Estimate
    /// The strong one's.
    public let strong: Estimate
    /// Mean cost of their answers; 0 and 1 where nothing was said of costs.
    public let costs: (weak: Double, strong: Double)
    /// Whether costs were given.
    public let hasCosts: Bool
    /// Routers by scores, the oracle, which knows where the strong model is better, and random routing.
    public let routers: [RouterFigures]
    /// Routers by choices.
    public let chosen: [Chosen]
    /// How intervals were made.
    public let bootstrap: Bootstrap

    /// Measures.
    ///
    /// - Parameter scores: of routers, beside those of the file: by name, one for each prompt.
    public init(
        _ outcomes: RoutingOutcomes, scores: [(name: String, values: [Double])] = [], bootstrap: Bootstrap = .standard
    ) {
        let count = outcomes.weak.count
        prompts = count
        names = outcomes.names
        self.bootstrap = bootstrap
        hasCosts = outcomes.costs.weak != nil && outcomes.costs.strong != nil
        let prices = (
            weak: hasCosts ? outcomes.costs.weak ?? [] : [Double](repeating: 0, count: count),
            strong: hasCosts ? outcomes.costs.strong ?? [] : [Double](repeating: 1, count: count)
        )
        costs = (prices.weak.reduce(0, +) / Double(count), prices.strong.reduce(0, +) / Double(count))
        let gains = zip(outcomes.strong, outcomes.weak).map { $0 - $1 }
        // All scores equal: any order is as likely as any other.
        let all =
            outcomes.scores + scores + [
                ("oracle", gains), ("random", [Double](repeating: 0, count: count)),
            ]
        routers = all.filter { $0.values.count == count }.map { router in
            RouterFigures(
                name: router.name, scores: router.values, outcomes, costs: prices, bootstrap: bootstrap)
        }
        let (weakValues, strongValues) = (outcomes.weak, outcomes.strong)
        weak = Self.mean(weakValues, bootstrap)
        strong = Self.mean(strongValues, bootstrap)
        chosen = outcomes.choices.map { choice in
            let values = choice.qualities
            return Chosen(
                name: choice.name, quality: Self.mean(values, bootstrap),
                cost: choice.costs.map { $0.reduce(0, +) / Double(count) }, strongShare: choice.strongShare,
                recovered: Self.recovered(values, weakValues, strongValues, bootstrap))
        }
    }

    private static func mean(_ values: [Double], _ bootstrap: Bootstrap) -> Estimate {
        let resampled: [Double?] = bootstrap.run(rows: values.count) { counts in weighted(values, counts) }
        return Estimate(
            value: values.reduce(0, +) / Double(values.count),
            interval: resampled.isEmpty ? nil : Interval(percentilesOf: resampled))
    }

    private static func recovered(
        _ values: [Double], _ weak: [Double], _ strong: [Double], _ bootstrap: Bootstrap
    ) -> Estimate {
        @Sendable func part(_ counts: [UInt32]) -> Double? {
            let (low, high) = (weighted(weak, counts), weighted(strong, counts))
            return high > low ? (weighted(values, counts) - low) / (high - low) : nil
        }
        let resampled = bootstrap.run(rows: values.count) { counts in part(counts) }
        return Estimate(
            value: part([UInt32](repeating: 1, count: values.count)),
            interval: resampled.isEmpty ? nil : Interval(percentilesOf: resampled))
    }

    @Sendable private static func weighted(_ values: [Double], _ counts: [UInt32]) -> Double {
        var sum = 0.0
        for (value, count) in zip(values, counts) { sum += value * Double(count) }
        return sum / Double(values.count)
    }
}
