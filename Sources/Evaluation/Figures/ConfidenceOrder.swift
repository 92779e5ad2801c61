/// The rows by ascending confidence, with equally confident rows kept together.
///
/// What depends on the order of rows treats a group of equals as one, so that it does not depend on the order
/// in which rows were read.
struct ConfidenceOrder: Sendable {
    /// Row indices, least confident first.
    let rows: [Int]
    /// Positions in `rows` at which a new confidence starts, and the number of rows at the end.
    let bounds: [Int]
    /// Confidence of each group, ascending.
    let confidences: [Double]

    init(_ scored: ScoredRows) {
        let confidence = (0..<scored.count).map { scored.confidence(ofRow: $0) }
        rows = (0..<scored.count).sorted { (confidence[$0], $0) < (confidence[$1], $1) }
        var bounds: [Int] = []
        var confidences: [Double] = []
        for (position, row) in rows.enumerated() where confidences.last != confidence[row] {
            bounds.append(position)
            confidences.append(confidence[row])
        }
        bounds.append(scored.count)
        self.bounds = bounds
        self.confidences = confidences
    }
}
