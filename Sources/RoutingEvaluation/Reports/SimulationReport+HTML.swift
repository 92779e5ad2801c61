internal import Evaluation

extension SimulationReport {
    /// The report as one page that needs nothing else, with plots, light and dark.
    public var html: String {
        var contents = [
            (id: "summary", title: "Summary"), (id: "parts", title: "Task types and models"),
        ]
        if !simulation.policy.mistakes.isEmpty { contents.append(("mistakes", "Mistakes")) }
        if hasSensitivity { contents.append(("sensitivity", "What if")) }
        if simulation.recommendation != nil { contents.append(("recommendation", "Recommendation")) }
        contents.append(("about", "About"))
        return Markup.page(
            title: "Simulation of \(Markup.shortened(simulation.policy.name))",
            heading: { page in
                page.text("Simulation of ")
                page.name(simulation.policy.name)
                if let against = simulation.against {
                    page.text(" against ")
                    page.name(against.name)
                }
            }, contents: contents, style: SimulationStyle.sheet
        ) { page in
            addSummary(to: &page)
            addParts(to: &page)
            addMistakes(to: &page)
            addSensitivity(to: &page)
            addRecommendation(to: &page)
            addAbout(to: &page)
        }
    }

    private var hasSensitivity: Bool { !simulation.mixSensitivity.isEmpty || !simulation.accuracyCurve.isEmpty }

    /// An amount with commas for people, and in full for programs.
    private static func amount(_ value: Double) -> HTMLTable.Cell {
        .drawing { $0.element("data", ["value": value.description], money(value)) }
    }

    static let small = Quantity(digits: 6, isShare: false)
    static let quality = Quantity(digits: 3, isShare: false)
    static let seconds = Quantity(digits: 2, isShare: false)

    private func addSummary(to page: inout Markup) {
        let (arm, baseline) = (simulation.policy, simulation.baseline)
        page.section("summary", "Summary") { page in
            page.element("p", ["class": "lead"]) { page in
                page.text("The policy costs ")
                page.element("strong", "\(money(arm.total.cost)) \(simulation.currency)")
                page.text(" for \(number(simulation.requests)) requests; ")
                page.name(baseline.name)
                page.text(" costs \(money(baseline.total.cost)). ")
                if let savings = arm.savings(against: baseline) {
                    page.text(savings >= 0 ? "Saved: " : "More: ")
                    page.element("strong", percent(abs(savings)))
                    page.text(".")
                }
            }
            page.element("div", ["class": "tiles"]) { page in
                tile("Cost", money(arm.total.cost), simulation.currency, &page)
                tile(
                    "Saved", percent(arm.savings(against: baseline)), money(baseline.total.cost - arm.total.cost), &page
                )
                tile(
                    "Quality", decimal(arm.total.quality, digits: 3),
                    simulation.kept(by: arm).map { "\(percent($0)) of the best" } ?? "not measured throughout", &page)
                tile(
                    "Latency", arm.total.seconds.map { decimal($0, digits: 2) + " s" } ?? "–",
                    arm.total.seconds == nil ? "not in the catalogue throughout" : "mean time to an answer", &page)
            }
            SimulationPlots.arms(simulation, in: &page)
            HTMLTable(
                caption: "Ways of choosing a model",
                columns: [
                    .words("way"), .figures("cost"), .figures("a request"), .figures("saved"), .figures("quality"),
                    .figures("of the best"), .figures("seconds"),
                ],
                rows: simulation.arms.map { arm in
                    [
                        .drawing { page in
                            page.name(arm.name)
                            let role = simulation.role(of: arm)
                            if !role.isEmpty { page.element("span", ["class": "meaning"], role) }
                        },
                        Self.amount(arm.total.cost), .value(arm.total.costPerRequest, Self.small),
                        .value(arm.savings(against: baseline), .share), .value(arm.total.quality, Self.quality),
                        .value(simulation.kept(by: arm), .share), .value(arm.total.seconds, Self.seconds),
                    ]
                }
            ).draw(in: &page)
            if let sentence = simulation.gapSentence { page.note(sentence) }
        }
    }

    private func tile(_ name: String, _ value: String, _ below: String, _ page: inout Markup) {
        page.element("div", ["class": "tile"]) { page in
            page.element("div", ["class": "tile-name"], name)
            page.element("div", ["class": "tile-value"], value)
            page.element("span", ["class": "meaning"], below)
        }
    }

    private func addParts(to page: inout Markup) {
        let (arm, baseline) = (simulation.policy, simulation.baseline)
        page.section("parts", "Task types and models") { page in
            SimulationPlots.tasks(simulation, in: &page)
            HTMLTable(
                caption: "By task type",
                columns: [
                    .words("task type"), .figures("requests"), .figures("cost"), .figures("baseline"),
                    .figures("saved"), .figures("quality"), .figures("seconds"),
                ],
                rows: simulation.taskTypes.map { task in
                    let (sums, before) = (arm.byTask[task] ?? .init(), baseline.byTask[task] ?? .init())
                    return [
                        .name(task), .text(number(sums.requests)), Self.amount(sums.cost),
                        Self.amount(before.cost),
                        .value(before.cost > 0 ? (before.cost - sums.cost) / before.cost : nil, .share),
                        .value(sums.quality, Self.quality), .value(sums.seconds, Self.seconds),
                    ]
                }
            ).draw(in: &page)
            HTMLTable(
                caption: "By model",
                columns: [
                    .words("model"), .figures("calls"), .figures("of the requests"), .figures("cost"),
                    .figures("of the cost"), .words("of the cost"),
                ],
                rows: simulation.modelsByCost.map { model, sums in
                    let share = arm.total.cost > 0 ? sums.cost / arm.total.cost : 0
                    return [
                        .name(model), .text(number(sums.requests)),
                        .value(sums.requests / simulation.requests, .share), Self.amount(sums.cost),
                        .value(share, .share),
                        .drawing { page in
                            var drawing = Drawing(width: 120, height: 12)
                            drawing.rectangle("bar-right", x: 0, y: 1, width: 120 * min(1, share), height: 10)
                            drawing.placeSilently(in: &page, style: "share")
                        },
                    ]
                }
            ).draw(in: &page)
            page.note(
                "In the cost: classifier \(money(arm.classifierCost)), judges \(money(arm.judgeCost)), prompts read anew after "
                    + "a change of model \(money(arm.lostCacheCost)). Refused by spent budgets: \(number(arm.refused))."
            )
        }
    }

    private func addMistakes(to page: inout Markup) {
        let mistakes = simulation.policy.mistakes.sorted { $0.requests > $1.requests }
        guard !mistakes.isEmpty else { return }
        page.section("mistakes", "What mistakes of the classifier come to") { page in
            page.element("p", mistakeSentence)
            HTMLTable(
                caption: "Kinds of mistakes",
                columns: [
                    .words("is"), .words("taken for"), .figures("requests"), .figures("share"), .figures("cost"),
                    .figures("quality of each"),
                ],
                rows: mistakes.prefix(40).map { mistake in
                    [
                        .name(mistake.truth), .name(mistake.predicted), .text(number(mistake.requests)),
                        .value(mistake.requests / simulation.requests, .share),
                        .value(mistake.cost, Quantity(digits: 2, isShare: false, isSigned: true)),
                        .value(
                            mistake.quality.map { $0 / mistake.requests },
                            Quantity(digits: 3, isShare: false, isSigned: true)),
                    ]
                }, hasRowHeadings: false
            ).draw(in: &page)
        }
    }

    private func addSensitivity(to page: inout Markup) {
        guard hasSensitivity else { return }
        page.section("sensitivity", "What if") { page in
            page.element("div", ["class": "pair"]) { page in
                if !simulation.mixSensitivity.isEmpty { SimulationPlots.mix(simulation, in: &page) }
                if !simulation.accuracyCurve.isEmpty { SimulationPlots.accuracy(simulation, in: &page) }
            }
            if !simulation.mixSensitivity.isEmpty {
                page.note("Saved against the baseline, where one task type takes another share and the others follow.")
                HTMLTable(
                    caption: "Saved by mix",
                    columns: [
                        .words("task type"), .figures("share"), .figures("10 points less"), .figures("as now"),
                        .figures("10 points more"), .figures("all of it"),
                    ],
                    rows: simulation.mixSensitivity.map { entry in
                        [.name(entry.taskType), .value(entry.share, .share)]
                            + entry.nearby.map { .value($0.savings, .share) }
                            + [.value(entry.curve.last?.savings, .share)]
                    }
                ).draw(in: &page)
            }
            guard !simulation.accuracyCurve.isEmpty else { return }
            HTMLTable(
                caption: "By the share of requests recognised",
                columns: [
                    .figures("recognised"), .figures("a request"), .figures("saved"), .figures("quality"),
                ],
                rows: simulation.accuracyCurve.map { point in
                    [
                        .value(point.share, .share), .value(point.cost, Self.small), .value(point.savings, .share),
                        .value(point.quality, Quantity(digits: 4, isShare: false)),
                    ]
                }, hasRowHeadings: false
            ).draw(in: &page)
        }
    }

    private func addRecommendation(to page: inout Markup) {
        guard let recommendation = simulation.recommendation else { return }
        page.section("recommendation", "Recommended for this mix") { page in
            page.note(
                "In mode \(recommendation.mode), for each label the cheapest model that keeps "
                    + "\(percent(recommendation.qualityKept)) of the best quality of what carries that label.")
            HTMLTable(
                caption: "Recommended models",
                columns: [
                    .words("label"), .words("now"), .words("recommended"), .figures("a request"), .figures("quality"),
                    .figures("best"),
                ],
                rows: recommendation.choices.map { choice in
                    [
                        .name(choice.taskType), .name(choice.old),
                        choice.old == choice.new ? .text("the same") : .name(choice.new),
                        .value(choice.cost, Self.small), .value(choice.quality, Self.quality),
                        .value(choice.bestQuality, Self.quality),
                    ]
                }
            ).draw(in: &page)
            if !recommendation.unknown.isEmpty {
                page.note("Without measured qualities: \(recommendation.unknown.joined(separator: ", ")).")
            }
        }
    }

    private func addAbout(to page: inout Markup) {
        page.section("about", "About this report") { page in
            page.element("dl") { page in
                page.element("dt", "traffic")
                page.element("dd") { $0.name(traffic) }
                for fact in facts {
                    page.element("dt", fact.name)
                    page.element("dd") { $0.name(fact.value) }
                }
            }
            for note in simulation.notes { page.note(note) }
            page.note("What each figure means: docs/savings.md of tasktype.")
        }
    }
}
