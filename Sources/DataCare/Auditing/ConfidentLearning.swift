/// Which labels are probably wrong, from probabilities of models that have not seen the rows (confident learning:
/// Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels").
///
/// A row belongs *confidently* to a label whose probability reaches the label's mean probability among the rows that
/// carry it. Rows that belong confidently to another label than their own are the off-diagonal part of the confident
/// joint: label issues, unless their own label is the most probable one all the same.
package struct ConfidentLearning: Sendable {
    /// How rows are ranked; the most doubtful come first.
    package enum Ranking: String, Sendable, CaseIterable {
        /// (p(label) − largest other p + 1) / 2.
        case normalizedMargin = "normalized-margin"
        /// p(label).
        case selfConfidence = "self-confidence"
    }

    /// Probability from which a row belongs confidently to a label; above 1 for labels without rows.
    package let thresholds: [Double]
    /// Rows with a label (first index) that belong confidently to a label (second index); at least 1 on the diagonal.
    package let joint: [[Int]]
    /// Whether each row's label is probably wrong.
    package let isIssue: [Bool]
    /// For each row, the most probable label apart from its own and its second acceptable one; its own where there is
    /// none.
    package let suggestions: [Int]
    /// For each row, how right its label looks, 0 to 1.
    package let scores: [Double]

    /// Judges rows by `probabilities`, rows × labels.
    ///
    /// - Parameter alternatives: Second acceptable label of each row, −1 without; a row for which the probabilities speak
    ///   for it counts as right.
    package init(
        probabilities: [Double], labels: [Int], alternatives: [Int], labelCount: Int,
        ranking: Ranking = .normalizedMargin
    ) {
        let rows = labels.indices
        func probability(_ row: Int, _ label: Int) -> Double { probabilities[row * labelCount + label] }
        var sums = [Double](repeating: 0, count: labelCount)
        var counts = [Int](repeating: 0, count: labelCount)
        for row in rows {
            sums[labels[row]] += probability(row, labels[row])
            counts[labels[row]] += 1
        }
        let thresholds = (0..<labelCount).map { counts[$0] > 0 ? max(sums[$0] / Double(counts[$0]), 2e-6) : 2 }
        var joint = [[Int]](repeating: [Int](repeating: 0, count: labelCount), count: labelCount)
        var isIssue = [Bool](repeating: false, count: labels.count)
        var suggestions: [Int] = []
        var scores: [Double] = []
        for row in rows {
            let label = labels[row]
            let alternative = alternatives[row]
            let accepts = { (other: Int) in other == label || other == alternative }
            var confident: [Int] = []
            var mostProbable = 0
            var other = -1
            for candidate in 0..<labelCount {
                let value = probability(row, candidate)
                if value >= thresholds[candidate] - 1e-6 { confident.append(candidate) }
                if value > probability(row, mostProbable) { mostProbable = candidate }
                if !accepts(candidate), other < 0 || value > probability(row, other) { other = candidate }
            }
            let own =
                alternative < 0 ? probability(row, label) : max(probability(row, label), probability(row, alternative))
            if !confident.isEmpty {
                let guess = confident.count == 1 ? confident[0] : mostProbable
                joint[label][accepts(guess) ? label : guess] += 1
                // The own label is given the benefit of rounding errors.
                let isOwnBest = other < 0 || own + 1e-6 > probability(row, other)
                isIssue[row] = !accepts(guess) && !isOwnBest
            }
            suggestions.append(other < 0 ? label : other)
            switch ranking {
            case .normalizedMargin: scores.append((own - (other < 0 ? 0 : probability(row, other)) + 1) / 2)
            case .selfConfidence: scores.append(own)
            }
        }
        for label in 0..<labelCount { joint[label][label] = max(joint[label][label], 1) }
        self.thresholds = thresholds
        self.joint = joint
        self.isIssue = isIssue
        self.suggestions = suggestions
        self.scores = scores
    }

    /// The rows whose labels are probably wrong, the most doubtful first.
    package var ranked: [Int] { order(isIssue.indices.filter { isIssue[$0] }) }

    /// The `count` most doubtful rows, whether they are issues or not, leaving out those without another label.
    package func mostDoubtful(_ count: Int) -> [Int] { Array(order(Array(scores.indices)).prefix(count)) }

    private func order(_ rows: [Int]) -> [Int] { rows.sorted { (scores[$0], $0) < (scores[$1], $1) } }
}
