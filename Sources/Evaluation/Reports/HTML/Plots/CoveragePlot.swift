extension CoverageCurve {
    /// The error rate of the most confident rows, over their share.
    func draw(in page: inout Markup) {
        let worst = points.map { 1 - $0.interval.low }.max() ?? 1
        let ceiling = min(1, max(0.01, AxisScale.rounded(0...worst, 5).upperBound))
        var drawing = Drawing(width: 420, height: 430)
        let frame = PlotFrame(x: 0...1, y: 0...ceiling, left: 50, right: 410, top: 10, bottom: 390)
        frame.draw(
            in: &drawing, xName: "rows answered, the most confident first, %", yName: "of these wrong, %",
            isShare: (true, true))
        // Points that confidences tie together stand at the share that they cover, once.
        var shown: [Point] = []
        for point in points where shown.last?.covered != point.covered { shown.append(point) }
        let upper = shown.map { (x: frame.x($0.covered), y: frame.y(1 - $0.interval.low)) }
        let lower = shown.map { (x: frame.x($0.covered), y: frame.y(1 - $0.interval.high)) }
        if shown.count > 1 {
            drawing.path("band", upper + lower.reversed(), isClosed: true)
        } else if let up = upper.first, let low = lower.first {
            drawing.line("whisker", up.x, up.y, low.x, low.y)
        }
        if let all = shown.last {
            drawing.line("reference", frame.left, frame.y(1 - all.accuracy), frame.right, frame.y(1 - all.accuracy))
        }
        drawing.path("curve", shown.map { (x: frame.x($0.covered), y: frame.y(1 - $0.accuracy)) })
        for point in shown {
            drawing.dot(
                "dot", frame.x(point.covered), frame.y(1 - point.accuracy), radius: 2.5,
                title: "\(Quantity.share.text(point.covered)) answered, confidence at least "
                    + "\(Quantity.share.text(point.threshold)): \(Quantity.share.text(1 - point.accuracy)) wrong")
        }
        page.figure(
            drawing, id: "risk-coverage", title: "What does abstaining buy?",
            description: "Error rate of the most confident rows against their share; the table below has the numbers.",
            legend: [
                ("curve", "error rate"), ("band", "95 % interval"), ("reference", "error rate of all rows"),
            ])
    }

    /// The same as a table.
    func addTable(to page: inout Markup) {
        HTMLTable(
            caption: "Accuracy of the most confident rows",
            columns: [
                .figures("answered"), .figures("confidence from"), .figures("accuracy"), .figures("95 % interval"),
            ],
            rows: points.map { point in
                [
                    .value(point.covered, .share), .value(point.threshold, .share), .value(point.accuracy, .share),
                    .text(Quantity.share.text(point.interval)),
                ]
            }, hasRowHeadings: false
        ).draw(in: &page)
    }
}
