/// A column of dots with whiskers that share an axis, which stands in the column's title.
struct WhiskerColumn {
    private static let width = 200.0
    private static let margin = 12.0
    /// Cells show the middle of a drawing that is higher than they are, so that its lines meet those of the next row.
    private static let height = 160.0
    private static let leastSpan = 0.1
    private let scale: AxisScale
    /// From one tick to the next.
    private let step: Double
    private let quantity: Quantity
    /// A value to compare with, drawn as a line through all rows.
    private let reference: Double?

    /// An axis that holds all `values`, their intervals and the reference.
    init(_ values: [Estimate], reference: Double?, quantity: Quantity, limits: ClosedRange<Double>? = nil) {
        var all = values.flatMap { [$0.value, $0.interval?.low, $0.interval?.high].compactMap { $0 } }
        if let reference { all.append(reference) }
        var low = all.min() ?? 0
        var high = all.max() ?? 1
        // A span of next to nothing would make differences of next to nothing look large.
        let missing = Self.leastSpan - (high - low)
        if missing > 0 { (low, high) = (low - missing / 2, high + missing / 2) }
        let limits = limits ?? -.infinity ... .infinity
        if high > limits.upperBound { (low, high) = (min(low, limits.upperBound - Self.leastSpan), limits.upperBound) }
        if low < limits.lowerBound { (low, high) = (limits.lowerBound, max(high, limits.lowerBound + Self.leastSpan)) }
        step = AxisScale.step(high - low, 4)
        let rounded = AxisScale.rounded(low...high, 4)
        let domain =
            max(
                limits.lowerBound, min(rounded.lowerBound, low))...min(
                limits.upperBound, max(rounded.upperBound, high))
        scale = AxisScale(domain, from: Self.margin, to: Self.width - Self.margin)
        self.reference = reference
        self.quantity = quantity
    }

    /// The axis.
    func drawAxis(in page: inout Markup) {
        var drawing = Drawing(width: Self.width, height: 22)
        var plain = quantity
        plain.isShare = false
        plain.digits = AxisScale.digits(of: step, isShare: quantity.isShare)
        drawing.line("axis", scale.from, 21, scale.to, 21)
        for tick in scale.ticks(every: step) {
            drawing.line("axis", scale(tick), 17, scale(tick), 21)
            let text = plain.text(quantity.isShare ? 100 * tick : tick)
            drawing.word(text, scale(tick), 12)
        }
        drawing.placeSilently(in: &page, style: "whiskers")
    }

    /// One row's dot and whisker.
    func draw(_ estimate: Estimate, in page: inout Markup) {
        var drawing = Drawing(width: Self.width, height: Self.height)
        let middle = Self.height / 2
        for tick in scale.ticks(every: step) { drawing.line("grid", scale(tick), 0, scale(tick), Self.height) }
        if let reference { drawing.line("reference", scale(reference), 0, scale(reference), Self.height) }
        if let interval = estimate.interval {
            drawing.line("whisker", scale(interval.low), middle, scale(interval.high), middle)
            for end in [interval.low, interval.high] {
                drawing.line("whisker", scale(end), middle - 4, scale(end), middle + 4)
            }
        }
        if let value = estimate.value { drawing.dot("dot", scale(value), middle, radius: 4) }
        drawing.placeSilently(in: &page, style: "whiskers", isCropped: true)
    }

    /// The column of a table.
    func column(_ title: String, unit: String = "%") -> HTMLTable.Column {
        .plot(quantity.isShare ? title + ", " + unit : title) { drawAxis(in: &$0) }
    }
}

extension Markup {
    /// A bar whose length is a share.
    mutating func bar(_ share: Double) {
        var drawing = Drawing(width: 120, height: 12)
        drawing.rectangle("bar-right", x: 0, y: 1, width: 120 * min(1, max(0, share)), height: 10)
        drawing.placeSilently(in: &self, style: "share")
    }
}
