/// What answers cost: the most probable label, the label of least expected cost, and answers without a model.
public struct DecisionFigures: Sendable, Hashable {
    /// How one rule of deciding fares.
    public struct Rule: Sendable, Hashable {
        /// Mean cost of a row.
        public let cost: Estimate
        /// Share of rows answered with their label.
        public let accuracy: Double
    }

    /// Rows of one label that were answered with another, and what that costs.
    public struct Cell: Sendable, Hashable {
        /// Index of the true label.
        public let truth: Int
        /// Index of the answer, which may be the true label where right answers cost something.
        public let predicted: Int
        /// Weight of the rows.
        public let weight: Double
        /// Cost of one of them.
        public let cost: Double
    }

    /// Answering every row alike.
    public struct Constant: Sendable, Hashable {
        /// Index of the label.
        public let label: Int
        /// Mean cost of a row.
        public let cost: Double
    }

    /// What the costs are.
    public let costs: CostMatrix
    /// Answering the most probable label.
    public let argmax: Rule
    /// Answering the label whose expected cost is least.
    public let leastCost: Rule
    /// Mean cost of the second rule less that of the first; negative where it saves something.
    public let difference: Estimate
    /// Rows that the two rules answer differently.
    public let changedRows: Int
    /// Always answering the label that costs least on these rows.
    public let constant: Constant
    /// Always answering the most frequent label.
    public let majority: Constant
    /// Expected cost of drawing labels by their shares.
    public let randomCost: Double
    /// What the most probable labels cost by truth and answer, the costliest first; cells without cost left out.
    public let cells: [Cell]

    init(_ scored: ScoredRows, _ table: DecisionTable, resampled: [DecisionTable.Costs]) {
        let costs = table.costs
        let now = table.mean
        let total = scored.weights.reduce(0, +)
        func accuracy(_ answers: [Int]) -> Double {
            (0..<scored.count).reduce(0) {
                $0 + (answers[$1] == scored.truth[$1] ? scored.weights[$1] : 0)
            } / total
        }
        self.costs = costs
        argmax = Rule(
            cost: Estimate(value: now.argmax, interval: Interval(percentilesOf: resampled.map(\.argmax))),
            accuracy: accuracy(scored.predicted))
        leastCost = Rule(
            cost: Estimate(value: now.leastCost, interval: Interval(percentilesOf: resampled.map(\.leastCost))),
            accuracy: accuracy(table.answers))
        difference = Estimate(
            value: now.difference, interval: Interval(percentilesOf: resampled.map(\.difference)))
        changedRows = (0..<scored.count).count { table.answers[$0] != scored.predicted[$0] }

        var support = [Double](repeating: 0, count: scored.labels.count)
        for (truth, weight) in zip(scored.truth, scored.weights) { support[truth] += weight }
        let labels = scored.labels.indices
        let means = labels.map { answer in labels.reduce(0) { $0 + support[$1] * costs[$1, answer] } / total }
        let cheapest = labels.reduce(0) { means[$1] < means[$0] ? $1 : $0 }
        constant = Constant(label: cheapest, cost: means[cheapest])
        let frequent = labels.reduce(0) { support[$1] > support[$0] ? $1 : $0 }
        majority = Constant(label: frequent, cost: means[frequent])
        randomCost = labels.reduce(0) { $0 + support[$1] / total * means[$1] }

        let confusion = ConfusionMatrix(
            labels: scored.labels, rows: scored.truth, columns: scored.predicted, weights: scored.weights)
        var cells: [Cell] = []
        for truth in labels {
            for answer in labels where confusion[truth, answer] > 0 && costs[truth, answer] > 0 {
                cells.append(
                    Cell(
                        truth: truth, predicted: answer, weight: confusion[truth, answer],
                        cost: costs[truth, answer]))
            }
        }
        // The sort is stable in effect: equals stay in the order of the labels.
        self.cells = cells.enumerated().sorted {
            ($1.element.weight * $1.element.cost, $0.offset) < ($0.element.weight * $0.element.cost, $1.offset)
        }.map(\.element)
    }
}

/// The cost of every row under both rules, in the order of a resample's counts.
struct DecisionTable: Sendable {
    /// Mean costs of one resample, or of the rows themselves.
    struct Costs: Sendable {
        let argmax: Double?
        let leastCost: Double?

        var difference: Double? {
            guard let argmax, let leastCost else { return nil }
            return leastCost - argmax
        }
    }

    let costs: CostMatrix
    /// The answer of least expected cost, one a row of the scored rows.
    let answers: [Int]
    private let weights: [Double]
    private let argmaxCosts: [Double]
    private let leastCosts: [Double]

    init(_ scored: ScoredRows, costs: CostMatrix, order: [Int]) {
        let count = scored.labels.count
        let answers =
            costs.isZeroOne
            ? scored.predicted
            : (0..<scored.count).map {
                costs.leastExpected(
                    scored.probabilities[$0 * count..<($0 + 1) * count], preferred: scored.predicted[$0])
            }
        self.costs = costs
        self.answers = answers
        weights = order.map { scored.weights[$0] }
        argmaxCosts = order.map { costs[scored.truth[$0], scored.predicted[$0]] }
        leastCosts = order.map { costs[scored.truth[$0], answers[$0]] }
    }

    var mean: Costs { mean(counts: Array(repeating: 1, count: weights.count)) }

    func mean(counts: [UInt32]) -> Costs {
        var (total, argmax, least) = (0.0, 0.0, 0.0)
        for row in weights.indices {
            let mass = Double(counts[row]) * weights[row]
            total += mass
            argmax += mass * argmaxCosts[row]
            least += mass * leastCosts[row]
        }
        return Costs(argmax: ratio(argmax, total), leastCost: ratio(least, total))
    }
}
