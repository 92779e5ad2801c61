extension EvaluationReport {
    /// The wrong answers that the model was surest of, with what spoke for them.
    func addErrors(to page: inout Markup) {
        let labels = evaluation.confusion.labels
        page.section("errors", "Instructive errors") { page in
            guard !evaluation.confidentErrors.isEmpty else {
                return page.element("p", "No answer was wrong that was not an acceptable alternative.")
            }
            page.note(
                "The wrong answers that the model was surest of, acceptable alternatives left out. Numbers beside features "
                    + "say how much each adds to the logit of one label over the other."
                    + (rows.texts.isEmpty
                        ? " Texts, and features that repeat words of them, are shown with --show-texts only." : ""))
            for error in evaluation.confidentErrors {
                page.newline()
                page.element("article", ["class": "error"]) { page in
                    page.element("h3") { $0.name(rows.name(of: error.row)) }
                    page.element("p") { page in
                        page.element("span", ["class": "tag right"]) { $0.name(labels[error.truth]) }
                        page.text(" answered as ")
                        page.element("span", ["class": "tag wrong"]) { $0.name(labels[error.predicted]) }
                        page.text(" with confidence ")
                        page.quantity(error.confidence, .probability)
                        page.text("; the right label got ")
                        page.quantity(error.truthProbability, .probability)
                        page.text(".")
                    }
                    if let excerpt = rows.excerpt(of: error.row) {
                        page.element("blockquote", ["dir": "auto"], excerpt)
                    }
                    if let explanation = rows.explanations[error.row] {
                        explanation.draw(
                            in: &page, label: labels[error.truth], answer: labels[error.predicted])
                    }
                }
            }
        }
    }

    /// Rows whose label is open to doubt.
    func addContested(to page: inout Markup) {
        let contested = evaluation.contested
        let labels = evaluation.confusion.labels
        page.section("contested", "Contested labels") { page in
            let alternatives = contested.alternatives
            let count = alternatives.label + alternatives.alternative + alternatives.neither
            page.element("p") { page in
                guard count > 0 else { return page.text("No row has a second acceptable label (alt_label).") }
                page.text("\(count) rows have a second acceptable label: the model gave the first to ")
                page.count(Double(alternatives.label))
                page.text(", the second to ")
                page.count(Double(alternatives.alternative))
                page.text(" and a third label to ")
                page.count(Double(alternatives.neither))
                page.text(".")
            }
            page.element("p") { page in
                page.text("Of ")
                page.count(Double(contested.suspectCount))
                page.text(
                    " rows the model is sure that they have another label: it gives that label at least the probability "
                        + "that it gives on average to rows which do. Either the model or the label is wrong; such rows are "
                        + "worth reading again.")
            }
            guard contested.suspectCount > 0 else { return }
            HTMLTable(
                caption: "Contested labels by pair",
                columns: [.words("label"), .words("the model is sure of"), .figures("rows")],
                rows: contested.pairs.prefix(12).map {
                    [.name(labels[$0.truth]), .name(labels[$0.suggested]), .count(Double($0.rows))]
                }, hasRowHeadings: false
            ).draw(in: &page)
            page.element("details") { page in
                page.element(
                    "summary",
                    contested.suspects.count < contested.suspectCount
                        ? "The \(contested.suspects.count) most doubtful rows" : "The rows")
                HTMLTable(
                    caption: "Contested rows",
                    columns: [
                        .words("row"), .words("label"), .figures("probability"), .words("model"),
                        .figures("probability"),
                    ],
                    rows: contested.suspects.map { suspect in
                        [
                            .drawing { self.draw(suspect.row, in: &$0) }, .name(labels[suspect.truth]),
                            .value(suspect.truthProbability, .probability), .name(labels[suspect.predicted]),
                            .value(suspect.confidence, .probability),
                        ]
                    }
                ).draw(in: &page)
            }
        }
    }

    /// What of the rows the training data hold as well.
    func addLeaks(to page: inout Markup) {
        guard let leaks else { return }
        page.section("leaks", "Leaks from training") { page in
            page.element("p") { page in
                page.text("Of \(evaluation.rows) rows, ")
                page.count(Double(leaks.exact))
                page.text(" occur letter by letter among \(grouped(String(leaks.trainingRows))) training rows (")
                for (index, file) in leaks.trainingFiles.enumerated() {
                    if index > 0 { page.text(", ") }
                    page.name(file)
                }
                page.text(leaks.nearThreshold == nil ? "), and " : "), ")
                page.count(Double(leaks.normalized))
                page.text(" more apart from case, white space and punctuation" + leaks.nearWords + ".")
            }
            guard !leaks.rows.isEmpty else { return }
            let column = WhiskerColumn(
                [leaks.accuracyOfLeaks, leaks.accuracyOfOthers], reference: evaluation.accuracy.value,
                quantity: .share, limits: 0...1)
            HTMLTable(
                caption: "Accuracy with and without leaks",
                columns: [.words("rows"), .figures("number"), .figures("accuracy"), column.column("accuracy")],
                rows: [
                    ("known from training", leaks.rows.count, leaks.accuracyOfLeaks),
                    ("all others", evaluation.rows - leaks.rows.count, leaks.accuracyOfOthers),
                    ("all", evaluation.rows, evaluation.accuracy),
                ].map { name, count, accuracy in
                    [
                        .text(name), .count(Double(count)), .estimate(accuracy.value, accuracy.interval, .share),
                        .drawing { column.draw(accuracy, in: &$0) },
                    ]
                }
            ).draw(in: &page)
            page.note(
                "The model may know the first kind by heart: what it does on new requests is the second line. Paraphrases "
                    + "in other words are not found here.")
        }
    }

    /// A row's name and, where texts are shown, the beginning of its text.
    func draw(_ row: Int, in page: inout Markup) {
        page.name(rows.name(of: row))
        guard let text = rows.texts[row] else { return }
        page.element("span", ["class": "excerpt", "dir": "auto"], RowDetails.excerpt(of: text, head: 120, tail: 0))
    }
}

extension RowExplanation {
    fileprivate func draw(in page: inout Markup, label: String, answer: String) {
        page.element("div", ["class": "pair reasons"]) { page in
            for (name, contributions) in [(answer, forAnswer), (label, forLabel)] {
                page.element("div") { page in
                    page.element("h4") { page in
                        page.text("for ")
                        page.name(name)
                    }
                    guard !contributions.isEmpty else { return page.element("p", "nothing") }
                    page.element("ul") { page in
                        for contribution in contributions {
                            page.element("li") { page in
                                page.element("span", ["class": "weight"]) {
                                    $0.quantity(
                                        contribution.weight, Quantity(digits: 2, isShare: false, isSigned: true))
                                }
                                page.element("code") { $0.name(contribution.name) }
                            }
                        }
                    }
                }
            }
        }
        page.element("p", ["class": "note"]) { page in
            page.text("All features and the biases: ")
            page.quantity(difference, Quantity(digits: 2, isShare: false, isSigned: true))
            page.text(" for ")
            page.name(answer)
            page.text(" over ")
            page.name(label)
            page.text(" before calibration, of which ")
            page.quantity(rest, Quantity(digits: 2, isShare: false, isSigned: true))
            page.text(" is not listed. By kind: ")
            for (index, kind) in byKind.enumerated() {
                if index > 0 { page.text(", ") }
                page.name(kind.name)
                page.text(" ")
                page.quantity(kind.weight, Quantity(digits: 2, isShare: false, isSigned: true))
            }
            page.text(".")
        }
    }
}
