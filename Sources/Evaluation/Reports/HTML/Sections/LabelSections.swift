extension EvaluationReport {
    /// Precision, recall and F1 of each label, and which labels are taken for which.
    func addLabels(to page: inout Markup) {
        let f1 = WhiskerColumn(
            evaluation.perLabel.map { Estimate(value: $0.f1, interval: $0.f1Interval) },
            reference: evaluation.macroF1.value, quantity: .share, limits: 0...1)
        page.section("labels", "Labels") { page in
            HTMLTable(
                caption: "Figures of each label",
                columns: [
                    .words("label"), .figures("precision"), .figures("recall"), .figures("F1"), f1.column("F1"),
                    .figures("rows"),
                ],
                rows: evaluation.perLabel.map { figures in
                    [
                        .name(figures.label),
                        .estimate(figures.precision, figures.precisionInterval, .share),
                        .estimate(figures.recall, figures.recallInterval, .share),
                        .estimate(figures.f1, figures.f1Interval, .share),
                        .drawing { f1.draw(Estimate(value: figures.f1, interval: figures.f1Interval), in: &$0) },
                        .count(figures.support),
                    ]
                }
            ).draw(in: &page)
            page.note(
                "Precision: of the rows answered with the label, how many have it. Recall: of the rows that have it, how "
                    + "many are answered with it. Below each figure is its 95 % interval (Wilson; for F1 by bootstrap). "
                    + "The dashed line is the mean F1.")
        }
        page.section("confusion", "Confusion") { page in
            page.note("Rows are the truth, columns what the model answered.")
            evaluation.confusion.draw(
                in: &page, id: "confusion-map", title: "Confusion", rows: "truth", columns: "answer")
        }
    }

    /// Reliability and coverage.
    func addConfidence(to page: inout Markup) {
        page.section("confidence", "Confidence") { page in
            page.note(
                "On the left: where dots lie below the dashed line, the model is surer than it should be. On the right: "
                    + "how few errors remain if the least confident requests go to the default route instead.")
            page.element("div", ["class": "pair"]) { page in
                evaluation.reliability.draw(in: &page)
                evaluation.coverageCurve.draw(in: &page)
            }
            if let uncertain = evaluation.uncertainShare {
                page.element("p") { page in
                    page.text("By its own thresholds the model marks ")
                    page.quantity(uncertain, .share)
                    page.text(" of the rows as uncertain; of the others it gets ")
                    page.quantity(evaluation.accuracyCertain, .share)
                    page.text(" right.")
                }
            }
            page.element("p") { page in
                page.text("Area under the risk-coverage curve: ")
                page.quantity(evaluation.coverageCurve.areaUnderRisk, Quantity(digits: 4, isShare: false))
                page.text("; 0 would be no errors at all. Calibration error without the correction for chance: ")
                page.quantity(evaluation.calibrationErrorPlain, .share)
                page.text(".")
            }
            page.element("details") { page in
                page.element("summary", "The numbers behind both plots")
                page.element("div", ["class": "pair"]) { page in
                    evaluation.reliability.addTable(to: &page)
                    evaluation.coverageCurve.addTable(to: &page)
                }
            }
        }
    }

    /// Accuracy by slice.
    func addSlices(to page: inout Markup) {
        guard !evaluation.slices.isEmpty else { return }
        page.section("slices", "Slices") { page in
            page.note(
                "Accuracy of the rows that share a value, with 95 % interval (Wilson). The dashed line is the accuracy of "
                    + "all rows: where a whisker lies wholly to its left, the model is worse there than elsewhere.")
            for slice in evaluation.slices {
                let column = WhiskerColumn(
                    slice.values.map(\.accuracy), reference: evaluation.accuracy.value, quantity: .share, limits: 0...1)
                page.element("h3") { page in
                    page.text("By ")
                    page.name(slice.column)
                }
                HTMLTable(
                    caption: "Accuracy by \(Markup.shortened(slice.column))",
                    columns: [
                        .words("value"), .figures("accuracy"), column.column("accuracy"), .figures("rows"),
                        .figures("alternative accepted"), .figures("macro F1"),
                    ],
                    rows: slice.values.map { figures in
                        [
                            .name(figures.value.isEmpty ? "(empty)" : figures.value),
                            .estimate(figures.accuracy.value, figures.accuracy.interval, .share),
                            .drawing { column.draw(figures.accuracy, in: &$0) }, .count(Double(figures.rows)),
                            .value(figures.accuracyAcceptable.value, .share), .value(figures.macroF1.value, .share),
                        ]
                    }
                ).draw(in: &page)
                if slice.valuesLeftOut > 0 {
                    page.note("\(slice.valuesLeftOut) rarer values with \(slice.rowsLeftOut) rows are left out.")
                }
            }
        }
    }
}
