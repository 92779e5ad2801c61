extension EvaluationReport {
    /// Two models on the same rows.
    func add(_ comparison: Comparison, to page: inout Markup) {
        page.section("comparison", "Comparison") { page in
            page.element("p", ["class": "lead"]) { page in
                page.name(header.model.name)
                page.text(" against ")
                page.name(header.reference?.name ?? "the reference")
                page.text(": " + comparison.verdict)
            }
            add(comparison.headline, caption: "Differences of the figures", to: &page)
            page.note(
                "Difference: the model less the reference (pp: percentage points), with a paired 95 % interval (both meet the same resamples), drawn "
                    + "so that right is better. Where a whisker crosses the dashed line, chance may explain the "
                    + "difference. \(comparison.bootstrap.sentence)")
            addOutcomes(of: comparison, to: &page)
            page.element("h3", "By label")
            addLabels(of: comparison, to: &page)
            addSlices(of: comparison, to: &page)
            page.element("h3", "Agreement")
            page.element("p") { page in
                page.text("The models agree on ")
                page.quantity(comparison.agreementShare, .share)
                page.text(" of the weight. Rows are the answers of the reference, columns those of the model.")
            }
            comparison.agreement.draw(
                in: &page, id: "agreement-map", title: "Agreement", rows: "reference", columns: "model")
            addChanges(of: comparison, to: &page)
        }
    }

    private func add(_ figures: [Comparison.Headline], caption: String, to page: inout Markup) {
        // What is no share would need an axis of its own. Turned round where lower is better.
        let estimates = figures.map { figure -> Estimate? in
            guard figure.quantity.isShare else { return nil }
            return figure.isUpperBound ? figure.difference.difference.negated : figure.difference.difference
        }
        let column = WhiskerColumn(estimates.compactMap { $0 }, reference: 0, quantity: .share)
        HTMLTable(
            caption: caption,
            columns: [
                .words("figure"), .figures("model"), .figures("reference"), .figures("difference"),
                .figures("95 % interval"), column.column("improvement", unit: "pp"),
            ],
            rows: figures.enumerated().map { index, figure in
                [
                    .text(figure.title), .value(figure.difference.candidate, figure.quantity),
                    .value(figure.difference.reference, figure.quantity),
                    .value(figure.difference.difference.value, figure.quantity.signed),
                    .text(figure.quantity.signed.text(figure.difference.difference.interval)),
                    .drawing { page in estimates[index].map { column.draw($0, in: &page) } },
                ]
            }
        ).draw(in: &page)
    }

    private func addOutcomes(of comparison: Comparison, to page: inout Markup) {
        let outcomes = comparison.outcomes
        page.element("h3", "Which model is right")
        HTMLTable(
            caption: "Rows by which model is right",
            columns: [.words(""), .figures("reference right"), .figures("reference wrong")],
            rows: [
                [
                    .text("model right"), .count(Double(outcomes.bothRight)),
                    .count(Double(outcomes.onlyCandidateRight)),
                ],
                [
                    .text("model wrong"), .count(Double(outcomes.onlyReferenceRight)),
                    .count(Double(outcomes.bothWrong)),
                ],
            ]
        ).draw(in: &page)
        page.element("p") { page in
            page.text("Exact McNemar test on the rows that one model alone gets right: p ")
            page.text(comparison.mcNemarP < 0.0001 ? "below 0.0001" : "= ")
            if comparison.mcNemarP >= 0.0001 {
                page.quantity(comparison.mcNemarP, Quantity(digits: 4, isShare: false))
            }
            page.text("." + (comparison.bootstrap.independenceNote.map { " " + $0 } ?? ""))
        }
    }

    private func addLabels(of comparison: Comparison, to page: inout Markup) {
        let column = WhiskerColumn(
            comparison.perLabel.map(\.f1.difference), reference: 0, quantity: .share)
        HTMLTable(
            caption: "Differences by label",
            columns: [
                .words("label"), .figures("precision, difference"), .figures("recall, difference"),
                .figures("F1, model"), .figures("F1, reference"),
                .figures("F1, difference"), column.column("F1, difference", unit: "pp"),
            ],
            rows: zip(comparison.labels, comparison.perLabel).map { label, figures in
                let signed = Quantity.share.signed
                return [
                    .name(label),
                    .estimate(figures.precision.difference.value, figures.precision.difference.interval, signed),
                    .estimate(figures.recall.difference.value, figures.recall.difference.interval, signed),
                    .value(figures.f1.candidate, .share), .value(figures.f1.reference, .share),
                    .estimate(figures.f1.difference.value, figures.f1.difference.interval, signed),
                    .drawing { column.draw(figures.f1.difference, in: &$0) },
                ]
            }
        ).draw(in: &page)
    }

    private func addSlices(of comparison: Comparison, to page: inout Markup) {
        guard !comparison.slices.isEmpty else { return }
        page.element("h3", "By slice")
        let column = WhiskerColumn(comparison.slices.map(\.accuracy.difference), reference: 0, quantity: .share)
        HTMLTable(
            caption: "Differences of the accuracy by slice",
            columns: [
                .words("column"), .words("value"), .figures("rows"), .figures("model"), .figures("reference"),
                .figures("difference"), column.column("difference", unit: "pp"),
            ],
            rows: comparison.slices.map { slice in
                [
                    .name(slice.column), .name(slice.value), .count(Double(slice.rows)),
                    .value(slice.accuracy.candidate, .share), .value(slice.accuracy.reference, .share),
                    .estimate(
                        slice.accuracy.difference.value, slice.accuracy.difference.interval, Quantity.share.signed),
                    .drawing { column.draw(slice.accuracy.difference, in: &$0) },
                ]
            }, hasRowHeadings: false
        ).draw(in: &page)
    }

    private func addChanges(of comparison: Comparison, to page: inout Markup) {
        let limit = 30
        page.element("h3", "Changed rows")
        page.element("p", "\(comparison.changed.count) of \(comparison.rows) rows are answered differently.")
        guard !comparison.changed.isEmpty else { return }
        let ranked = comparison.changed.sorted { ($0.kind.rank, $0.row) < ($1.kind.rank, $1.row) }
        HTMLTable(
            caption: "Changed rows",
            columns: [.words("row"), .words("label"), .words("reference"), .words("model"), .words("")],
            rows: ranked.prefix(limit).map { change in
                [
                    .drawing { self.draw(change.row, in: &$0) }, .name(comparison.labels[change.truth]),
                    .name(comparison.labels[change.reference]), .name(comparison.labels[change.candidate]),
                    .text(change.kind.rawValue),
                ]
            }
        ).draw(in: &page)
        if comparison.changed.count > limit {
            page.note("\(comparison.changed.count - limit) more are in the JSON report.")
        }
    }
}

extension Comparison {
    /// A headline figure of both models.
    struct Headline {
        var name: String
        var title: String
        var difference: Difference
        var isUpperBound: Bool
        var quantity: Quantity
    }

    /// All headline figures, the cost of errors where one was given.
    var headline: [Headline] {
        let figures: [(Metric, Difference)] = [
            (.accuracy, accuracy), (.accuracyAcceptable, accuracyAcceptable),
            (.accuracyUnambiguous, accuracyUnambiguous), (.macroF1, macroF1), (.logLoss, logLoss), (.brier, brier),
            (.ece, calibrationError),
        ]
        let headline = figures.map { metric, difference in
            Headline(
                name: metric.rawValue, title: metric.title, difference: difference,
                isUpperBound: metric.isUpperBound, quantity: metric.quantity)
        }
        guard !costs.isZeroOne else { return headline }
        return headline + [
            Headline(
                name: "cost", title: "Mean cost", difference: cost, isUpperBound: true,
                quantity: Quantity(digits: 4, isShare: false))
        ]
    }

    /// What the interval of the accuracy says.
    var verdict: String {
        guard let value = accuracy.difference.value else { return "the accuracies cannot be compared." }
        let amount = Quantity(digits: 1, isShare: false).text(abs(100 * value)) + " points of accuracy"
        guard let interval = accuracy.difference.interval else {
            return value == 0 ? "the same accuracy." : "\(amount) \(value > 0 ? "more" : "less")."
        }
        if interval.low > 0 { return "\(amount) more, which chance does not explain." }
        if interval.high < 0 { return "\(amount) less, which chance does not explain." }
        return value == 0
            ? "the same accuracy." : "\(amount) \(value > 0 ? "more" : "less"), which chance may explain."
    }
}

extension Comparison.ChangedRow {
    fileprivate enum Kind: String, CaseIterable {
        case worse = "now wrong"
        case better = "now right"
        case other = "still wrong"

        /// What got worse is read first.
        var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    fileprivate var kind: Kind {
        candidate == truth ? .better : reference == truth ? .worse : .other
    }
}

extension Estimate {
    /// The estimate of the opposite.
    var negated: Estimate {
        Estimate(value: value.map { -$0 }, interval: interval.map { Interval(low: -$0.high, high: -$0.low) })
    }
}
