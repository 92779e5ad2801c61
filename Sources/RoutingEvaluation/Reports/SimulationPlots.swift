internal import Evaluation

/// Plots of a simulation.
enum SimulationPlots {
    /// Cost of each way of choosing, as bars; where qualities are known, quality over cost.
    static func arms(_ simulation: Simulation, in page: inout Markup) {
        let arms = simulation.arms
        let most = arms.map(\.total.cost).max() ?? 1
        let height = Double(arms.count) * 34 + 46
        let frame = PlotFrame(
            x: 0...AxisScale.rounded(0...max(most, 1e-9), 5).upperBound, y: 0...1, left: 16, right: 550, top: 6,
            bottom: height - 40)
        var drawing = Drawing(width: 584, height: height)
        for tick in frame.x.ticks(5) {
            drawing.line("grid", frame.x(tick), frame.top, frame.x(tick), frame.bottom)
            drawing.word(
                grouped(decimal(tick, digits: tick == tick.rounded() ? 0 : 4)), frame.x(tick), frame.bottom + 15)
        }
        for (index, arm) in arms.enumerated() {
            let y = frame.top + 34 * Double(index)
            drawing.word(
                "\(Markup.shortened(arm.name)): \(money(arm.total.cost))", frame.left + 2, y + 11, anchor: "start",
                style: "axis-name")
            let isPlain = index > 0 && arm.name.hasPrefix("always ")
            drawing.rectangle(
                isPlain ? "bar-before" : "bar-right", x: frame.left, y: y + 15,
                width: frame.x(arm.total.cost) - frame.left, height: 12,
                title: "\(arm.name): \(money(arm.total.cost)) \(simulation.currency)")
        }
        drawing.line("axis", frame.left, frame.bottom, frame.right, frame.bottom)
        drawing.word(
            "cost, \(simulation.currency)", (frame.left + frame.right) / 2, frame.bottom + 34, style: "axis-name")
        page.element("div", ["class": "wide"]) { page in
            page.figure(
                drawing, id: "arms", title: "Cost of each way of choosing",
                description: "Bars of cost; the table below has the numbers.",
                legend: [("bar-right", "policies"), ("bar-before", "one model for everything")])
        }
        qualities(simulation, arms.filter { $0.total.quality != nil }, in: &page)
    }

    private static func qualities(_ simulation: Simulation, _ arms: [SimulationArm], in page: inout Markup) {
        guard arms.count > 1 else { return }
        let values = arms.compactMap(\.total.quality)
        let costs = arms.map(\.total.costPerRequest)
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let frame = PlotFrame(
            x: 0...AxisScale.rounded(0...max(costs.max() ?? 1, 1e-9), 5).upperBound,
            y: max(
                0, AxisScale.rounded(low - 0.02...high + 0.02, 5).lowerBound)...min(
                    1, AxisScale.rounded(low - 0.02...high + 0.02, 5).upperBound), left: 56, right: 410, top: 10,
            bottom: 270)
        var drawing = Drawing(width: 438, height: 320)
        frame.draw(
            in: &drawing, xName: "\(simulation.currency) a request", yName: "expected quality", isShare: (false, false))
        for (index, arm) in arms.enumerated() {
            drawing.dot(
                SimulationStyle.mark(index), frame.x(arm.total.costPerRequest), frame.y(arm.total.quality ?? 0),
                radius: 6,
                title:
                    "\(arm.name): quality \(decimal(arm.total.quality, digits: 3)) at \(money(arm.total.costPerRequest, perRequest: true))"
            )
        }
        page.figure(
            drawing, id: "quality-cost", title: "Quality and cost",
            description: "Expected quality over cost a request.",
            legend: arms.enumerated().map { (SimulationStyle.mark($0), $1.name) })
    }

    /// Cost by task type, the baseline's beside the policy's.
    static func tasks(_ simulation: Simulation, in page: inout Markup) {
        let rows = simulation.taskTypes.prefix(12).map { task in
            (
                task, simulation.policy.byTask[task]?.cost ?? 0, simulation.baseline.byTask[task]?.cost ?? 0
            )
        }
        let most = rows.map { max($0.1, $0.2) }.max() ?? 1
        let frame = PlotFrame(
            x: 0...1, y: 0...AxisScale.rounded(0...max(most, 1e-9), 5).upperBound, left: 64, right: 550, top: 10,
            bottom: 230)
        var drawing = Drawing(width: 584, height: 280)
        for tick in frame.y.ticks(5) {
            drawing.line("grid", frame.left, frame.y(tick), frame.right, frame.y(tick))
            drawing.word(
                grouped(decimal(tick, digits: tick == tick.rounded() ? 0 : 4)), frame.left - 6, frame.y(tick) + 3.5,
                anchor: "end")
        }
        let width = (frame.right - frame.left) / Double(max(1, rows.count))
        for (index, row) in rows.enumerated() {
            let x = frame.left + width * (Double(index) + 0.5)
            let bar = min(46, width * 0.36)
            for (cost, style, offset) in [(row.2, "bar-before", -bar - 1), (row.1, "bar-right", 1)] {
                drawing.rectangle(
                    style, x: x + offset, y: frame.y(cost), width: bar, height: frame.bottom - frame.y(cost),
                    title: "\(row.0): \(money(cost)) \(simulation.currency)")
            }
            drawing.word(shortened(row.0), x, frame.bottom + 16)
        }
        drawing.line("axis", frame.left, frame.bottom, frame.right, frame.bottom)
        drawing.word("task type", (frame.left + frame.right) / 2, frame.bottom + 38, style: "axis-name")
        drawing.word(
            "cost, \(simulation.currency)", 11, (frame.top + frame.bottom) / 2, style: "axis-name", turned: true)
        page.element("div", ["class": "wide"]) { page in
            page.figure(
                drawing, id: "tasks", title: "Cost by task type",
                description: "Cost of each task type with the baseline and with the policy; the table has the numbers.",
                legend: [
                    ("bar-before", simulation.baseline.name), ("bar-right", simulation.policy.name),
                ])
        }
    }

    /// What is saved, over the share of each task type.
    static func mix(_ simulation: Simulation, in page: inout Markup) {
        let entries = simulation.mixSensitivity.prefix(6)
        let curves: [[Double]] = entries.map { $0.curve.compactMap(\.savings) }
        let values = curves.joined()
        let domain = AxisScale.rounded(min(0, values.min() ?? 0)...max(0, values.max() ?? 1), 5)
        let frame = PlotFrame(x: 0...1, y: domain, left: 50, right: 410, top: 10, bottom: 300)
        var drawing = Drawing(width: 438, height: 350)
        frame.draw(
            in: &drawing, xName: "share of the task type, %", yName: "saved, %", isShare: (true, true))
        drawing.line("axis", frame.left, frame.y(0), frame.right, frame.y(0))
        for (index, entry) in entries.enumerated() {
            drawing.path(
                SimulationStyle.series(index),
                entry.curve.compactMap { point in point.savings.map { (x: frame.x(point.share), y: frame.y($0)) } })
            let now = entry.nearby.first { $0.share == entry.share }
            if let savings = now?.savings {
                drawing.dot(
                    SimulationStyle.mark(index), frame.x(entry.share), frame.y(savings), radius: 4.5,
                    title: "\(entry.taskType) now: \(percent(entry.share)), saved \(percent(savings))")
            }
        }
        page.figure(
            drawing, id: "mix", title: "If the mix were another",
            description: "Saved against the baseline over the share of each task type; dots are the mix as it is.",
            legend: entries.enumerated().map { (SimulationStyle.series($0), $1.taskType) })
    }

    /// What is saved, and the quality, over the share of requests recognised.
    static func accuracy(_ simulation: Simulation, in page: inout Markup) {
        let points = simulation.accuracyCurve
        let qualities = points.compactMap(\.quality)
        let values = points.compactMap(\.savings) + qualities
        let domain = AxisScale.rounded((values.min() ?? 0)...(values.max() ?? 1), 5)
        let frame = PlotFrame(x: 0.5...1, y: domain, left: 50, right: 410, top: 10, bottom: 300)
        var drawing = Drawing(width: 438, height: 350)
        frame.draw(in: &drawing, xName: "requests recognised, %", yName: "%", isShare: (true, true))
        drawing.path(
            SimulationStyle.series(0),
            points.compactMap { point in point.savings.map { (x: frame.x(point.share), y: frame.y($0)) } })
        var legend = [(style: SimulationStyle.series(0), text: "saved against the baseline")]
        if qualities.count == points.count {
            drawing.path(
                SimulationStyle.series(1),
                points.compactMap { point in point.quality.map { (x: frame.x(point.share), y: frame.y($0)) } })
            legend.append((SimulationStyle.series(1), "expected quality"))
        }
        if let accuracy = simulation.accuracy, accuracy >= 0.5 {
            drawing.line("reference", frame.x(accuracy), frame.top, frame.x(accuracy), frame.bottom)
            legend.append(("reference", "as taken here"))
        }
        page.figure(
            drawing, id: "accuracy", title: "If the classifier were better or worse",
            description: "Savings and quality over the share of requests that the classifier recognises.",
            legend: legend)
    }

    private static func shortened(_ text: String) -> String {
        text.count > 18 ? String(text.prefix(17)) + "…" : text
    }
}
