/// Draws a report as plain text of at most 100 columns.
package enum TextRenderer {
    package static let width = 100
    private static let gap = 2
    /// Below this, shortened words and titles say nothing.
    private static let narrowest = 6

    package static func render(_ document: ReportDocument) -> String {
        var lines = [document.title]
        for block in document.blocks {
            switch block {
            case .facts(let facts):
                let widest = facts.map { displayWidth($0.name) }.max() ?? 0
                for fact in facts {
                    let name = padded(fact.name, to: widest, left: true)
                    let value = wrapped(fact.value.printable, width: width - widest - gap)
                    let margin = String(repeating: " ", count: widest + gap)
                    lines.append(name + String(repeating: " ", count: gap) + (value.first ?? ""))
                    lines += value.dropFirst().map { margin + $0 }
                }
            case .heading(let title):
                lines += ["", shortened(title.printable, to: width)]
            case .note(let sentence):
                lines += wrapped(sentence.printable, width: width)
            case .table(let table, let narrow):
                lines += draw(table) ?? narrow.flatMap(draw) ?? drawn(table, widths: naturalWidths(of: table))
            }
        }
        return lines.map(withoutTrailingSpaces).joined(separator: "\n") + "\n"
    }

    /// The lines of a table, or nil if it cannot be made narrow enough.
    private static func draw(_ table: ReportTable) -> [String]? {
        var widths = naturalWidths(of: table)
        let gaps = gap * (table.columns.count - 1)
        let least = table.columns.indices.map { column in
            let cells = table.rows.map { displayWidth($0[column].printable) }
            let needed = table.columns[column].isText ? narrowest : max(narrowest, cells.max() ?? 0)
            return min(widths[column], needed)
        }
        while widths.reduce(gaps, +) > width {
            let shrinkable = widths.indices.filter { widths[$0] > least[$0] }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { return nil }
            widths[widest] -= 1
        }
        return drawn(table, widths: widths)
    }

    private static func naturalWidths(of table: ReportTable) -> [Int] {
        table.columns.indices.map { column in
            table.rows.map { displayWidth($0[column].printable) }
                .reduce(displayWidth(table.columns[column].title.printable), max)
        }
    }

    private static func drawn(_ table: ReportTable, widths: [Int]) -> [String] {
        ([table.columns.map(\.title)] + table.rows).map { cells in
            cells.indices.map {
                let cell = shortened(cells[$0].printable, to: widths[$0])
                return padded(cell, to: widths[$0], left: table.columns[$0].isText)
            }.joined(separator: String(repeating: " ", count: gap))
        }
    }

    private static func padded(_ text: String, to width: Int, left: Bool) -> String {
        let padding = String(repeating: " ", count: max(0, width - displayWidth(text)))
        return left ? text + padding : padding + text
    }

    private static func shortened(_ text: String, to width: Int) -> String {
        guard displayWidth(text) > width else { return text }
        var kept = ""
        var used = 0
        for character in text {
            used += displayWidth(character)
            guard used < width else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// Lines broken at spaces, and inside a word only where it is longer than a line.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var used = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let needed = displayWidth(String(word))
            if used > 0, used + 1 + needed > width {
                lines.append(line)
                (line, used) = ("", 0)
            } else if used > 0 {
                line += " "
                used += 1
            }
            for character in word {
                let step = displayWidth(character)
                if used + step > width {
                    lines.append(line)
                    (line, used) = ("", 0)
                }
                line.append(character)
                used += step
            }
        }
        return lines + [line]
    }

    private static func withoutTrailingSpaces(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
