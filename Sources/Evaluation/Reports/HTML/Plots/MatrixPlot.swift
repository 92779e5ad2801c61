extension ConfusionMatrix {
    /// The most labels for which every cell is a number.
    private static let widest = 24
    /// The most labels for which names stand across.
    private static let widestAcross = 6
    /// The most cells that are listed.
    private static let listed = 20

    /// Draws the matrix with shading by the share of a row's weight, and below it the largest cells off the diagonal.
    func draw(in page: inout Markup, id: String, title: String, rows: String, columns: String) {
        if labels.count <= Self.widest {
            drawTable(in: &page, title: title, rows: rows, columns: columns)
        } else {
            drawMap(in: &page, id: id, title: title, rows: rows, columns: columns)
        }
        page.shadingLegend(isMap: labels.count > Self.widest)
        if labels.count > 3 { drawLargest(in: &page, title: title, rows: rows, columns: columns) }
    }

    private func sum(ofRow row: Int) -> Double { labels.indices.reduce(0) { $0 + self[row, $1] } }

    private func style(_ row: Int, _ column: Int, _ sum: Double) -> String {
        guard self[row, column] > 0, sum > 0 else { return "cell none" }
        let level = min(9, Int((self[row, column] / sum * 10).rounded(.down)))
        return "cell \(row == column ? "hit" : "miss") h\(level)"
    }

    private func drawTable(in page: inout Markup, title: String, rows: String, columns: String) {
        let isUpright = labels.count > Self.widestAcross
        page.scrolling(title) { page in
            page.element("table", ["class": isUpright ? "matrix upright" : "matrix"]) { page in
                page.element("caption", ["class": "hidden"], "\(title): rows are \(rows), columns are \(columns)")
                page.element("thead") { page in
                    page.element("tr") { page in
                        page.element("td", ["class": "corner"]) { page in
                            page.element("span", "↓ " + rows)
                            page.element("span", columns + " →")
                        }
                        for label in labels {
                            page.element("th", ["scope": "col"]) { page in
                                page.element("span") { $0.name(label) }
                            }
                        }
                        page.element("th", ["scope": "col", "class": "sum"]) { $0.element("span", "all") }
                    }
                }
                page.element("tbody") { page in
                    for row in labels.indices {
                        let sum = sum(ofRow: row)
                        page.newline()
                        page.element("tr") { page in
                            page.element("th", ["scope": "row"]) { $0.name(labels[row]) }
                            for column in labels.indices {
                                page.element("td", ["class": style(row, column, sum)]) { page in
                                    page.count(self[row, column])
                                    guard !isUpright, sum > 0 else { return }
                                    page.element(
                                        "span", ["class": "ci"],
                                        Quantity(digits: 0, isShare: true).text(self[row, column] / sum))
                                }
                            }
                            page.element("td", ["class": "sum"]) { $0.count(sum) }
                        }
                    }
                }
            }
        }
    }

    /// Too many labels for numbers: a map of the cells with weight.
    private func drawMap(in page: inout Markup, id: String, title: String, rows: String, columns: String) {
        let names = labels.map(Markup.shortened)
        let side = 600.0 / Double(labels.count)
        var drawing = Drawing(width: 640, height: 640)
        drawing.rectangle("frame", x: 30, y: 30, width: 600, height: 600)
        for row in labels.indices {
            let sum = sum(ofRow: row)
            for column in labels.indices where self[row, column] > 0 {
                drawing.rectangle(
                    style(row, column, sum), x: 30 + Double(column) * side, y: 30 + Double(row) * side, width: side,
                    height: side,
                    title: "\(names[row]) → \(names[column]): \(weight(self[row, column])) of \(weight(sum))")
            }
        }
        drawing.word(columns + " →", 330, 20, style: "axis-name")
        drawing.word("← " + rows, 18, 330, style: "axis-name", turned: true)
        page.element("figure", ["class": "map"]) { page in
            drawing.place(
                in: &page, id: id, title: title,
                description: "\(labels.count) by \(labels.count) cells: rows are \(rows), columns are \(columns), "
                    + "both in the order of the table of labels.")
        }
    }

    private func drawLargest(in page: inout Markup, title: String, rows: String, columns: String) {
        let beside = cells.indices.filter { $0 / labels.count != $0 % labels.count && cells[$0] > 0 }
        let ranked = beside.sorted { (cells[$1], $0) < (cells[$0], $1) }
        guard !ranked.isEmpty else { return }
        page.element("h3", "Largest cells beside the diagonal")
        HTMLTable(
            caption: title + ", largest cells beside the diagonal",
            columns: [.words(rows), .words(columns), .figures("rows"), .figures("of that row")],
            rows: ranked.prefix(labels.count <= Self.widest ? 8 : Self.listed).map { cell in
                let row = cell / labels.count
                return [
                    .name(labels[row]), .name(labels[cell % labels.count]), .count(cells[cell]),
                    .value(cells[cell] / sum(ofRow: row), .share),
                ]
            }, hasRowHeadings: false
        ).draw(in: &page)
    }
}

extension Markup {
    /// What the shades of a matrix mean.
    fileprivate mutating func shadingLegend(isMap: Bool) {
        element("p", ["class": isMap ? "legend shades map" : "legend shades"]) { page in
            page.text("Shade: share of the row's weight, ")
            page.element("span", ["class": "ramp"]) { page in
                page.text("0 % ")
                for level in 0..<10 { page.element("span", ["class": "cell hit h\(level)"], " ") }
                page.text(" 100 % agreeing")
            }
            page.text(" ")
            page.element("span", ["class": "ramp"]) { page in
                page.text("0 % ")
                for level in 0..<10 { page.element("span", ["class": "cell miss h\(level)"], " ") }
                page.text(" 100 % differing")
            }
        }
    }
}
