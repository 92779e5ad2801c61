/// Order statistics of measured times.
public struct Statistics {
    private let sorted: [Double]

    /// Statistics of at least one value.
    public init(_ values: [Double]) { sorted = values.sorted() }

    /// The value below which `share` of all values lie.
    public func quantile(_ share: Double) -> Double {
        sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    /// The middle value.
    public var median: Double { quantile(0.5) }
}

/// Prints one JSON object with numbers, in the order given.
public func printJSON(_ figures: [(name: String, value: Double)]) {
    let members = figures.map { name, value in
        let isWhole = value == value.rounded() && abs(value) < 1e15
        return "\"\(name)\":\(isWhole ? "\(Int(value))" : "\(value)")"
    }
    print("{\(members.joined(separator: ","))}")
}
