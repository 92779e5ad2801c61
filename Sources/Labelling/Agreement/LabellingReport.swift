internal import JSONCoding

/// What a labelling run did, for people and for programs.
package struct LabellingReport: Sendable {
    /// A row without a label from the model.
    package struct EmptyRow: Sendable {
        package let place: String
        package let empty: Labeller.Empty

        package init(place: String, empty: Labeller.Empty) {
            self.place = place
            self.empty = empty
        }
    }

    /// Rows that were to be labelled.
    package var rows = 0
    /// Those that have a label of the model now.
    package var labelled = 0
    /// Those that were asked in vain.
    package var empty: [EmptyRow] = []
    /// Those that were not asked, since the run ended early.
    package var unasked = 0
    /// Rows whose empty `label` was filled; `nil` where that was not wanted.
    package var filled: Int?
    package var summary: Labeller.Summary
    package var agreement: Agreement
    package var model: String
    package var output: String
    package var journal: String

    package init(
        _ summary: Labeller.Summary, _ agreement: Agreement, model: String, output: String, journal: String
    ) {
        self.summary = summary
        self.agreement = agreement
        self.model = model
        self.output = output
        self.journal = journal
    }

    // MARK: Text

    /// The report for people, with at most `list` rows of each kind.
    package func text(list: Int) -> String {
        let budget = summary.budget
        var lines = [
            "rows       \(rows): \(labelled) labelled by \(model), \(empty.count) left empty"
                + (unasked > 0 ? ", \(unasked) not asked" : "") + "; written to \(output)",
            "texts      \(summary.answered) asked in this run, \(summary.known) known from \(journal)",
            "requests   \(budget.requests), \(summary.repeated) of them repeated",
            "tokens     \(budget.inputTokens) in, \(budget.outputTokens) out"
                + (budget.estimatedAnswers > 0
                    ? "; estimated for \(budget.estimatedAnswers) answers, for which none were reported" : "")
                + (budget.cost.map { "; cost \(fixed($0, 4))" } ?? ""),
        ]
        if let filled { lines.append("filled     \(filled) empty labels") }
        lines += listed(empty.map { "    \($0.place): \($0.empty.reason)" }, "left empty", list)
        lines += agreementText(list)
        return lines.joined(separator: "\n") + "\n"
    }

    private func agreementText(_ list: Int) -> [String] {
        guard agreement.rows > 0 else { return ["agreement  no row has a label of its own to compare with"] }
        func share(_ count: Int) -> String {
            let interval = CohensKappa.wilson(count, of: agreement.rows)
            return "\(percent(Double(count) / Double(agreement.rows))) "
                + "[\(percent(interval.lowerBound)), \(percent(interval.upperBound))]"
        }
        var lines = [
            "", "agreement with the labels of \(agreement.rows) rows, with 95 % intervals",
            "  Cohen's kappa           "
                + (agreement.kappa.map {
                    "\(fixed($0.value, 3)) [\(fixed($0.interval.lowerBound, 3)), \(fixed($0.interval.upperBound, 3))]"
                } ?? "not defined: both gave one label only"),
            "  same label              \(share(agreement.same))",
            "  label or alt_label      \(share(agreement.acceptable))",
            "  any label of both       \(share(agreement.overlapping))", "",
        ]
        let used = agreement.labels.indices.filter { index in
            agreement.confusion[index].contains { $0 > 0 } || agreement.confusion.contains { $0[index] > 0 }
        }
        let shown = used.count > 12 ? [] : used
        if !shown.isEmpty {
            let names = shown.map { agreement.labels[$0] }
            let first = max(names.map(\.count).max() ?? 0, "person \\ model".count)
            let widths = names.map { max($0.count, 6) }
            lines.append(
                "  " + padded("person \\ model", first)
                    + zip(names, widths).map { "  " + padded($0, $1, right: true) }.joined())
            for (name, row) in zip(names, shown) {
                lines.append(
                    "  " + padded(name, first)
                        + zip(shown, widths).map { column, width in
                            "  " + padded("\(agreement.confusion[row][column])", width, right: true)
                        }.joined())
            }
        }
        let differing = agreement.differing.map { row in
            "    \(row.place): \(row.label)" + (row.alternative.map { " (or \($0))" } ?? "") + " → \(row.answer.label)"
                + (row.answer.alternative.map { " (or \($0))" } ?? "")
                + (row.answer.confidence.map { ", confidence \(fixed($0, 2))" } ?? "")
        }
        return lines + listed(differing, "labelled differently", list)
    }

    private func listed(_ lines: [String], _ what: String, _ limit: Int) -> [String] {
        guard !lines.isEmpty else { return [] }
        return ["\(lines.count) \(lines.count == 1 ? "row" : "rows") \(what)" + (limit > 0 ? ":" : "")]
            + lines.prefix(limit)
            + (lines.count > limit && limit > 0 ? ["    and \(lines.count - limit) more (--list, --format json)"] : [])
    }

    // MARK: JSON

    /// The report for programs, with all rows.
    package func json() -> [UInt8] {
        let budget = summary.budget
        var json = JSONWriter()
        json.object { json in
            json.member("model", model)
            json.member("output", output)
            json.member("journal", journal)
            json.member("end", endName)
            json.member("rows", rows)
            json.member("labelled", labelled)
            json.member("left_empty", empty.count)
            json.member("not_asked", unasked)
            if let filled { json.member("filled", filled) }
            json.member("texts_asked", summary.answered)
            json.member("texts_known", summary.known)
            json.member("requests", budget.requests)
            json.member("requests_repeated", summary.repeated)
            json.key("tokens")
            json.object { json in
                json.member("input", budget.inputTokens)
                json.member("output", budget.outputTokens)
                json.member("estimated_answers", budget.estimatedAnswers)
            }
            json.member("cost", budget.cost)
            json.key("empty")
            json.array { json in
                for row in empty {
                    json.object { json in
                        json.member("place", row.place)
                        json.member("kind", row.empty.kind)
                        json.member("reason", row.empty.reason)
                    }
                }
            }
            json.key("agreement")
            if agreement.rows > 0 { json.object { agreementMembers(&$0) } } else { json.null() }
        }
        json.lineBreak()
        return json.bytes
    }

    private var endName: String {
        switch summary.end {
        case .complete: "complete"
        case .budget(let limit): "budget_\(limit.rawValue)"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }

    private func agreementMembers(_ json: inout JSONWriter) {
        let rows = Double(agreement.rows)
        json.member("rows", agreement.rows)
        json.member("kappa", agreement.kappa?.value)
        json.member("kappa_ci95", agreement.kappa?.interval)
        for (name, count) in [
            ("same", agreement.same), ("acceptable", agreement.acceptable), ("overlapping", agreement.overlapping),
        ] {
            json.member(name, Double(count) / rows)
            json.member(name + "_ci95", CohensKappa.wilson(count, of: agreement.rows))
        }
        json.key("confusion")
        json.object { json in
            json.key("labels")
            json.array { for label in agreement.labels { $0.value(label) } }
            json.key("matrix")
            json.array { json in
                for row in agreement.confusion { json.array { for count in row { $0.value(count) } } }
            }
        }
        json.key("differing")
        json.array { json in
            for row in agreement.differing {
                json.object { json in
                    json.member("place", row.place)
                    json.member("label", row.label)
                    json.member("alt_label", row.alternative)
                    json.member("llm_label", row.answer.label)
                    json.member("llm_alt_label", row.answer.alternative)
                    json.member("llm_confidence", row.answer.confidence)
                }
            }
        }
    }
}

/// A number with `places` decimals.
func fixed(_ value: Double, _ places: Int) -> String {
    var factor = 1.0
    for _ in 0..<places { factor *= 10 }
    let scaled = (value * factor).rounded()
    guard scaled.magnitude < 1e15 else { return "\(value)" }
    let digits = String(Int(scaled.magnitude))
    let filled = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return (scaled < 0 ? "−" : "") + filled.dropLast(places) + (places > 0 ? "." : "") + filled.suffix(places)
}

private func percent(_ share: Double) -> String { "\(fixed(100 * share, 1)) %" }

private func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - text.count))
    return right ? spaces + text : text + spaces
}
