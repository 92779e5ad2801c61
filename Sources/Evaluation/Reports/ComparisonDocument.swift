extension Comparison {
    /// The most changed rows that a report for people lists.
    private static let listedRows = 20

    /// The report as headings and tables.
    func document(_ header: ReportHeader, rows details: RowDetails = RowDetails()) -> ReportDocument {
        var document = ReportDocument(title: "Comparison")
        document.facts(header.facts + [(name: "rows", value: String(rows))])
        addFigures(to: &document)
        addLabels(to: &document)
        addSlices(to: &document)
        addOutcomes(to: &document)
        agreement.add(to: &document, title: "Agreement", rows: "reference", columns: "model")
        addChanges(to: &document, details)
        return document
    }

    private func addFigures(to document: inout ReportDocument) {
        document.heading("Figures")
        document.table(
            ReportTable(
                columns: [
                    .text("figure"), .figure("model"), .figure("reference"), .figure("difference"),
                    .figure("95 % interval"), .text("better is"),
                ],
                rows: headline.map { figure in
                    figure.difference.cells(figure.name) + [figure.isUpperBound ? "lower" : "higher"]
                }))
        document.note(bootstrap.sentence)
    }

    private func addLabels(to document: inout ReportDocument) {
        for (title, figure) in [
            ("F1 by label", \LabelDifference.f1), ("Precision by label", \.precision), ("Recall by label", \.recall),
        ] {
            document.heading(title)
            document.table(
                ReportTable(
                    columns: [
                        .text("label"), .figure("model"), .figure("reference"), .figure("difference"),
                        .figure("95 % interval"),
                    ],
                    rows: zip(labels, perLabel).map { $1[keyPath: figure].cells($0) }))
        }
    }

    private func addSlices(to document: inout ReportDocument) {
        guard !slices.isEmpty else { return }
        document.heading("Accuracy by slice")
        document.table(
            ReportTable(
                columns: [
                    .text("slice"), .figure("model"), .figure("reference"), .figure("difference"),
                    .figure("95 % interval"), .figure("rows"),
                ],
                rows: slices.map { $0.accuracy.cells("\($0.column): \($0.value)") + [String($0.rows)] }))
    }

    private func addOutcomes(to document: inout ReportDocument) {
        document.heading("Rows by which model is right")
        document.table(
            ReportTable(
                columns: [.text("right"), .figure("rows")],
                rows: [
                    ["both", String(outcomes.bothRight)],
                    ["only the model", String(outcomes.onlyCandidateRight)],
                    ["only the reference", String(outcomes.onlyReferenceRight)],
                    ["neither", String(outcomes.bothWrong)],
                ]))
        document.note(
            "Exact McNemar test: p \(probability(mcNemarP))." + (bootstrap.independenceNote.map { " " + $0 } ?? ""))
    }

    private func addChanges(to document: inout ReportDocument, _ details: RowDetails) {
        document.heading("Changed rows")
        let share = decimal(100 * agreementShare, digits: 2)
        document.note(
            "The models agree on \(share) % of the weight; \(changed.count) of \(rows) rows changed.")
        guard !changed.isEmpty else { return }
        document.table(
            ReportTable(
                columns: [
                    details.names.isEmpty ? .figure("row") : .text("row"), .text("label"), .text("reference"),
                    .text("model"),
                ],
                rows: changed.prefix(Self.listedRows).map {
                    [
                        details.names.isEmpty ? String($0.row) : details.name(of: $0.row), labels[$0.truth],
                        labels[$0.reference], labels[$0.candidate],
                    ]
                }))
        if changed.count > Self.listedRows {
            document.note("\(changed.count - Self.listedRows) more are in the JSON report.")
        }
    }

    /// What p is: with four decimals, or as a bound where these would all be zero.
    private func probability(_ value: Double) -> String {
        value < 0.0001 ? "below 0.0001" : "= " + decimal(value, digits: 4)
    }
}

extension Comparison.Difference {
    /// A row of a table of differences.
    fileprivate func cells(_ name: String) -> [String] {
        [
            name, decimal(candidate, digits: 4), decimal(reference, digits: 4), decimal(difference.value, digits: 4),
            text(difference.interval, digits: 4),
        ]
    }
}
