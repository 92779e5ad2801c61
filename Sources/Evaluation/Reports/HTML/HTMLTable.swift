/// A table whose cells are drawn one by one.
package struct HTMLTable {
    /// A column's title and alignment.
    package struct Column {
        package var title: String
        package var kind: Kind
        /// Draws the title where it is more than words, such as an axis.
        package var drawing: ((inout Markup) -> Void)?

        package enum Kind: String {
            case words
            case figures
            case plot
        }

        package static func words(_ title: String) -> Column { Column(title: title, kind: .words) }

        package static func figures(_ title: String) -> Column { Column(title: title, kind: .figures) }

        package static func plot(_ title: String, _ drawing: @escaping (inout Markup) -> Void) -> Column {
            Column(title: title, kind: .plot, drawing: drawing)
        }
    }

    package enum Cell {
        /// Words of the program.
        case text(String)
        /// A name from data.
        case name(String)
        /// A number.
        case value(Double?, Quantity)
        /// A number with its interval.
        case estimate(Double?, Interval?, Quantity)
        /// A number of rows, or their weight.
        case count(Double)
        /// Anything else.
        case drawing((inout Markup) -> Void)
    }

    /// What the table shows, for those who cannot see the heading above it.
    package var caption: String
    package var columns: [Column]
    package var rows: [[Cell]] = []
    /// Whether the first cell of a row is its heading.
    package var hasRowHeadings = true

    /// A table; further rows may be added.
    package init(caption: String, columns: [Column], rows: [[Cell]] = [], hasRowHeadings: Bool = true) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.hasRowHeadings = hasRowHeadings
    }

    package func draw(in markup: inout Markup) {
        markup.scrolling(caption, isShort: rows.count <= 14) { markup in
            markup.element("table") { markup in
                markup.element("caption", ["class": "hidden"], caption)
                markup.element("thead") { markup in
                    markup.element("tr") { markup in
                        for column in columns {
                            markup.element("th", ["scope": "col", "class": column.kind.rawValue]) { markup in
                                markup.text(column.title)
                                column.drawing?(&markup)
                            }
                        }
                    }
                }
                markup.element("tbody") { markup in
                    for row in rows { draw(row, in: &markup) }
                }
            }
        }
    }

    private func draw(_ row: [Cell], in markup: inout Markup) {
        markup.newline()
        markup.element("tr") { markup in
            for (index, cell) in row.enumerated() {
                let kind = columns[index].kind.rawValue
                if index == 0, hasRowHeadings {
                    markup.element("th", ["scope": "row", "class": kind]) { Self.draw(cell, in: &$0) }
                } else {
                    markup.element("td", ["class": kind]) { Self.draw(cell, in: &$0) }
                }
            }
        }
    }

    private static func draw(_ cell: Cell, in markup: inout Markup) {
        switch cell {
        case .text(let text): markup.text(text)
        case .name(let name): markup.name(name)
        case .value(let value, let quantity): markup.quantity(value, quantity)
        case .estimate(let value, let interval, let quantity): markup.estimate(value, interval, quantity)
        case .count(let count): markup.count(count)
        case .drawing(let draw): draw(&markup)
        }
    }
}

extension Markup {
    /// A region that scrolls sideways on its own where it is too wide for the screen.
    ///
    /// In print, a short one stays on one page.
    package mutating func scrolling(_ label: String, isShort: Bool = true, _ content: (inout Markup) -> Void) {
        element(
            "div",
            ["class": isShort ? "scroll short" : "scroll", "role": "region", "aria-label": label, "tabindex": "0"],
            content)
    }

    /// A section with a heading.
    package mutating func section(_ id: String, _ title: String, _ content: (inout Markup) -> Void) {
        newline()
        element("section", ["id": id, "aria-labelledby": id + "-title"]) { markup in
            markup.element("h2", ["id": id + "-title"], title)
            content(&markup)
        }
    }

    /// A paragraph that says how to read what follows.
    package mutating func note(_ text: String) { element("p", ["class": "note"], text) }
}
