/// How much weight of one labelling falls on each label of another.
public struct ConfusionMatrix: Sendable, Hashable {
    /// Names of the labels, in the order of rows and columns.
    public let labels: [String]
    /// Weight of each cell, row by row.
    public let cells: [Double]

    /// Weight of the cell in a row and a column.
    public subscript(row: Int, column: Int) -> Double { cells[row * labels.count + column] }

    /// The matrix as a list of rows.
    public var rows: [[Double]] {
        labels.indices.map { Array(cells[$0 * labels.count..<($0 + 1) * labels.count]) }
    }

    /// Adds up `weights` by the pair of labels that each position has in the two lists.
    init(labels: [String], rows: [Int], columns: [Int], weights: [Double]) {
        var cells = [Double](repeating: 0, count: labels.count * labels.count)
        for (index, weight) in weights.enumerated() {
            cells[rows[index] * labels.count + columns[index]] += weight
        }
        self.labels = labels
        self.cells = cells
    }
}
