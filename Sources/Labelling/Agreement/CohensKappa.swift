/// Agreement of two raters beyond what chance would give (Cohen 1960).
package struct CohensKappa: Sendable, Equatable {
    /// κ = (pₒ − pₑ)/(1 − pₑ), 1 for full agreement, 0 for as much as chance gives.
    package let value: Double
    /// Bounds of the 95 % interval.
    package let interval: ClosedRange<Double>

    /// κ of a table of counts, whose rows are one rater's labels and columns the other's.
    ///
    /// The interval is from the large-sample standard error of Fleiss, Cohen and Everitt (1969). Where all rows agree,
    /// or none, that error says too little: there the Wilson interval of pₒ is used, with pₑ as it is. `nil` where κ is
    /// not defined: without rows, or where both raters gave one and the same label throughout.
    ///
    /// - Complexity: O(labels²).
    package init?(_ counts: [[Int]]) {
        let size = counts.count
        let total = Double(counts.joined().reduce(0, +))
        guard total > 0, counts.allSatisfy({ $0.count == size }) else { return nil }
        let shares = counts.map { $0.map { Double($0) / total } }
        let first = shares.map { $0.reduce(0, +) }
        let second = (0..<size).map { column in shares.reduce(0) { $0 + $1[column] } }
        let observed = (0..<size).reduce(0) { $0 + shares[$1][$1] }
        let expected = (0..<size).reduce(0) { $0 + first[$1] * second[$1] }
        let room = 1 - expected
        guard room > 1e-12 else { return nil }
        value = (observed - expected) / room
        let agreeing = (0..<size).reduce(0) { $0 + counts[$1][$1] }
        guard agreeing > 0, Double(agreeing) < total else {
            let share = Self.wilson(agreeing, of: Int(total))
            interval =
                max(-1, (share.lowerBound - expected) / room)...max(-1, min(1, (share.upperBound - expected) / room))
            return
        }
        var variance = 0.0
        for row in 0..<size {
            for column in 0..<size {
                let weight =
                    row == column
                    ? room - (first[row] + second[row]) * (1 - observed)
                    : (1 - observed) * (second[row] + first[column])
                variance += shares[row][column] * weight * weight
            }
        }
        let mean = observed * expected - 2 * expected + observed
        variance = max(0, variance - mean * mean) / (total * room * room * room * room)
        let reach = 1.959963984540054 * variance.squareRoot()
        interval = max(-1, value - reach)...min(1, value + reach)
    }

    /// The 95 % Wilson interval of a share.
    package static func wilson(_ count: Int, of total: Int) -> ClosedRange<Double> {
        let (n, share, z) = (Double(total), Double(count) / Double(total), 1.959963984540054)
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, middle - reach)...min(1, middle + reach)
    }
}
