extension CandidateFigures {
    /// Adds the candidates' coverage and size, over all rows and by label.
    func add(to document: inout ReportDocument, labels: [String]) {
        document.heading("Candidates")
        func row(_ name: String, _ coverage: Estimate, _ size: Double?) -> [String] {
            [name, decimal(coverage.value, digits: 4), text(coverage.interval, digits: 4), decimal(size, digits: 2)]
        }
        document.table(
            ReportTable(
                columns: [.text("rows of"), .figure("hold the truth"), .figure("95 % interval"), .figure("mean size")],
                rows: [row("all labels", coverage, meanSize)]
                    + labels.indices.map { row(labels[$0], coverageByLabel[$0], meanSizeByLabel[$0]) }))
        let promise = target.map { "Asked for: \(decimal($0, digits: 2)). " } ?? ""
        document.note(promise + "Share of rows with one candidate: \(decimal(singleShare, digits: 4)).")
    }

    func json(labels: [String]) -> JSONValue {
        .object([
            ("target", .figure(target)), ("coverage", .figure(coverage.value)),
            ("coverage_ci95", .interval(coverage.interval)), ("mean_size", .figure(meanSize)),
            ("share_single", .figure(singleShare)), ("weight_by_size", .array(weightBySize.map(JSONValue.figure))),
            (
                "per_label",
                .object(
                    labels.enumerated().map { index, label in
                        (
                            label,
                            .object([
                                ("coverage", .figure(coverageByLabel[index].value)),
                                ("coverage_ci95", .interval(coverageByLabel[index].interval)),
                                ("mean_size", .figure(meanSizeByLabel[index])),
                            ])
                        )
                    })
            ),
        ])
    }
}

extension EvaluationReport {
    /// How often the candidates hold the truth, and how many they are.
    func addCandidates(to page: inout Markup) {
        guard let figures = evaluation.candidates else { return }
        let column = WhiskerColumn(
            figures.coverageByLabel, reference: figures.target ?? figures.coverage.value, quantity: .share,
            limits: 0...1)
        page.section("candidates", "Candidates") { page in
            page.element("p") { page in
                page.text("The candidates hold the truth for ")
                page.quantity(figures.coverage.value, .share)
                page.text(" of the rows")
                if let target = figures.target {
                    page.text(" (asked for: ")
                    page.quantity(target, .share)
                    page.text(")")
                }
                page.text("; there are ")
                page.quantity(figures.meanSize, Quantity(digits: 2, isShare: false))
                page.text(" of them on average, and one only for ")
                page.quantity(figures.singleShare, .share)
                page.text(" of the rows.")
            }
            HTMLTable(
                caption: "Candidates by label",
                columns: [
                    .words("label"), .figures("hold the truth"), column.column("hold the truth"),
                    .figures("mean size"),
                ],
                rows: evaluation.perLabel.indices.map { label in
                    [
                        .name(evaluation.perLabel[label].label),
                        .estimate(
                            figures.coverageByLabel[label].value, figures.coverageByLabel[label].interval, .share),
                        .drawing { column.draw(figures.coverageByLabel[label], in: &$0) },
                        .value(figures.meanSizeByLabel[label], Quantity(digits: 2, isShare: false)),
                    ]
                }
            ).draw(in: &page)
            page.note(
                "With marginal sets only the share of all rows is promised, and rare labels may lie below it; with sets by label "
                    + "each label's share is. Below each figure is its 95 % interval (Wilson). The dashed line is what was asked for."
            )
        }
    }
}
