extension PromotionReport {
    /// The report for people.
    public var text: String {
        var document = ReportDocument(title: title)
        var facts = [("candidate", candidate)]
        if let reference { facts.append(("in service before", reference)) }
        if !data.isEmpty { facts.append(("data", data.map(\.path).joined(separator: ", "))) }
        if !conditions.isEmpty { facts.append(("where", conditions.joined(separator: ", "))) }
        if let evidence { facts.append(("rows", String(evidence.rows))) }
        if rowsLeftOut > 0 { facts.append(("rows left out", "\(rowsLeftOut), whose label one model does not know")) }
        if !addedLabels.isEmpty { facts.append(("new labels", addedLabels.joined(separator: ", "))) }
        if !removedLabels.isEmpty { facts.append(("labels gone", removedLabels.joined(separator: ", "))) }
        if let leaks {
            facts.append(
                (
                    "rows from training",
                    "\(leaks.count) (\(leaks.exact) exact, \(leaks.normalized) apart from case and punctuation, "
                        + "\(leaks.near) nearly)" + (leaks.areLeftOut && leaks.count > 0 ? ", left out" : "")
                ))
        }
        document.facts(facts)
        if reference == nil {
            document.note("This is the first model called \(name) there, so there is nothing to compare it with.")
        }
        if let accuracy = firstAccuracy {
            document.note(
                "Its accuracy is \(decimal(accuracy.value, digits: 4)) (95 % interval "
                    + "\(intervalText(accuracy.interval))).")
        }
        if let evidence { add(evidence, to: &document) }
        if !findings.isEmpty {
            document.heading(isRefused ? "Against it" : "Worth a look")
            for finding in findings { document.note("- " + finding.message + ".") }
        }
        if let forceReason { document.note("Forced: \(forceReason)") }
        return TextRenderer.render(document)
    }

    private var title: String {
        switch outcome {
        case .promoted: "Promoted: \(name) is now \(short(candidate))"
        case .forced: "Promoted by force: \(name) is now \(short(candidate))"
        case .refused: "Refused: \(name) stays \(reference.map(short) ?? "as it was")"
        case .wouldPromote: "Would be promoted to \(name); nothing was changed"
        case .wouldRefuse: "Would be refused; nothing was changed"
        case .unchanged: "\(name) is \(short(candidate)) already; nothing was changed"
        }
    }

    private func short(_ revision: String) -> String { String(revision.prefix(19)) }

    private func add(_ evidence: PromotionEvidence, to document: inout ReportDocument) {
        func cells(_ name: String, _ pair: PromotionEvidence.Pair) -> [String] {
            [
                name, decimal(pair.candidate, digits: 4), decimal(pair.reference, digits: 4),
                decimal(pair.difference.value, digits: 4), intervalText(pair.difference.interval),
            ]
        }
        let columns: [ReportTable.Column] = [
            .figure("candidate"), .figure("in service"), .figure("difference"), .figure("95 % interval"),
        ]
        document.heading("Figures")
        document.table(
            ReportTable(
                columns: [.text("figure")] + columns,
                rows: [
                    cells("accuracy", evidence.accuracy), cells("macro_f1", evidence.macroF1),
                    cells("log_loss", evidence.logLoss), cells("ece", evidence.calibrationError),
                ]))
        document.note(
            "\(evidence.changedRows) of \(evidence.rows) rows are answered differently; exact McNemar test: p "
                + (evidence.mcNemarP < 0.0001 ? "below 0.0001." : "= \(decimal(evidence.mcNemarP, digits: 4)).")
                + (evidence.bootstrap.independenceNote.map { " " + $0 } ?? ""))
        document.heading(rule.labelFigure == .f1 ? "F1 by label" : "Recall by label")
        document.table(
            ReportTable(
                columns: [.text("label")] + columns + [.figure("rows")],
                rows: evidence.labels.map { cells($0.name, $0.figure(rule.labelFigure)) + [String($0.rows)] }))
        document.note(evidence.bootstrap.sentence)
    }

    private func intervalText(_ interval: Interval?) -> String {
        guard let interval else { return "–" }
        return decimal(interval.low, digits: 4) + " to " + decimal(interval.high, digits: 4)
    }
}

extension PromotionReport {
    /// The report as JSON.
    public var json: String {
        var members: [(key: String, value: JSONValue)] = [
            ("name", .string(name)), ("outcome", .string(outcome.rawValue)), ("candidate", .string(candidate)),
            ("reference", reference.map(JSONValue.string) ?? .null), ("reason", .string(reason)),
        ]
        members += self.members
        return JSONValue.object(members).serialized + "\n"
    }

    /// What the ledger keeps: a JSON object on one line.
    public var ledgerEvidence: String { JSONValue.object(members).onOneLine }

    private var members: [(key: String, value: JSONValue)] {
        [
            (
                "data",
                .array(data.map { .object([("path", .string($0.path)), ("digest", .string($0.digest))]) })
            ),
            ("where", .array(conditions.map(JSONValue.string))),
            ("rows", evidence.map { .integer($0.rows) } ?? .null),
            ("rows_left_out", .integer(rowsLeftOut)),
            ("added_labels", .array(addedLabels.map(JSONValue.string))),
            ("removed_labels", .array(removedLabels.map(JSONValue.string))),
            ("leaks", leaks?.json ?? .null),
            ("first_accuracy", .figure(firstAccuracy?.value)),
            ("accuracy", evidence?.accuracy.json ?? .null),
            ("macro_f1", evidence?.macroF1.json ?? .null),
            ("log_loss", evidence?.logLoss.json ?? .null),
            ("ece", evidence?.calibrationError.json ?? .null),
            ("mcnemar_p", .figure(evidence?.mcNemarP)),
            ("changed_rows", evidence.map { .integer($0.changedRows) } ?? .null),
            ("labels", .object((evidence?.labels ?? []).map { ($0.name, $0.json) })),
            ("rule", rule.json),
            ("bootstrap", evidence?.bootstrap.json ?? .null),
            (
                "findings",
                .array(
                    findings.map {
                        .object([
                            ("kind", .string($0.kind.rawValue)), ("refuses", .bool($0.refuses)),
                            ("label", $0.label.map(JSONValue.string) ?? .null), ("message", .string($0.message)),
                        ])
                    })
            ),
            ("forced", forceReason.map(JSONValue.string) ?? .null),
        ]
    }
}

extension PromotionReport.Leaks {
    fileprivate var json: JSONValue {
        .object([
            ("training", .array(trainingFiles.map(JSONValue.string))), ("exact", .integer(exact)),
            ("normalized", .integer(normalized)), ("near", .integer(near)), ("left_out", .bool(areLeftOut)),
        ])
    }
}

extension PromotionEvidence.Pair {
    fileprivate var json: JSONValue {
        .object([
            ("candidate", .figure(candidate)), ("reference", .figure(reference)),
            ("difference", .figure(difference.value)), ("difference_ci95", .interval(difference.interval)),
        ])
    }
}

extension PromotionEvidence.Label {
    fileprivate var json: JSONValue {
        .object([
            ("rows", .integer(rows)), ("f1", f1.json), ("recall", recall.json), ("gained", .integer(gained)),
            ("lost", .integer(lost)),
        ])
    }
}

extension PromotionRule {
    fileprivate var json: JSONValue {
        .object([
            ("margin", .figure(margin)), ("label_margin", .figure(labelMargin)),
            ("calibration_margin", .figure(calibrationMargin)), ("possible_loss", .figure(possibleLoss)),
            ("label_rows", .integer(labelRows)), ("label_figure", .string(labelFigure.rawValue)),
            ("strict", .bool(isStrict)),
        ])
    }
}
