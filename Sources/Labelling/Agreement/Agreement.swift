/// How far a model's labels and a person's agree.
package struct Agreement: Sendable {
    /// A row that both have labelled.
    package struct Row: Sendable {
        /// Where the row is, as `file:line`.
        package let place: String
        package let label: String
        package let alternative: String?
        package let answer: LabelAnswer

        package init(place: String, label: String, alternative: String?, answer: LabelAnswer) {
            self.place = place
            self.label = label
            self.alternative = alternative
            self.answer = answer
        }
    }

    /// Labels, in the order of the guide.
    package let labels: [String]
    /// Rows that both have labelled.
    package let rows: Int
    /// `confusion[p][m]` rows have label p from the person and m from the model.
    package let confusion: [[Int]]
    /// Rows with the same label.
    package let same: Int
    /// Rows in which the model's label is the person's label or `alt_label`.
    package let acceptable: Int
    /// Rows in which any of the model's two labels is any of the person's two.
    package let overlapping: Int
    /// κ of the labels, `alt_label` not looked at.
    package let kappa: CohensKappa?
    /// Rows whose labels differ, in their order.
    package let differing: [Row]

    /// Compares the labels of `rows`, all of which are in `labels`.
    package init(_ rows: [Row], labels: [String]) {
        self.labels = labels
        self.rows = rows.count
        var confusion = [[Int]](repeating: [Int](repeating: 0, count: labels.count), count: labels.count)
        var indices: [String: Int] = [:]
        for (index, label) in labels.enumerated() { indices[label] = index }
        for row in rows {
            if let person = indices[row.label], let model = indices[row.answer.label] { confusion[person][model] += 1 }
        }
        self.confusion = confusion
        same = rows.count { $0.label == $0.answer.label }
        acceptable = rows.count { [$0.label, $0.alternative].contains($0.answer.label) }
        overlapping = rows.count { row in
            [row.label, row.alternative].contains {
                $0 != nil && ($0 == row.answer.label || $0 == row.answer.alternative)
            }
        }
        kappa = CohensKappa(confusion)
        differing = rows.filter { $0.label != $0.answer.label }
    }
}
