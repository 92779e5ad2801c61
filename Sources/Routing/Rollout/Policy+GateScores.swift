extension Policy.Rollout.Gate {
    /// All that is compared.
    public var compared: [ReportedOutcome.Measure] {
        measures + (latency == nil ? [] : [.latency]) + (cost == nil ? [] : [.cost])
    }

    /// The drop of a measure's mean score that is tolerated.
    public func margin(of measure: ReportedOutcome.Measure) -> Double {
        switch measure {
        case .thumb, .rating, .error, .fit: margin
        case .latency: latency?.margin ?? margin
        case .cost: cost.map { $0.margin / $0.limit } ?? margin
        }
    }

    /// Whether an answer came in time, 1 or 0; nil where that is not compared.
    public func score(latencySeconds: Double) -> Double? {
        latency.map { latencySeconds <= $0.limit ? 1 : 0 }
    }

    /// What is left of the limit when an answer's cost is taken off it, as a share; nil where that is not compared.
    ///
    /// Costs have no upper end, and a test that holds at any number of outcomes needs one: what costs more than the limit
    /// counts as the limit.
    public func score(cost amount: Double) -> Double? {
        cost.map { 1 - min(max(amount, 0), $0.limit) / $0.limit }
    }
}
