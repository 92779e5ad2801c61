internal import Evaluation

/// A simulation, to be read.
public struct SimulationReport: Sendable {
    /// The figures.
    public let simulation: Simulation
    /// What the traffic is called.
    public let traffic: String

    /// A report.
    public init(_ simulation: Simulation, traffic: String) {
        self.simulation = simulation
        self.traffic = traffic
    }

    /// The report as plain text.
    public var text: String { TextRenderer.render(document) }

    private var document: ReportDocument {
        var document = ReportDocument(title: "Traffic \(traffic) under \(simulation.policy.name)")
        document.facts(facts)
        addArms(to: &document)
        addParts(to: &document)
        addMistakes(to: &document)
        addSensitivity(to: &document)
        addRecommendation(to: &document)
        if !simulation.notes.isEmpty {
            document.heading("To be known")
            for note in simulation.notes { document.note(note) }
        }
        return document
    }

    var facts: [(name: String, value: String)] {
        var facts = [
            (name: "requests", value: number(simulation.requests)),
            (
                "mix",
                simulation.taskTypes.map { "\($0) \(percent(simulation.mix[$0]))" }.joined(separator: ", ")
            ),
            ("mode", simulation.mode), ("currency", simulation.currency),
        ]
        if let accuracy = simulation.accuracy {
            facts.append(("classifier", "recognises \(percent(accuracy)) of these requests"))
        } else {
            facts.append(("classifier", "as recorded in the traffic"))
        }
        return facts
    }

    private func addArms(to document: inout ReportDocument) {
        document.heading("Cost and quality")
        document.table(
            ReportTable(
                columns: [
                    .text(""), .text(""), .figure("cost"), .figure("a request"), .figure("saved"), .figure("quality"),
                    .figure("of best"), .figure("seconds"),
                ],
                rows: simulation.arms.map { arm in
                    [
                        arm.name, simulation.role(of: arm), money(arm.total.cost),
                        money(arm.total.costPerRequest, perRequest: true),
                        percent(arm.savings(against: simulation.baseline)), decimal(arm.total.quality, digits: 3),
                        percent(simulation.kept(by: arm)), decimal(arm.total.seconds, digits: 2),
                    ]
                }))
        if let sentence = simulation.gapSentence { document.note(sentence) }
    }

    private func addParts(to document: inout ReportDocument) {
        let (arm, baseline) = (simulation.policy, simulation.baseline)
        document.heading("By task type")
        document.table(
            ReportTable(
                columns: [
                    .text("task type"), .figure("requests"), .figure("cost"), .figure("baseline"), .figure("saved"),
                    .figure("quality"), .figure("seconds"),
                ],
                rows: simulation.taskTypes.map { task in
                    let (sums, before) = (arm.byTask[task] ?? .init(), baseline.byTask[task] ?? .init())
                    return [
                        task, number(sums.requests), money(sums.cost), money(before.cost),
                        percent(before.cost > 0 ? (before.cost - sums.cost) / before.cost : nil),
                        decimal(sums.quality, digits: 3), decimal(sums.seconds, digits: 2),
                    ]
                }))
        document.heading("By model")
        document.table(
            ReportTable(
                columns: [.text("model"), .figure("calls"), .figure("share"), .figure("cost"), .figure("of the cost")],
                rows: simulation.modelsByCost.map { model, sums in
                    [
                        model, number(sums.requests), percent(sums.requests / simulation.requests), money(sums.cost),
                        percent(arm.total.cost > 0 ? sums.cost / arm.total.cost : nil),
                    ]
                }))
        var extra: [(name: String, value: String)] = []
        if arm.classifierCost > 0 { extra.append(("classifier", money(arm.classifierCost))) }
        if arm.judgeCost > 0 { extra.append(("judges", money(arm.judgeCost))) }
        if arm.lostCacheCost > 0 {
            extra.append(("prompts read anew after a change of model", money(arm.lostCacheCost)))
        }
        if arm.refused > 0 { extra.append(("requests refused by a spent budget", number(arm.refused))) }
        if !extra.isEmpty {
            document.heading("Parts of the cost")
            document.facts(extra)
        }
    }

    private func addMistakes(to document: inout ReportDocument) {
        guard !simulation.policy.mistakes.isEmpty else { return }
        document.heading("What mistakes of the classifier come to")
        let mistakes = simulation.policy.mistakes.sorted { $0.requests > $1.requests }
        document.table(
            ReportTable(
                columns: [
                    .text("is"), .text("taken for"), .figure("requests"), .figure("share"), .figure("cost"),
                    .figure("quality of each"),
                ],
                rows: mistakes.prefix(20).map { mistake in
                    [
                        mistake.truth, mistake.predicted, number(mistake.requests),
                        percent(mistake.requests / simulation.requests),
                        (mistake.cost > 0 ? "+" : "") + money(mistake.cost),
                        decimal(mistake.quality.map { $0 / mistake.requests }, digits: 3),
                    ]
                }))
        if mistakes.count > 20 { document.note("And \(mistakes.count - 20) more kinds, in the JSON.") }
        document.note(mistakeSentence)
    }

    var mistakeSentence: String {
        let totals = simulation.mistakeTotals
        let quality =
            totals.quality.map {
                ", and the mean quality of all requests changes by \(decimal($0 / simulation.requests, digits: 4))"
            } ?? ""
        return
            "Of all requests \(percent(totals.requests / simulation.requests)) are mistaken: "
            + "\(money(totals.overpaid)) is paid too much and \(money(totals.underpaid)) too little\(quality)."
    }

    private func addSensitivity(to document: inout ReportDocument) {
        if !simulation.mixSensitivity.isEmpty {
            document.heading("Saved, if the mix were another")
            document.table(
                ReportTable(
                    columns: [
                        .text("task type"), .figure("share"), .figure("10 points less"), .figure("as now"),
                        .figure("10 points more"), .figure("all of it"),
                    ],
                    rows: simulation.mixSensitivity.map { entry in
                        [entry.taskType, percent(entry.share)] + entry.nearby.map { percent($0.savings) }
                            + [percent(entry.curve.last?.savings)]
                    }))
        }
        guard !simulation.accuracyCurve.isEmpty else { return }
        document.heading("If the classifier recognised")
        document.table(
            ReportTable(
                columns: [.figure("recognised"), .figure("a request"), .figure("saved"), .figure("quality")],
                rows: simulation.accuracyCurve.map { point in
                    [
                        percent(point.share), money(point.cost, perRequest: true), percent(point.savings),
                        decimal(point.quality, digits: 4),
                    ]
                }))
    }

    private func addRecommendation(to document: inout ReportDocument) {
        guard let recommendation = simulation.recommendation else { return }
        document.heading("Recommended for this mix, mode \(recommendation.mode)")
        if !recommendation.choices.isEmpty {
            document.note(
                "For each label the cheapest model that keeps \(percent(recommendation.qualityKept)) of the best quality "
                    + "behind it.")
            document.table(
                ReportTable(
                    columns: [
                        .text("label"), .text("now"), .text("recommended"), .figure("a request"), .figure("quality"),
                        .figure("best"),
                    ],
                    rows: recommendation.choices.map { choice in
                        [
                            choice.taskType, choice.old, choice.old == choice.new ? "the same" : choice.new,
                            money(choice.cost, perRequest: true), decimal(choice.quality, digits: 3),
                            decimal(choice.bestQuality, digits: 3),
                        ]
                    }))
        }
        if !recommendation.unknown.isEmpty {
            document.note(
                "Nothing can be recommended for \(recommendation.unknown.joined(separator: ", ")): no model has measured "
                    + "qualities for all that is behind it.")
        }
    }
}
