extension LearningCurveFigures {
    /// The curve as a table and a sentence.
    func add(to document: inout ReportDocument) {
        document.heading("Learning curve")
        document.table(
            ReportTable(
                columns: [
                    .figure("training rows"), .figure("models"), .figure("accuracy"), .figure("95 % interval"),
                    .figure("macro_f1"), .figure("fitted"),
                ],
                rows: points.map {
                    [
                        decimal($0.rows, digits: 0), String($0.fits), decimal($0.accuracy.value, digits: 4),
                        intervalText($0.accuracy.interval), decimal($0.macroF1.value, digits: 4),
                        decimal($0.fitted, digits: 4),
                    ]
                } + [
                    [
                        decimal(doubling.rows, digits: 0), "–", "–", intervalText(doubling.accuracy.interval), "–",
                        decimal(doubling.accuracy.value, digits: 4),
                    ]
                ]))
        document.note(advice)
        document.note(
            "Error falls as rows to the power of −\(decimal(exponent.value, digits: 2)) (95 % interval of the exponent "
                + "\(text(exponent.interval, digits: 2))); the last line is a forecast. \(method)")
    }

    private func intervalText(_ interval: Interval?) -> String { text(interval, digits: 4) }

    var json: JSONValue {
        .object([
            ("method", .string(method)),
            (
                "points",
                .array(
                    points.map {
                        .object([
                            ("share", .figure($0.share)), ("rows", .figure($0.rows)), ("models", .integer($0.fits)),
                            ("accuracy", .figure($0.accuracy.value)),
                            ("accuracy_ci95", .interval($0.accuracy.interval)),
                            ("lowest_accuracy", .figure($0.range.lowerBound)),
                            ("highest_accuracy", .figure($0.range.upperBound)),
                            ("macro_f1", .figure($0.macroF1.value)), ("macro_f1_ci95", .interval($0.macroF1.interval)),
                            ("fitted_accuracy", .figure($0.fitted)),
                        ])
                    })
            ),
            ("exponent", .figure(exponent.value)), ("exponent_ci95", .interval(exponent.interval)),
            (
                "doubling",
                .object([
                    ("rows", .figure(doubling.rows)), ("accuracy", .figure(doubling.accuracy.value)),
                    ("accuracy_ci95", .interval(doubling.accuracy.interval)),
                    ("gain", .figure(doubling.gain.value)), ("gain_ci95", .interval(doubling.gain.interval)),
                ])
            ),
            ("advice", .string(advice)), ("bootstrap", bootstrap.json),
        ])
    }

    /// The curve as a section of the page.
    func add(to page: inout Markup) {
        page.section("learning-curve", "Is more data worth it?") { page in
            page.element("p", ["class": "lead"], advice)
            draw(in: &page)
            HTMLTable(
                caption: "Accuracy by number of training rows",
                columns: [
                    .figures("training rows"), .figures("models"), .figures("accuracy"), .figures("lowest to highest"),
                    .figures("macro F1"), .figures("fitted"),
                ],
                rows: points.map { point in
                    [
                        .count(point.rows.rounded()), .count(Double(point.fits)),
                        .estimate(point.accuracy.value, point.accuracy.interval, .share),
                        .text(
                            point.fits == 1
                                ? "–"
                                : Quantity.share.text(
                                    Interval(low: point.range.lowerBound, high: point.range.upperBound))),
                        .estimate(point.macroF1.value, point.macroF1.interval, .share), .value(point.fitted, .share),
                    ]
                } + [
                    [
                        .count(doubling.rows.rounded()), .text("forecast"), .text("–"), .text("–"), .text("–"),
                        .estimate(doubling.accuracy.value, doubling.accuracy.interval, .share),
                    ]
                ], hasRowHeadings: false
            ).draw(in: &page)
            page.element("p", ["class": "note"]) { page in
                page.text("Error falls as rows to the power of −")
                page.quantity(exponent.value, Quantity(digits: 2, isShare: false))
                page.text(
                    " (95 % interval of the exponent \(text(exponent.interval, digits: 2))), fitted to the "
                        + "\(min(points.count, Self.fittedParts)) largest parts. \(method) Intervals cover the choice of the "
                        + "evaluation's rows and of the parts; the whole of the training rows can be drawn once only.")
            }
        }
    }
}
