/// A report before it is drawn: the same content for plain text and Markdown.
package struct ReportDocument {
    package enum Block {
        /// Names and values, one pair a line.
        case facts([(name: String, value: String)])
        /// The title of what follows.
        case heading(String)
        /// A table, and the one to show instead where it is too wide.
        case table(ReportTable, narrow: ReportTable?)
        /// A sentence.
        case note(String)
    }

    package let title: String
    package private(set) var blocks: [Block] = []

    package init(title: String) { self.title = title }

    package mutating func facts(_ facts: [(name: String, value: String)]) { blocks.append(.facts(facts)) }

    package mutating func heading(_ title: String) { blocks.append(.heading(title)) }

    package mutating func note(_ sentence: String) { blocks.append(.note(sentence)) }

    package mutating func table(_ table: ReportTable, narrow: ReportTable? = nil) {
        blocks.append(.table(table, narrow: narrow))
    }
}

/// A table of texts.
package struct ReportTable {
    package struct Column {
        package var title: String
        /// Words are aligned left and may be shortened; figures are aligned right and never are.
        package var isText: Bool

        package static func text(_ title: String) -> Column { Column(title: title, isText: true) }

        package static func figure(_ title: String) -> Column { Column(title: title, isText: false) }
    }

    package var columns: [Column]
    package var rows: [[String]]

    package init(columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }
}

extension ReportHeader {
    /// The lines at the top of a report.
    var facts: [(name: String, value: String)] {
        var facts = [(name: "model", value: "\(model.name) (\(model.revision))")]
        if let reference { facts.append(("reference", "\(reference.name) (\(reference.revision))")) }
        facts.append(("data", data.joined(separator: ", ")))
        return facts
    }
}

/// An interval as "low to high"; "–" for none.
func text(_ interval: Interval?, digits: Int) -> String {
    guard let interval else { return "–" }
    return decimal(interval.low, digits: digits) + " to " + decimal(interval.high, digits: digits)
}

/// A weight or a count: without decimals where it has none.
func weight(_ value: Double) -> String { decimal(value, digits: value == value.rounded() ? 0 : 1) }
