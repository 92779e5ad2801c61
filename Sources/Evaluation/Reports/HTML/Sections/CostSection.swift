extension EvaluationReport {
    /// What answers cost, and how far off errors are.
    func addCosts(to page: inout Markup) {
        let decisions = evaluation.decisions
        page.section("costs", "Costs of errors") { page in
            page.note(
                decisions.costs.isZeroOne
                    ? "No costs were given (--costs), so each error costs 1: the label of least expected cost is the most "
                        + "probable one."
                    : "Mean cost of a row in the unit of the given costs. The label of least expected cost weighs each "
                        + "possible error by its probability; it pays where errors differ in price and confidence can be "
                        + "believed.")
            addRules(to: &page)
            if !decisions.costs.isZeroOne { addCells(to: &page) }
            if let ordered = evaluation.orderedErrors { add(ordered, to: &page) }
        }
    }

    private func addRules(to page: inout Markup) {
        let decisions = evaluation.decisions
        let labels = evaluation.confusion.labels
        let plain = Quantity(digits: 4, isShare: false)
        func constant(_ prefix: String, _ constant: DecisionFigures.Constant) -> [HTMLTable.Cell] {
            [
                .drawing { page in
                    page.text(prefix)
                    page.name(labels[constant.label])
                },
                .value(constant.cost, plain), .text("–"), .value(accuracy(of: constant.label), .share),
            ]
        }
        var table = HTMLTable(
            caption: "Cost by rule",
            columns: [.words("answer"), .figures("mean cost"), .figures("95 % interval"), .figures("accuracy")],
            rows: [
                [
                    .text("most probable label"), .value(decisions.argmax.cost.value, plain),
                    .text(plain.text(decisions.argmax.cost.interval)), .value(decisions.argmax.accuracy, .share),
                ]
            ])
        if !decisions.costs.isZeroOne {
            table.rows += [
                [
                    .text("label of least expected cost"), .value(decisions.leastCost.cost.value, plain),
                    .text(plain.text(decisions.leastCost.cost.interval)),
                    .value(decisions.leastCost.accuracy, .share),
                ],
                [
                    .text("difference"), .value(decisions.difference.value, plain.signed),
                    .text(plain.signed.text(decisions.difference.interval)),
                    .value(decisions.leastCost.accuracy - decisions.argmax.accuracy, Quantity.share.signed),
                ],
            ]
        }
        table.rows.append(constant("always ", decisions.majority))
        if decisions.constant.label != decisions.majority.label {
            table.rows.append(constant("always the cheapest, ", decisions.constant))
        }
        table.rows.append([
            .text("random, labels by their share"), .value(decisions.randomCost, plain), .text("–"),
            .value(evaluation.baselines.random.accuracy, .share),
        ])
        table.draw(in: &page)
        if !decisions.costs.isZeroOne {
            page.note(
                "The two rules differ on \(decisions.changedRows) of \(evaluation.rows) rows; the interval of the difference "
                    + "is paired.")
        }
    }

    private func accuracy(of label: Int) -> Double? {
        let total = evaluation.perLabel.reduce(0) { $0 + $1.support }
        return ratio(evaluation.perLabel[label].support, total)
    }

    private func addCells(to page: inout Markup) {
        let cells = evaluation.decisions.cells
        let total = cells.reduce(0) { $0 + $1.weight * $1.cost }
        guard total > 0 else { return page.note("No answer cost anything.") }
        let labels = evaluation.confusion.labels
        page.element("h3", "Where the cost of the most probable labels arises")
        HTMLTable(
            caption: "Costliest errors",
            columns: [
                .words("truth"), .words("answer"), .figures("rows"), .figures("cost each"), .figures("cost"),
                .figures("of all cost"),
            ],
            rows: cells.prefix(10).map { cell in
                [
                    .name(labels[cell.truth]), .name(labels[cell.predicted]), .count(cell.weight),
                    .value(cell.cost, Quantity(digits: 2, isShare: false)),
                    .value(cell.weight * cell.cost, Quantity(digits: 2, isShare: false)),
                    .value(cell.weight * cell.cost / total, .share),
                ]
            }, hasRowHeadings: false
        ).draw(in: &page)
        if cells.count > 10 { page.note("\(cells.count - 10) cheaper pairs are in the JSON report.") }
    }

    private func add(_ ordered: OrderedErrors, to page: inout Markup) {
        let total = ordered.byDistance.reduce(0, +)
        page.element("h3", "How far off the errors are")
        page.element("p") { page in
            page.text("Order of the labels: ")
            for (index, label) in ordered.order.enumerated() {
                if index > 0 { page.text(" < ") }
                page.name(label)
            }
            page.text(".")
        }
        HTMLTable(
            caption: "Rows by distance between answer and truth",
            columns: [
                .words("places off"), .figures("rows"), .figures("share"), .plot("") { _ in },
            ],
            rows: ordered.byDistance.enumerated().filter { $0.offset < 2 || $0.element > 0 }.map { entry in
                [
                    .text(entry.offset == 0 ? "right" : entry.offset == 1 ? "1 (adjacent)" : String(entry.offset)),
                    .count(entry.element), .value(entry.element / total, .share),
                    .drawing { $0.bar(entry.element / total) },
                ]
            }
        ).draw(in: &page)
        page.element("p") { page in
            page.quantity(ordered.adjacentShare, .share)
            page.text(" of the errors are adjacent; ")
            page.quantity(ordered.accuracyWithinOne, .share)
            page.text(" of the rows are right or one place off. Answered too low: ")
            page.count(ordered.tooLow)
            page.text("; too high: ")
            page.count(ordered.tooHigh)
            page.text(".")
        }
    }
}
