/// A rectangle with two axes, their ticks, grid and names.
package struct PlotFrame {
    package let x: AxisScale
    package let y: AxisScale
    package let bottom: Double
    package let left: Double
    package let right: Double
    package let top: Double

    package init(
        x: ClosedRange<Double>, y: ClosedRange<Double>, left: Double, right: Double, top: Double, bottom: Double
    ) {
        self.x = AxisScale(x, from: left, to: right)
        self.y = AxisScale(y, from: bottom, to: top)
        (self.left, self.right, self.top, self.bottom) = (left, right, top, bottom)
    }

    /// Draws the axes; a name may be left out where another drawing shares the axis.
    package func draw(
        in drawing: inout Drawing, xName: String?, yName: String, yTicks: Int = 5, isShare: (x: Bool, y: Bool)
    ) {
        for tick in y.ticks(yTicks) {
            drawing.line("grid", left, y(tick), right, y(tick))
            drawing.word(label(tick, y, yTicks, isShare.y), left - 6, y(tick) + 3.5, anchor: "end")
        }
        for tick in x.ticks(5) {
            drawing.line("grid", x(tick), top, x(tick), bottom)
            if xName != nil { drawing.word(label(tick, x, 5, isShare.x), x(tick), bottom + 15) }
        }
        drawing.line("axis", left, bottom, right, bottom)
        drawing.line("axis", left, top, left, bottom)
        if let xName { drawing.word(xName, (left + right) / 2, bottom + 34, style: "axis-name") }
        drawing.word(yName, 11, (top + bottom) / 2, style: "axis-name", turned: true)
    }

    private func label(_ value: Double, _ scale: AxisScale, _ count: Int, _ isShare: Bool) -> String {
        let step = AxisScale.step(scale.domain.upperBound - scale.domain.lowerBound, count)
        let quantity = Quantity(digits: AxisScale.digits(of: step, isShare: isShare), isShare: false)
        return isShare ? quantity.text(100 * value) : grouped(quantity.text(value))
    }
}

extension Markup {
    /// A figure with a legend below it.
    package mutating func figure(
        _ drawing: Drawing, id: String, title: String, description: String,
        legend: [(style: String, text: String)]
    ) {
        newline()
        element("figure", ["id": id]) { page in
            page.element("h3", title)
            drawing.place(in: &page, id: id, title: title, description: description)
            page.element("figcaption") { page in
                page.element("ul", ["class": "legend"]) { page in
                    for entry in legend {
                        page.element("li") { page in
                            page.swatch(entry.style)
                            page.text(entry.text)
                        }
                    }
                }
            }
        }
    }

    /// A small sign in a legend: the first word of the style says its form.
    private mutating func swatch(_ style: String) {
        var drawing = Drawing(width: 22, height: 12)
        switch style {
        case "dot":
            drawing.line("whisker", 11, 1, 11, 11)
            drawing.dot("dot", 11, 6, radius: 3.5)
        case _ where style.hasPrefix("mark "): drawing.dot(style, 11, 6, radius: 5)
        case _ where style.hasPrefix("bar-") || style == "band":
            drawing.rectangle(style, x: 3, y: 1, width: 16, height: 10)
        default: drawing.line(style, 1, 6, 21, 6)
        }
        drawing.placeSilently(in: &self, style: "swatch")
    }
}
