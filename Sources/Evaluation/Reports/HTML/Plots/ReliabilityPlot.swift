extension ReliabilityDiagram {
    /// Accuracy over confidence, and below it how many rows have which confidence.
    func draw(in page: inout Markup) {
        var drawing = Drawing(width: 420, height: 430)
        let upper = PlotFrame(x: 0...1, y: 0...1, left: 50, right: 410, top: 10, bottom: 290)
        upper.draw(in: &drawing, xName: nil, yName: "accuracy, %", isShare: (true, true))
        drawing.line("reference", upper.x(0), upper.y(0), upper.x(1), upper.y(1))
        for bin in bins {
            let x = upper.x(bin.confidence)
            if let interval = bin.accuracy.interval {
                drawing.line("whisker", x, upper.y(interval.low), x, upper.y(interval.high))
            }
            drawing.dot(
                "dot", x, upper.y(bin.accuracy.value ?? 0), radius: 3.5,
                title: "confidence \(Quantity.share.text(bin.confidence)), accuracy "
                    + "\(Quantity.share.text(bin.accuracy.value)), \(weight(bin.weight)) rows")
        }
        let most = counts.map { $0.right + $0.wrong }.max() ?? 1
        let lower = PlotFrame(
            x: 0...1, y: 0...AxisScale.rounded(0...most, 3).upperBound, left: 50, right: 410, top: 312, bottom: 390)
        lower.draw(
            in: &drawing, xName: "confidence, %", yName: "rows", yTicks: 3, isShare: (true, false))
        for (step, count) in counts.enumerated() where count.right + count.wrong > 0 {
            let left = lower.x(Double(step) / Double(counts.count)) + 1
            let width = lower.x(Double(step + 1) / Double(counts.count)) - left - 1
            let middle = lower.y(count.right)
            let top = lower.y(count.right + count.wrong)
            drawing.rectangle("bar-right", x: left, y: middle, width: width, height: lower.bottom - middle)
            drawing.rectangle("bar-wrong", x: left, y: top, width: width, height: middle - top)
        }
        page.figure(
            drawing, id: "reliability", title: "Can the confidence be believed?",
            description:
                "Accuracy against confidence in \(bins.count) groups of rows; the table below has the numbers.",
            legend: [
                ("dot", "rows of similar confidence, with 95 % interval"), ("reference", "confidence = accuracy"),
                ("bar-right", "right"), ("bar-wrong", "wrong"),
            ])
    }

    /// The same as a table.
    func addTable(to page: inout Markup) {
        HTMLTable(
            caption: "Accuracy by confidence",
            columns: [.figures("confidence"), .figures("accuracy"), .figures("95 % interval"), .figures("rows")],
            rows: bins.map { bin in
                [
                    .value(bin.confidence, .share), .value(bin.accuracy.value, .share),
                    .text(Quantity.share.text(bin.accuracy.interval)), .count(bin.weight),
                ]
            }, hasRowHeadings: false
        ).draw(in: &page)
    }
}
