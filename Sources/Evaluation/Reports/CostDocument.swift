extension Evaluation {
    /// The most pairs of labels whose cost a report for people lists.
    private static let listedPairs = 10

    /// What answers cost, and how far off errors are.
    func addCosts(to document: inout ReportDocument) {
        document.heading("Costs")
        let labels = confusion.labels
        var table = ReportTable(
            columns: [.text("answer"), .figure("mean cost"), .figure("95 % interval"), .figure("accuracy")],
            rows: [decisions.argmax.cells("most probable label")])
        if !decisions.costs.isZeroOne {
            table.rows.append(decisions.leastCost.cells("label of least expected cost"))
            table.rows.append([
                "difference", decimal(decisions.difference.value, digits: 4),
                text(decisions.difference.interval, digits: 4),
                decimal(decisions.leastCost.accuracy - decisions.argmax.accuracy, digits: 4),
            ])
        }
        let total = perLabel.reduce(0) { $0 + $1.support }
        var constants = [("always ", decisions.majority)]
        if decisions.constant.label != decisions.majority.label {
            constants.append(("always the cheapest, ", decisions.constant))
        }
        for (name, constant) in constants {
            table.rows.append([
                name + labels[constant.label], decimal(constant.cost, digits: 4), "–",
                decimal(ratio(perLabel[constant.label].support, total), digits: 4),
            ])
        }
        table.rows.append([
            "random, labels by their share", decimal(decisions.randomCost, digits: 4), "–",
            decimal(baselines.random.accuracy, digits: 4),
        ])
        document.table(table)
        if decisions.costs.isZeroOne {
            document.note("No costs were given, so each error costs 1.")
        } else {
            document.note(
                "The label of least expected cost differs from the most probable one on \(decisions.changedRows) of "
                    + "\(rows) rows.")
            addPairs(to: &document)
        }
        if let orderedErrors { orderedErrors.add(to: &document) }
    }

    private func addPairs(to document: inout ReportDocument) {
        guard !decisions.cells.isEmpty else { return document.note("No answer cost anything.") }
        document.heading("Where the cost of the most probable labels arises")
        document.table(
            ReportTable(
                columns: [
                    .text("truth"), .text("answer"), .figure("weight"), .figure("cost each"), .figure("cost"),
                ],
                rows: decisions.cells.prefix(Self.listedPairs).map {
                    [
                        confusion.labels[$0.truth], confusion.labels[$0.predicted], weight($0.weight),
                        decimal($0.cost, digits: 2), decimal($0.weight * $0.cost, digits: 2),
                    ]
                }))
        if decisions.cells.count > Self.listedPairs {
            document.note("\(decisions.cells.count - Self.listedPairs) cheaper pairs are in the JSON report.")
        }
    }
}

extension DecisionFigures.Rule {
    fileprivate func cells(_ name: String) -> [String] {
        [name, decimal(cost.value, digits: 4), text(cost.interval, digits: 4), decimal(accuracy, digits: 4)]
    }
}

extension OrderedErrors {
    fileprivate func add(to document: inout ReportDocument) {
        document.heading("How far off the errors are")
        document.note("Order of the labels: \(order.joined(separator: " < ")).")
        document.table(
            ReportTable(
                columns: [.text("places off"), .figure("weight")],
                rows: byDistance.enumerated().filter { $0.offset < 2 || $0.element > 0 }.map { entry in
                    [
                        entry.offset == 0 ? "right" : entry.offset == 1 ? "1 (adjacent)" : String(entry.offset),
                        weight(entry.element),
                    ]
                }))
        document.note(
            "\(decimal(adjacentShare, digits: 4)) of the errors are adjacent; too low \(weight(tooLow)), "
                + "too high \(weight(tooHigh)).")
    }
}
