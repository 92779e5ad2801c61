extension LearningCurveFigures {
    /// Accuracy over training rows, each step to the right twice as many.
    func draw(in page: inout Markup) {
        let steps = points.map { log2($0.share) }
        let first = (steps.first ?? -1) - 0.15
        var values = points.flatMap { [$0.accuracy.value, $0.accuracy.interval?.low, $0.accuracy.interval?.high] }
        values += [doubling.accuracy.value, doubling.accuracy.interval?.low, doubling.accuracy.interval?.high]
        let known = values.compactMap { $0 }
        let (low, high) = (known.min() ?? 0, known.max() ?? 1)
        let rounded = AxisScale.rounded(max(0, low - 0.005)...min(1, high + 0.005), 5)
        let frame = PlotFrame(
            x: first...1.15, y: max(0, rounded.lowerBound)...min(1, rounded.upperBound), left: 50, right: 560, top: 10,
            bottom: 270)
        var drawing = Drawing(width: 570, height: 320)
        frame.draw(in: &drawing, xName: nil, yName: "accuracy, %", isShare: (false, true))
        for (step, rows) in zip(steps + [1], points.map(\.rows) + [doubling.rows]) {
            drawing.word(grouped(decimal(rows, digits: 0)), frame.x(step), frame.bottom + 15)
        }
        drawing.word(
            "training rows, twice as many at each step", (frame.left + frame.right) / 2, frame.bottom + 34,
            style: "axis-name")
        drawForecast(in: &drawing, frame, steps)
        drawing.path("curve", zip(steps, points).map { (x: frame.x($0), y: frame.y($1.accuracy.value ?? 0)) })
        for (step, point) in zip(steps, points) {
            let x = frame.x(step)
            if let interval = point.accuracy.interval {
                drawing.line("whisker", x, frame.y(interval.low), x, frame.y(interval.high))
            }
            drawing.dot(
                "dot", x, frame.y(point.accuracy.value ?? 0), radius: 3.5,
                title: "\(decimal(point.rows, digits: 0)) rows: accuracy \(Quantity.share.text(point.accuracy.value)), "
                    + "95 % interval \(Quantity.share.text(point.accuracy.interval))")
        }
        page.figure(
            drawing, id: "learning-curve-plot", title: "Accuracy by number of training rows",
            description:
                "Accuracy of models trained on \(points.count) parts of the training rows, and a forecast for twice "
                + "as many; the table below has the numbers.",
            legend: [
                ("dot", "accuracy, with 95 % interval"), ("reference", "power law fitted to the larger parts"),
                ("band", "95 % interval of the forecast"),
            ])
    }

    /// The fitted power, from the smallest part that it was fitted to up to twice the rows.
    private func drawForecast(in drawing: inout Drawing, _ frame: PlotFrame, _ steps: [Double]) {
        var line = zip(steps, points).compactMap { step, point in
            point.fitted.map { (x: frame.x(step), y: frame.y($0)) }
        }
        line.append((x: frame.x(1), y: frame.y(doubling.accuracy.value ?? 0)))
        if let interval = doubling.accuracy.interval, let now = points.last?.accuracy.interval {
            drawing.path(
                "band",
                [
                    (x: frame.x(0), y: frame.y(now.low)), (x: frame.x(0), y: frame.y(now.high)),
                    (x: frame.x(1), y: frame.y(interval.high)), (x: frame.x(1), y: frame.y(interval.low)),
                ], isClosed: true)
        }
        drawing.path("reference", line)
        drawing.dot(
            "forecast", frame.x(1), frame.y(doubling.accuracy.value ?? 0), radius: 3.5,
            title:
                "\(decimal(doubling.rows, digits: 0)) rows: a forecast of \(Quantity.share.text(doubling.accuracy.value))"
        )
    }

    private func log2(_ value: Double) -> Double { naturalLog(value) / naturalLog(2) }
}
