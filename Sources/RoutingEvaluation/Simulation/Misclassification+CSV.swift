internal import JSONCoding
package import Samples

extension Misclassification {
    /// Reads a matrix from CSV with the columns `truth`, `predicted` and `count`.
    ///
    /// - Throws: `SampleError` or `Failure`.
    public init(csv path: String) throws { try self.init(CSVTable(path: path)) }

    package init(_ table: CSVTable) throws {
        guard let truth = table.column("truth"), let predicted = table.column("predicted"),
            let count = table.column("count")
        else {
            throw table.fault("the columns truth, predicted and count are not all there", "name them in the header")
        }
        var labels: [String] = []
        var counts: [[String]: Double] = [:]
        for (line, cells) in table.rows {
            let text = cells[count].trimmingSpaces
            guard let number = Double(text), number >= 0, number.isFinite else {
                throw table.fault(line: line, "count is \(quoted(text))", "write a number, 0 or more")
            }
            let pair = [cells[truth].trimmingSpaces, cells[predicted].trimmingSpaces]
            for label in pair where !labels.contains(label) { labels.append(label) }
            counts[pair, default: 0] += number
        }
        try self.init(labels: labels, counts: labels.map { row in labels.map { counts[[row, $0]] ?? 0 } })
    }
}
