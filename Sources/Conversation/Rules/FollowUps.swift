/// Clauses by which a request goes on with the one before it.
struct FollowUps: Sendable {
    /// Index of the rule that knows them.
    let rule: Int
    /// In rising order.
    private let clauses: [[UInt8]]

    init(rule: Int, clauses: [[UInt8]]) {
        self.rule = rule
        self.clauses = clauses.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Whether a clause is one of them.
    ///
    /// - Complexity: O(log clauses) comparisons.
    func contains(_ clause: [UInt8]) -> Bool {
        var range = 0..<clauses.count
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            if clauses[middle] == clause { return true }
            range =
                clauses[middle].lexicographicallyPrecedes(clause)
                ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return false
    }
}
