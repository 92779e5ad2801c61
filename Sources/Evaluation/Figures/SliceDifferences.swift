/// How much better or worse a candidate does on the rows that share a value in a slicing column.
public struct SliceDifference: Sendable, Hashable {
    /// Name of the column.
    public let column: String
    /// The value.
    public let value: String
    /// Number of rows with it.
    public let rows: Int
    /// Accuracy of both models on these rows, with the paired interval of the difference.
    public let accuracy: Comparison.Difference

    /// All slices of the candidate's columns, at most 50 values of each as in `SliceReport`.
    ///
    /// - Complexity: O(resamples × rows × columns).
    static func all(_ candidate: ScoredRows, _ reference: ScoredRows, bootstrap: Bootstrap) -> [SliceDifference] {
        let columns = candidate.slices.map { column in
            (name: column.name, values: Array(column.ranked.prefix(SliceReport.valueLimit)))
        }
        let slices = columns.flatMap { column in
            column.values.map { (column: column.name, value: $0.value, rows: $0.rows) }
        }
        guard !slices.isEmpty else { return [] }
        // For each column the number of each row's slice among all, −1 for values left out.
        var offset = 0
        var sliceOfRow: [[Int32]] = []
        for column in columns {
            var numbers = [Int32](repeating: -1, count: candidate.count)
            for (index, value) in column.values.enumerated() {
                for row in value.rows { numbers[row] = Int32(offset + index) }
            }
            offset += column.values.count
            sliceOfRow.append(numbers)
        }
        let tally = SliceTally(
            sliceOfRow: sliceOfRow, count: offset, weights: candidate.weights,
            isRight: (0..<candidate.count).map {
                (candidate.predicted[$0] == candidate.truth[$0], reference.predicted[$0] == reference.truth[$0])
            })
        let now = tally.accuracies([UInt32](repeating: 1, count: candidate.count))
        let resampled = bootstrap.run(rows: candidate.count, clusters: candidate.clusters) { tally.accuracies($0) }
        return slices.indices.map { index in
            func difference(_ pair: (candidate: Double, reference: Double)?) -> Double? {
                pair.map { $0.candidate - $0.reference }
            }
            return SliceDifference(
                column: slices[index].column, value: slices[index].value, rows: slices[index].rows.count,
                accuracy: Comparison.Difference(
                    candidate: now[index]?.candidate, reference: now[index]?.reference,
                    difference: Estimate(
                        value: difference(now[index]),
                        interval: Interval(percentilesOf: resampled.map { difference($0[index]) }))))
        }
    }
}

/// What the accuracies of slices need of some rows.
private struct SliceTally: Sendable {
    let sliceOfRow: [[Int32]]
    let count: Int
    let weights: [Double]
    let isRight: [(candidate: Bool, reference: Bool)]

    /// Accuracies of both models on each slice, nil without rows, where each row counts as often as it was drawn.
    func accuracies(_ counts: [UInt32]) -> [(candidate: Double, reference: Double)?] {
        var masses = [Double](repeating: 0, count: count)
        var candidate = masses
        var reference = masses
        for slices in sliceOfRow {
            for row in slices.indices where slices[row] >= 0 && counts[row] > 0 {
                let slice = Int(slices[row])
                let mass = Double(counts[row]) * weights[row]
                masses[slice] += mass
                if isRight[row].candidate { candidate[slice] += mass }
                if isRight[row].reference { reference[slice] += mass }
            }
        }
        return masses.indices.map { slice in
            masses[slice] > 0 ? (candidate[slice] / masses[slice], reference[slice] / masses[slice]) : nil
        }
    }
}
