internal import Evaluation

/// Figures of routers, to be read.
public struct RoutingBenchmarkReport: Sendable {
    /// The figures.
    public let benchmark: RoutingBenchmark
    /// The file of outcomes.
    public let data: String

    /// A report.
    public init(_ benchmark: RoutingBenchmark, data: String) {
        self.benchmark = benchmark
        self.data = data
    }

    /// The report as plain text.
    public var text: String {
        var document = ReportDocument(title: "Routers on \(data)")
        document.facts(facts)
        document.heading("Performance gap recovered")
        document.table(
            ReportTable(
                columns: [
                    .text("router"), .figure("APGR"), .figure("95 % interval"), .figure("CPT(50%)"),
                    .figure("95 % interval"), .figure("CPT(80%)"), .figure("95 % interval"),
                ],
                rows: benchmark.routers.map { router in
                    [
                        router.name, decimal(router.averageRecovered.value, digits: 3),
                        interval(router.averageRecovered), percent(router.callsForHalf.value),
                        interval(router.callsForHalf, isShare: true), percent(router.callsForFourFifths.value),
                        interval(router.callsForFourFifths, isShare: true),
                    ]
                }))
        if benchmark.routers.contains(where: { $0.averageRecovered.value == nil }) {
            document.note(
                "\(benchmark.names.strong) is not better than \(benchmark.names.weak): there is no gap to recover.")
        }
        document.heading("Quality by the share of calls to \(benchmark.names.strong)")
        let steps = [0, 2, 4, 8, 10, 12, 16, 20]
        document.table(
            ReportTable(
                columns: [.text("router")] + steps.map { .figure(decimal(Double($0) * 5, digits: 0) + " %") },
                rows: benchmark.routers.map { router in
                    [router.name] + steps.map { decimal(router.points[$0].quality.value, digits: 3) }
                }))
        if benchmark.hasCosts, let random = benchmark.routers.last {
            document.table(
                ReportTable(
                    columns: [.text("")] + steps.map { .figure(decimal(Double($0) * 5, digits: 0) + " %") },
                    rows: [["cost, random"] + steps.map { decimal(random.points[$0].cost, digits: 6) }]))
        }
        if !benchmark.chosen.isEmpty {
            document.heading("Routers that chose")
            document.table(
                ReportTable(
                    columns: [
                        .text("router"), .figure("strong"), .figure("quality"), .figure("95 % interval"),
                        .figure("PGR"),
                        .figure("95 % interval"), .figure("cost"),
                    ],
                    rows: benchmark.chosen.map { choice in
                        [
                            choice.name, percent(choice.strongShare), decimal(choice.quality.value, digits: 3),
                            interval(choice.quality), decimal(choice.recovered.value, digits: 3),
                            interval(choice.recovered), decimal(choice.cost, digits: 6),
                        ]
                    }))
        }
        return TextRenderer.render(document)
    }

    private var facts: [(name: String, value: String)] {
        func model(_ name: String, _ quality: Estimate, _ cost: Double) -> String {
            "\(name): quality \(decimal(quality.value, digits: 3)) (\(interval(quality)))"
                + (benchmark.hasCosts ? ", cost \(decimal(cost, digits: 6)) an answer" : "")
        }
        return [
            ("prompts", number(Double(benchmark.prompts))),
            ("weak", model(benchmark.names.weak, benchmark.weak, benchmark.costs.weak)),
            ("strong", model(benchmark.names.strong, benchmark.strong, benchmark.costs.strong)),
            (
                "intervals",
                benchmark.bootstrap.resamples == 0
                    ? "none" : "95 %, bootstrap over prompts, \(benchmark.bootstrap.resamples) resamples"
            ),
        ]
    }

    private func interval(_ estimate: Estimate, isShare: Bool = false) -> String {
        guard let interval = estimate.interval else { return "–" }
        let scale = isShare ? 100.0 : 1
        let digits = isShare ? 1 : 3
        return decimal(scale * interval.low, digits: digits) + " to " + decimal(scale * interval.high, digits: digits)
    }

    // MARK: JSON

    /// The report as JSON.
    public var json: String {
        JSONValue.object([
            ("data", .string(data)), ("prompts", .integer(benchmark.prompts)),
            ("weak", model(benchmark.names.weak, benchmark.weak, benchmark.costs.weak)),
            ("strong", model(benchmark.names.strong, benchmark.strong, benchmark.costs.strong)),
            ("resamples", .integer(benchmark.bootstrap.resamples)),
            (
                "routers",
                .array(
                    benchmark.routers.map { router in
                        .object(
                            [("name", .string(router.name))] + members("apgr", router.averageRecovered)
                                + members("cpt_50", router.callsForHalf)
                                + members("cpt_80", router.callsForFourFifths) + [
                                    ("curve", .array(router.points.map(value)))
                                ])
                    })
            ),
            (
                "chosen",
                .array(
                    benchmark.chosen.map { choice in
                        .object(
                            [("name", .string(choice.name)), ("strong_share", .number(choice.strongShare))]
                                + members("quality", choice.quality) + members("pgr", choice.recovered) + [
                                    ("cost", .figure(choice.cost))
                                ])
                    })
            ),
        ]).serialized + "\n"
    }

    private func model(_ name: String, _ quality: Estimate, _ cost: Double) -> JSONValue {
        .object(
            [("name", .string(name))] + members("quality", quality) + [
                ("cost", benchmark.hasCosts ? .number(cost) : .null)
            ])
    }

    private func members(_ name: String, _ estimate: Estimate) -> [(key: String, value: JSONValue)] {
        [(name, .figure(estimate.value)), (name + "_ci95", .interval(estimate.interval))]
    }

    private func value(of point: RouterFigures.Point) -> JSONValue {
        .object(
            [("strong_share", .number(point.share))] + members("quality", point.quality) + [
                ("pgr", .figure(point.recovered)),
                ("cost", benchmark.hasCosts ? .number(point.cost) : .null),
            ])
    }
}
