internal import Evaluation

extension RoutingBenchmarkReport {
    /// The report as one page that needs nothing else, with plots, light and dark.
    public var html: String {
        var contents = [(id: "summary", title: "Summary"), (id: "curves", title: "Curves")]
        if !benchmark.chosen.isEmpty { contents.append(("chosen", "Choices")) }
        contents.append(("about", "About"))
        return Markup.page(
            title: "Routers on \(Markup.shortened(data))",
            heading: { page in
                page.text("Routers on ")
                page.name(data)
            }, contents: contents, style: SimulationStyle.sheet
        ) { page in
            addSummary(to: &page)
            addCurves(to: &page)
            addChosen(to: &page)
            page.section("about", "About this report") { page in
                page.note(
                    "The gap recovered at a share of calls is (r − r_weak) / (r_strong − r_weak); APGR is its mean over all "
                        + "shares, CPT(x) the least share at which x of the gap is recovered (RouteLLM, arXiv 2406.18665). "
                        + "The oracle knows on which prompts the strong model is better. Intervals: 95 %, bootstrap over "
                        + "prompts, \(benchmark.bootstrap.resamples) resamples. See docs/routing-evaluation.md of tasktype."
                )
            }
        }
    }

    private func addSummary(to page: inout Markup) {
        page.section("summary", "Summary") { page in
            page.element("p", ["class": "lead"]) { page in
                page.text("\(number(Double(benchmark.prompts))) prompts: ")
                page.name(benchmark.names.weak)
                page.text(" gets \(decimal(benchmark.weak.value, digits: 3)), ")
                page.name(benchmark.names.strong)
                page.text(" \(decimal(benchmark.strong.value, digits: 3)).")
            }
            let whiskers = RouterWhiskers(benchmark.routers.map(\.averageRecovered))
            HTMLTable(
                caption: "Performance gap recovered",
                columns: [
                    .words("router"), .figures("APGR"), whiskers.column, .figures("CPT(50 %)"), .figures("CPT(80 %)"),
                ],
                rows: benchmark.routers.map { router in
                    [
                        .name(router.name),
                        .estimate(router.averageRecovered.value, router.averageRecovered.interval, .number),
                        .drawing { whiskers.draw(router.averageRecovered, in: &$0) },
                        .estimate(router.callsForHalf.value, router.callsForHalf.interval, .share),
                        .estimate(router.callsForFourFifths.value, router.callsForFourFifths.interval, .share),
                    ]
                }
            ).draw(in: &page)
        }
    }

    private func addCurves(to page: inout Markup) {
        page.section("curves", "Quality and cost") { page in
            let all = benchmark.routers.flatMap(\.points).flatMap { point in
                [point.quality.value, point.quality.interval?.low, point.quality.interval?.high].compactMap(\.self)
            }
            let rounded = AxisScale.rounded((all.min() ?? 0)...(all.max() ?? 1), 5)
            var drawing = Drawing(width: 584, height: 420)
            let costs = benchmark.routers.flatMap(\.points).map(\.cost)
            let span = benchmark.hasCosts ? (costs.min() ?? 0)...(costs.max() ?? 1) : 0...1
            let frame = PlotFrame(x: span, y: rounded, left: 56, right: 550, top: 10, bottom: 370)
            frame.draw(
                in: &drawing,
                xName: benchmark.hasCosts ? "mean cost of an answer" : "calls to \(benchmark.names.strong), %",
                yName: "mean quality", isShare: (!benchmark.hasCosts, false))
            func x(_ point: RouterFigures.Point) -> Double { frame.x(benchmark.hasCosts ? point.cost : point.share) }
            for (index, router) in benchmark.routers.enumerated() {
                let upper = router.points.map { (x: x($0), y: frame.y($0.quality.interval?.high ?? 0)) }
                let lower = router.points.map { (x: x($0), y: frame.y($0.quality.interval?.low ?? 0)) }
                if index == 0, benchmark.bootstrap.resamples > 0 {
                    drawing.path("band", upper + lower.reversed(), isClosed: true)
                }
                drawing.path(
                    style(of: router, index), router.points.map { (x: x($0), y: frame.y($0.quality.value ?? 0)) })
            }
            for (index, choice) in benchmark.chosen.enumerated() {
                let place = benchmark.hasCosts ? choice.cost ?? span.lowerBound : choice.strongShare
                drawing.dot(
                    SimulationStyle.mark(index), frame.x(place), frame.y(choice.quality.value ?? 0), radius: 6,
                    title: choice.name)
            }
            page.element("div", ["class": "wide"]) { page in
                page.figure(
                    drawing, id: "quality",
                    title: "Quality over \(benchmark.hasCosts ? "cost" : "calls to the strong model")",
                    description: "Mean quality of each router; the table below has the numbers.",
                    legend: benchmark.routers.enumerated().map { (style(of: $1, $0), $1.name) }
                        + benchmark.chosen.enumerated().map { (SimulationStyle.mark($0), $1.name) }
                        + [("band", "95 % interval of the first")])
            }
            HTMLTable(
                caption: "Quality by share of calls",
                columns: [.figures("calls")] + benchmark.routers.map { .figures($0.name) },
                rows: stride(from: 0, through: RouterFigures.steps, by: 2).map { step in
                    [.value(Double(step) / Double(RouterFigures.steps), Quantity(digits: 0, isShare: true))]
                        + benchmark.routers.map { .value($0.points[step].quality.value, .number) }
                }, hasRowHeadings: false
            ).draw(in: &page)
        }
    }

    /// Random routing is what others are compared with.
    private func style(of router: RouterFigures, _ index: Int) -> String {
        router.name == "random" ? "reference" : SimulationStyle.series(index)
    }

    private func addChosen(to page: inout Markup) {
        guard !benchmark.chosen.isEmpty else { return }
        page.section("chosen", "Routers that chose") { page in
            HTMLTable(
                caption: "Choices",
                columns: [
                    .words("router"), .figures("strong"), .figures("quality"), .figures("gap recovered"),
                    .figures("cost"),
                ],
                rows: benchmark.chosen.map { choice in
                    [
                        .name(choice.name), .value(choice.strongShare, .share),
                        .estimate(choice.quality.value, choice.quality.interval, .number),
                        .estimate(choice.recovered.value, choice.recovered.interval, .number),
                        .value(choice.cost, Quantity(digits: 6, isShare: false)),
                    ]
                }
            ).draw(in: &page)
        }
    }
}

/// A column of dots with whiskers around the 0.5 of random routing.
private struct RouterWhiskers {
    private let scale: AxisScale
    private let quantity = Quantity.number

    init(_ values: [Estimate]) {
        let all = values.flatMap { [$0.value, $0.interval?.low, $0.interval?.high].compactMap(\.self) } + [0.5]
        let domain = AxisScale.rounded((all.min() ?? 0)...(all.max() ?? 1), 4)
        scale = AxisScale(domain, from: 12, to: 188)
    }

    var column: HTMLTable.Column {
        .plot("APGR") { page in
            var drawing = Drawing(width: 200, height: 22)
            drawing.line("axis", scale.from, 21, scale.to, 21)
            let step = AxisScale.step(scale.domain.upperBound - scale.domain.lowerBound, 4)
            for tick in scale.ticks(4) {
                drawing.line("axis", scale(tick), 17, scale(tick), 21)
                drawing.word(decimal(tick, digits: AxisScale.digits(of: step, isShare: false)), scale(tick), 12)
            }
            drawing.placeSilently(in: &page, style: "whiskers")
        }
    }

    func draw(_ estimate: Estimate, in page: inout Markup) {
        var drawing = Drawing(width: 200, height: 160)
        drawing.line("reference", scale(0.5), 0, scale(0.5), 160)
        if let interval = estimate.interval {
            drawing.line("whisker", scale(interval.low), 80, scale(interval.high), 80)
        }
        if let value = estimate.value { drawing.dot("dot", scale(value), 80, radius: 4) }
        drawing.placeSilently(in: &page, style: "whiskers", isCropped: true)
    }
}
