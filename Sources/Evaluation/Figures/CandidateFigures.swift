/// The sets of labels that a model holds possible, a flag a row and label.
public struct CandidateSetTable: Sendable, Hashable {
    /// Whether the label is a candidate, rows × labels.
    public let isCandidate: [Bool]
    /// Share of rows whose truth is to be a candidate; nil if the model does not say.
    public let target: Double?

    /// Sets of labels, rows × labels.
    public init(isCandidate: [Bool], target: Double?) {
        self.isCandidate = isCandidate
        self.target = target
    }
}

/// How often candidates hold the truth, and how many they are.
public struct CandidateFigures: Sendable, Hashable {
    /// Share of rows whose truth is to be a candidate; nil if the model does not say.
    public let target: Double?
    /// Share of rows whose truth is a candidate, with Wilson's interval.
    public let coverage: Estimate
    /// The same among the rows of each label, in the order of the labels; nil values for labels without rows.
    public let coverageByLabel: [Estimate]
    /// Mean number of candidates.
    public let meanSize: Double
    /// The same among the rows of each label; nil for labels without rows.
    public let meanSizeByLabel: [Double?]
    /// Weight of rows by number of candidates, from none to all labels.
    public let weightBySize: [Double]
    /// Share of rows with one candidate only.
    public let singleShare: Double

    /// nil where the rows have no candidates.
    init?(_ scored: ScoredRows) {
        guard let table = scored.candidates else { return nil }
        let count = scored.labels.count
        var all = Tally(scored.clusters)
        var byLabel = [Tally](repeating: all, count: count)
        var weightBySize = [Double](repeating: 0, count: count + 1)
        for row in 0..<scored.count {
            let flags = table.isCandidate[row * count..<(row + 1) * count]
            let size = flags.count { $0 }
            let truth = scored.truth[row]
            let isHeld = table.isCandidate[row * count + truth]
            all.add(scored.weights[row], row: row, size: size, isHeld: isHeld)
            byLabel[truth].add(scored.weights[row], row: row, size: size, isHeld: isHeld)
            weightBySize[size] += scored.weights[row]
        }
        target = table.target
        coverage = all.coverage
        coverageByLabel = byLabel.map(\.coverage)
        meanSize = all.sizes / all.weight
        meanSizeByLabel = byLabel.map { ratio($0.sizes, $0.weight) }
        self.weightBySize = weightBySize
        singleShare = weightBySize[1] / all.weight
    }

    private struct Tally {
        var weight = 0.0
        var effective: EffectiveRows
        var held = 0.0
        var sizes = 0.0

        init(_ clusters: RowClusters?) { effective = EffectiveRows(clusters) }

        mutating func add(_ weight: Double, row: Int, size: Int, isHeld: Bool) {
            self.weight += weight
            effective.add(weight, row: row)
            sizes += weight * Double(size)
            if isHeld { held += weight }
        }

        var coverage: Estimate {
            guard weight > 0 else { return Estimate(value: nil, interval: nil) }
            let share = min(1, held / weight)
            return Estimate(value: share, interval: Interval(wilson: share, rows: effective.count))
        }
    }
}
