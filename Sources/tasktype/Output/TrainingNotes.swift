import Training

/// What a person should know of the labels of a training run before trusting its figures.
enum TrainingNotes {
    /// Fewer rows than this tell little of a label.
    private static let fewRows = 10

    /// A sentence for each label that has nearly all rows, and one for those that have few.
    static func lines(_ report: TrainingReport) -> [String] {
        let counts = report.label_counts.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        let total = counts.reduce(0) { $0 + $1.value }
        var lines: [String] = []
        if let largest = counts.last, counts.count > 1, Double(largest.value) >= 0.99 * Double(total) {
            lines.append(
                "note: \(decimal(100 * Double(largest.value) / Double(total), places: 1)) % of the rows have the label "
                    + "\(largest.key), so that accuracy tells little; look at macro-F1, and label more rows of the others"
            )
        }
        let rare = counts.filter { $0.value < fewRows }
        if !rare.isEmpty {
            lines.append(
                "note: too few rows to learn from or to judge by: "
                    + rare.prefix(5).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                    + (rare.count > 5 ? " and \(rare.count - 5) more labels" : "")
                    + "; label at least \(fewRows) of each")
        }
        return lines
    }
}
