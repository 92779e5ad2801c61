extension EvaluationReport {
    /// The most rows of a kind that a report in plain text lists; the JSON has more of them.
    private static let listedRows = 10

    /// Errors, contested labels and leaks.
    func addRows(to document: inout ReportDocument) {
        let labels = evaluation.confusion.labels
        func table(_ reviewed: [ReviewedRow]) -> ReportTable {
            ReportTable(
                columns: [
                    .text("row"), .text("label"), .figure("its probability"), .text("model"), .figure("confidence"),
                ],
                rows: reviewed.prefix(Self.listedRows).map {
                    [
                        rows.name(of: $0.row), labels[$0.truth], decimal($0.truthProbability, digits: 4),
                        labels[$0.predicted], decimal($0.confidence, digits: 4),
                    ]
                })
        }
        if !evaluation.confidentErrors.isEmpty {
            document.heading("Most confident errors")
            document.table(table(evaluation.confidentErrors))
        }
        let contested = evaluation.contested
        let alternatives = contested.alternatives
        document.heading("Contested labels")
        document.note(
            "Rows with an alternative: \(alternatives.label) answered with their label, \(alternatives.alternative) with "
                + "the alternative, \(alternatives.neither) with neither.")
        document.note("Rows of which the model is sure that they have another label: \(contested.suspectCount).")
        if contested.suspectCount > 0 { document.table(table(contested.suspects)) }
        if let leaks { add(leaks, to: &document) }
    }

    private func add(_ leaks: LeakFigures, to document: inout ReportDocument) {
        document.heading("Leaks from training")
        document.note(
            "\(leaks.exact) rows occur among \(leaks.trainingRows) training rows, \(leaks.normalized) more apart from case, "
                + "white space and punctuation" + leaks.nearWords + ".")
        guard !leaks.rows.isEmpty else { return }
        document.table(
            ReportTable(
                columns: [.text("rows"), .figure("number"), .figure("accuracy"), .figure("95 % interval")],
                rows: [
                    ("known from training", leaks.rows.count, leaks.accuracyOfLeaks),
                    ("all others", evaluation.rows - leaks.rows.count, leaks.accuracyOfOthers),
                    ("all", evaluation.rows, evaluation.accuracy),
                ].map { name, count, accuracy in
                    [name, String(count), decimal(accuracy.value, digits: 4), text(accuracy.interval, digits: 4)]
                }))
    }
}

extension LeakFigures {
    /// What follows a sentence about the other kinds; nothing where near ones were not looked for.
    var nearWords: String {
        guard let nearThreshold else { return "" }
        return ", and \(near) more nearly (similarity of at least \(decimal(nearThreshold, digits: 2)))"
    }
}
