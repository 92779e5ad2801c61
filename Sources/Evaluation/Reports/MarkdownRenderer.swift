/// Draws a report as Markdown with tables in GitHub's dialect.
enum MarkdownRenderer {
    static func render(_ document: ReportDocument) -> String {
        var parts = ["# " + escaped(document.title)]
        for block in document.blocks {
            switch block {
            case .facts(let facts):
                parts.append(
                    facts.map { "- \(escaped($0.name)): \(escaped($0.value))" }.joined(separator: "\n"))
            case .heading(let title): parts.append("## " + escaped(title))
            case .note(let sentence): parts.append(escaped(sentence))
            case .table(let table, _): parts.append(drawn(table))
            }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func drawn(_ table: ReportTable) -> String {
        let rules = table.columns.map { $0.isText ? ":--" : "--:" }
        let rows = [table.columns.map { escaped($0.title) }, rules] + table.rows.map { $0.map(escaped) }
        return rows.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    /// The text with everything escaped that Markdown or HTML would take for more than text.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.printable {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\\", "`", "*", "[", "]", "|", "#", "~": result += "\\\(character)"
            // Inside a word, as in macro_f1, an underscore is no markup.
            case "_" where result.last?.isLetter != true: result += "\\_"
            default: result.append(character)
            }
        }
        return result
    }
}
