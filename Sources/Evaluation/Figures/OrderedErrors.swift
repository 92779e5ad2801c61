/// Labels in an order, such as from the cheapest kind of work to the dearest.
public struct LabelOrder: Sendable, Hashable {
    /// Names of the labels, the lowest first.
    public let names: [String]

    /// An order of `labels`, in which each of them must come once.
    ///
    /// - Throws: `EvaluationError` with the code `invalidOrder`.
    public init(_ names: [String], labels: [String]) throws(EvaluationError) {
        if let unknown = names.first(where: { !labels.contains($0) }) {
            throw EvaluationError(
                .invalidOrder,
                "The order of labels names \(unknown.quoted), which the model does not know; "
                    + "its labels are \(labels.prefix(20).map(\.quoted).joined(separator: ", ")).")
        }
        if let missing = labels.first(where: { label in !names.contains(label) }) {
            throw EvaluationError(
                .invalidOrder, "The order of labels leaves out \(missing.quoted): name each label once.")
        }
        guard names.count == labels.count else {
            throw EvaluationError(.invalidOrder, "The order of labels names a label twice: name each once.")
        }
        self.names = names
    }
}

/// How far off wrong answers are where labels have an order.
public struct OrderedErrors: Sendable, Hashable {
    /// The labels, the lowest first.
    public let order: [String]
    /// Weight of the rows whose answer is that many places from the truth; the first entry are the right ones.
    public let byDistance: [Double]
    /// Weight of the rows answered with a label below theirs.
    public let tooLow: Double
    /// Weight of the rows answered with a label above theirs.
    public let tooHigh: Double
    /// Share of the errors that are one place off; nil without errors.
    public let adjacentShare: Double?
    /// Share of the rows that are right or one place off.
    public let accuracyWithinOne: Double
    /// Mean number of places between answer and truth.
    public let meanDistance: Double

    init(_ scored: ScoredRows, order: LabelOrder) {
        let ranks = scored.labels.map { order.names.firstIndex(of: $0) ?? 0 }
        var byDistance = [Double](repeating: 0, count: scored.labels.count)
        var (low, high, distance) = (0.0, 0.0, 0.0)
        for row in 0..<scored.count {
            let step = ranks[scored.predicted[row]] - ranks[scored.truth[row]]
            let weight = scored.weights[row]
            byDistance[abs(step)] += weight
            distance += weight * Double(abs(step))
            if step < 0 { low += weight }
            if step > 0 { high += weight }
        }
        let total = byDistance.reduce(0, +)
        let adjacent = byDistance.count > 1 ? byDistance[1] : 0
        self.order = order.names
        self.byDistance = byDistance
        tooLow = low
        tooHigh = high
        adjacentShare = ratio(adjacent, byDistance.dropFirst().reduce(0, +))
        accuracyWithinOne = min(1, (byDistance[0] + adjacent) / total)
        meanDistance = distance / total
    }
}
