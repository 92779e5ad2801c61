/// A report as one page that needs nothing else: no network, no script.
///
/// It is HTML that also reads as XML, so that any parser of either can check it.
struct ReportPage {
    let html: String

    init(_ report: EvaluationReport) {
        let name = report.header.model.name
        html = Markup.page(
            title: "Evaluation of \(Markup.shortened(name))",
            heading: { page in
                page.text("Evaluation of ")
                page.name(name)
                if let reference = report.header.reference {
                    page.text(" against ")
                    page.name(reference.name)
                }
            }, contents: report.contents, sections: { report.addSections(to: &$0) })
    }
}

extension EvaluationReport {
    fileprivate var contents: [(id: String, title: String)] {
        var entries = [(id: "summary", title: "Summary")]
        if comparison != nil { entries.append(("comparison", "Comparison")) }
        entries += [("labels", "Labels"), ("confusion", "Confusion"), ("confidence", "Confidence")]
        if evaluation.candidates != nil { entries.append(("candidates", "Candidates")) }
        if !evaluation.slices.isEmpty { entries.append(("slices", "Slices")) }
        entries += [("costs", "Costs"), ("errors", "Errors"), ("contested", "Contested labels")]
        if leaks != nil { entries.append(("leaks", "Leaks")) }
        if learningCurve != nil { entries.append(("learning-curve", "Learning curve")) }
        entries.append(("about", "About"))
        return entries
    }

    fileprivate func addSections(to page: inout Markup) {
        addSummary(to: &page)
        if let comparison { add(comparison, to: &page) }
        addLabels(to: &page)
        addConfidence(to: &page)
        addCandidates(to: &page)
        addSlices(to: &page)
        addCosts(to: &page)
        addErrors(to: &page)
        addContested(to: &page)
        addLeaks(to: &page)
        learningCurve?.add(to: &page)
        addAbout(to: &page)
    }

    /// What was measured, on what, and how.
    private func addAbout(to page: inout Markup) {
        page.section("about", "About this report") { page in
            page.element("dl") { page in
                func fact(_ name: String, _ content: (inout Markup) -> Void) {
                    page.element("dt", name)
                    page.element("dd", [:], content)
                }
                func model(_ name: String, _ model: ReportHeader.Model) {
                    fact(name) { page in
                        page.name(model.name)
                        page.text(" ")
                        page.element("code") { $0.name(model.revision) }
                    }
                }
                model("model", header.model)
                if let reference = header.reference { model("reference", reference) }
                fact("data") { page in
                    for (index, name) in header.data.enumerated() {
                        if index > 0 { page.text(", ") }
                        page.name(name)
                    }
                }
                fact("rows") { $0.count(Double(evaluation.rows)) }
                if evaluation.totalWeight != Double(evaluation.rows) {
                    fact("total weight") { $0.count(evaluation.totalWeight) }
                }
                fact("labels") { $0.count(Double(evaluation.confusion.labels.count)) }
                fact("intervals") { page in
                    page.text(
                        evaluation.bootstrap.resamples == 0
                            ? "bootstrap turned off; Wilson's where they are shown"
                            : "95 %, bootstrap with \(evaluation.bootstrap.resamples) resamples, seed "
                                + "\(evaluation.bootstrap.seed); Wilson's where said")
                }
                if let latency = evaluation.latency {
                    fact("latency") { page in
                        page.text("median ")
                        page.quantity(latency.p50, Quantity(digits: 1, isShare: false))
                        page.text(" µs, 99th percentile ")
                        page.quantity(latency.p99, Quantity(digits: 1, isShare: false))
                        page.text(" µs, one request at a time on the machine that made this report")
                    }
                }
            }
            page.note(
                (learningCurve == nil
                    ? "A learning curve (is more data worth it?) is drawn with --training FILE --learning-curve. " : "")
                    + "Formulas: docs/evaluation.md of tasktype.")
        }
    }
}
