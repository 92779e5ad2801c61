extension DataCheck {
    /// The report for people.
    package func text() -> String {
        var lines = ["rows       \(rows)"]
        if badRows.count > 0 { lines[0] += ", and \(counted(badRows.count, "bad row")) passed over" }
        if rowsAgainst > 0 { lines.append("against    \(counted(rowsAgainst, "row"))") }
        lines.append("labels     " + Self.shares(labels, of: rows))
        lines.append(
            "bytes      smallest \(lengths.smallest), median \(lengths.median), 90 % up to \(lengths.p90), 99 % up to \(lengths.p99), largest \(lengths.largest), mean \(decimal(lengths.mean, places: 0))"
        )
        lines.append("scripts    " + Self.shares(scripts, of: rows))
        if !splits.isEmpty { lines.append("split      " + Self.shares(splits, of: rows)) }
        if comparisonsLeftOut > 0 {
            lines.append(
                "note       \(comparisonsLeftOut) comparisons were left out among texts from the same templates; near duplicates among them may be missing"
            )
        }
        lines.append("")
        if findings.isEmpty { lines.append("nothing was found that should be changed") }
        for finding in findings {
            lines.append("\(finding.kind.rawValue): \(finding.message)")
            lines += finding.examples.map { "    \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The first of the counted values with their shares, and how many more there are.
    private static func shares(_ values: [(name: String, rows: Int)], of total: Int) -> String {
        guard !values.isEmpty else { return "none" }
        let shown = values.prefix(12).map { value in
            "\(value.name) \(value.rows) (\(decimal(100 * Double(value.rows) / Double(max(total, 1)), places: 1)) %)"
        }
        return shown.joined(separator: ", ") + (values.count > 12 ? " and \(values.count - 12) more" : "")
    }
}
