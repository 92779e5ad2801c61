/// Figures of the rows that share a value in a slicing column.
public struct SliceFigures: Sendable, Hashable {
    /// The value.
    public let value: String
    /// Number of rows with it.
    public let rows: Int
    /// Share of rows predicted as their label, with a Wilson interval.
    public let accuracy: Estimate
    /// Share of rows predicted as their label or their alternative, with a Wilson interval.
    public let accuracyAcceptable: Estimate
    /// Mean F1 of the labels with support among these rows, with a bootstrap interval.
    public let macroF1: Estimate
}

/// The slices of one column.
public struct SliceReport: Sendable, Hashable {
    /// Name of the column.
    public let column: String
    /// Figures of the most frequent values, most rows first, equals by value; at most 50.
    ///
    /// Values that the column puts in an order come first, in that order.
    public let values: [SliceFigures]
    /// Number of values beyond those.
    public let valuesLeftOut: Int
    /// Number of rows with those values.
    public let rowsLeftOut: Int

    /// The most values that are reported for a column.
    public static let valueLimit = 50

    init(_ rows: ScoredRows, column: ScoredRows.SliceColumn, bootstrap: Bootstrap) {
        let ranked = column.ranked
        self.column = column.name
        values = ranked.prefix(Self.valueLimit).map {
            SliceFigures(rows, value: $0.value, members: $0.rows, bootstrap: bootstrap)
        }
        valuesLeftOut = max(0, ranked.count - Self.valueLimit)
        rowsLeftOut = ranked.dropFirst(Self.valueLimit).reduce(0) { $0 + $1.rows.count }
    }
}

extension ScoredRows.SliceColumn {
    /// The rows of each value: values with a place in the order first, then those with the most rows.
    var ranked: [(value: String, rows: [Int])] {
        var members: [String: [Int]] = [:]
        for (row, value) in values.enumerated() { members[value, default: []].append(row) }
        let places = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        return members.sorted {
            (places[$0.key] ?? .max, $1.value.count, $0.key) < (places[$1.key] ?? .max, $0.value.count, $1.key)
        }.map { (value: $0.key, rows: $0.value) }
    }
}

extension SliceFigures {
    fileprivate init(_ scored: ScoredRows, value: String, members: [Int], bootstrap: Bootstrap) {
        let table = FigureTable(scored, order: members)
        let figures = table.figures
        let resampled = bootstrap.run(rows: members.count, clusters: scored.clusters?.part(members)) {
            table.figures(counts: $0).macroF1
        }
        var effective = EffectiveRows(scored.clusters)
        for row in members { effective.add(scored.weights[row], row: row) }
        let effectiveRows = effective.count

        func proportion(_ value: Double?) -> Estimate {
            Estimate(value: value, interval: value.map { Interval(wilson: $0, rows: effectiveRows) })
        }
        self.value = value
        rows = members.count
        accuracy = proportion(figures.accuracy)
        accuracyAcceptable = proportion(figures.accuracyAcceptable)
        macroF1 = Estimate(value: figures.macroF1, interval: Interval(percentilesOf: resampled)).withoutEmptyInterval
    }
}
