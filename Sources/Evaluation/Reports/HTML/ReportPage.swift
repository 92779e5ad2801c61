/// A report as one page that needs nothing else: no network, no script.
///
/// It is HTML that also reads as XML, so that any parser of either can check it.
struct ReportPage {
    let html: String

    init(_ report: EvaluationReport) {
        let name = report.header.model.name
        var page = Markup()
        page.constant("<!DOCTYPE html>\n")
        page.element("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"]) { page in
            page.element("head") { page in
                page.void("meta", ["charset": "utf-8"])
                page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                page.void("meta", ["name": "color-scheme", "content": "light dark"])
                page.void("meta", ["name": "referrer", "content": "no-referrer"])
                // Nothing in the page may run or be fetched, whatever the data say.
                page.void(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy",
                        "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
                    ])
                page.element("title", "Evaluation of \(Markup.shortened(name))")
                page.constant("<style>")
                page.constant(ReportStyle.sheet)
                page.constant("</style>")
            }
            page.newline()
            page.element("body") { page in
                page.element("header") { page in
                    page.element("h1") { page in
                        page.text("Evaluation of ")
                        page.name(name)
                        if let reference = report.header.reference {
                            page.text(" against ")
                            page.name(reference.name)
                        }
                    }
                    report.addContents(to: &page)
                }
                page.element("main") { report.addSections(to: &$0) }
            }
        }
        page.newline()
        html = page.html
    }
}

extension EvaluationReport {
    fileprivate func addContents(to page: inout Markup) {
        var entries = [("summary", "Summary")]
        if comparison != nil { entries.append(("comparison", "Comparison")) }
        entries += [("labels", "Labels"), ("confusion", "Confusion"), ("confidence", "Confidence")]
        if evaluation.candidates != nil { entries.append(("candidates", "Candidates")) }
        if !evaluation.slices.isEmpty { entries.append(("slices", "Slices")) }
        entries += [("costs", "Costs"), ("errors", "Errors"), ("contested", "Contested labels")]
        if leaks != nil { entries.append(("leaks", "Leaks")) }
        entries.append(("about", "About"))
        page.element("nav", ["aria-label": "Sections"]) { page in
            page.element("ul") { page in
                for (id, title) in entries {
                    page.element("li") { $0.element("a", ["href": "#" + id], title) }
                }
            }
        }
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
                "A learning curve is not part of this report: it needs models trained on parts of the training data. "
                    + "Formulas: docs/evaluation.md of tasktype.")
        }
    }
}
