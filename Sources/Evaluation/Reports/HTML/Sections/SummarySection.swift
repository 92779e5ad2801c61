extension EvaluationReport {
    /// What the report says in two sentences, and the headline figures.
    func addSummary(to page: inout Markup) {
        page.section("summary", "Summary") { page in
            page.element("p", ["class": "lead"]) { addVerdict(to: &$0) }
            page.element("div", ["class": "tiles"]) { page in
                for metric in [Metric.accuracy, .accuracyAcceptable, .macroF1, .ece] {
                    let estimate = evaluation[metric]
                    page.element("div", ["class": "tile"]) { page in
                        page.element("div", ["class": "tile-name"], metric.title)
                        page.element("div", ["class": "tile-value"]) {
                            $0.quantity(estimate.value, metric.quantity)
                        }
                        page.element("div", ["class": "ci"], metric.quantity.text(estimate.interval))
                    }
                }
            }
            addFigures(to: &page)
        }
    }

    private func addVerdict(to page: inout Markup) {
        let share = Quantity.share
        page.text("The model gives the right label to ")
        page.element("strong", share.text(evaluation.accuracy.value))
        page.text(" of \(grouped(String(evaluation.rows))) ")
        page.text(evaluation.totalWeight == Double(evaluation.rows) ? "rows" : "weighted rows")
        if let interval = evaluation.accuracy.interval {
            page.text("; on other rows of the same kind, expect \(share.text(interval))")
        }
        page.text(". Always answering ")
        page.name(evaluation.baselines.majority.label)
        page.text(" would be right on \(share.text(evaluation.baselines.majority.accuracy)).")
        if let weakest = weakestLabel {
            page.text(" It is weakest on ")
            page.name(weakest.label)
            page.text(", of whose rows it finds \(share.text(weakest.recall)).")
        }
    }

    /// The label with the lowest recall, the first among equals; nil where there is nothing to compare.
    private var weakestLabel: LabelFigures? {
        let present = evaluation.perLabel.filter { $0.recall != nil }
        guard present.count > 1 else { return nil }
        return present.min { ($0.recall ?? 1) < ($1.recall ?? 1) }
    }

    private func addFigures(to page: inout Markup) {
        let baselines = evaluation.baselines
        var table = HTMLTable(
            caption: "Figures",
            columns: [
                .words("figure"), .figures("value"), .figures("95 % interval"), .figures("most frequent label"),
                .figures("random by share"), .words("better"),
            ])
        for metric in Metric.allCases {
            let estimate = evaluation[metric]
            let (majority, random): (Double?, Double?) =
                switch metric {
                case .accuracy: (baselines.majority.accuracy, baselines.random.accuracy)
                case .macroF1: (baselines.majority.macroF1, baselines.random.macroF1)
                default: (nil, nil)
                }
            table.rows.append([
                .drawing { page in
                    page.text(metric.title)
                    page.element("span", ["class": "meaning"], metric.meaning)
                },
                .value(estimate.value, metric.quantity), .text(metric.quantity.text(estimate.interval)),
                .value(majority, metric.quantity), .value(random, metric.quantity),
                .text(metric.isUpperBound ? "lower" : "higher"),
            ])
        }
        table.draw(in: &page)
        page.note(
            "The two columns on the right are what could be had without a model: always answering the most frequent "
                + "label, or drawing labels at random in the shares that they have here. \(evaluation.bootstrap.sentence)"
        )
    }
}
