import JSONCoding

/// The first record of a CSV file: what each column means.
struct CSVHeader {
    enum Column {
        case field(SampleField)
        case extra(String)
    }

    let columns: [Column]

    /// Reads the names of the columns; `offsets` say where each stands in the record.
    init(names: [String], offsets: [Int], requiresLabel: Bool) throws(RecordFault) {
        let names = names.map(\.trimmed)
        var columns: [Column] = []
        var firstColumns: [String: Int] = [:]
        var fieldNames: [SampleField: String] = [:]
        for (index, name) in names.enumerated() {
            // Spreadsheets and data frames write columns without a name.
            let shown = name.isEmpty ? "column \(index + 1)" : name
            if let first = firstColumns.updateValue(index, forKey: shown.lowercased()) {
                throw RecordFault(
                    .badHeader, at: offsets[index],
                    problem:
                        "the header names \(quoted(name)) twice, in columns \(first + 1) and \(index + 1)",
                    remedy: "keep one of them")
            }
            guard let field = SampleField(name: name) else {
                columns.append(.extra(shown))
                continue
            }
            if let earlier = fieldNames.updateValue(name, forKey: field) {
                throw RecordFault(
                    .badHeader, at: offsets[index],
                    problem:
                        "the header names both \(quoted(earlier)) and \(quoted(name)), which mean the same",
                    remedy: "keep one of them")
            }
            columns.append(.field(field))
        }
        if fieldNames[.text] == nil && fieldNames[.messages] == nil {
            throw Self.missing(["text", "prompt", "messages"], meaning: "the request", among: names)
        }
        if requiresLabel && fieldNames[.label] == nil {
            throw Self.missing(["label", "task_type"], meaning: "the label", among: names)
        }
        self.columns = columns
    }

    private static func missing(_ wanted: [String], meaning: String, among names: [String]) -> RecordFault {
        let list =
            wanted.dropLast().map(quoted).joined(separator: ", ") + " or " + quoted(wanted[wanted.count - 1])
        let found = names.prefix(10).map(quoted).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
        let meant = wanted.lazy.compactMap { name in
            NameSuggestion.nearest(to: name, among: names.filter { SampleField(name: $0) == nil })
                .map { (name, $0) }
        }.first
        let remedy =
            if let (name, found) = meant {
                "rename \(quoted(found)) to \(quoted(name))"
            } else {
                "rename the column that holds \(meaning) to \(quoted(wanted[0]))"
            }
        return RecordFault(
            .badHeader, at: 0, problem: "the header names no \(list) column, only \(found)", remedy: remedy)
    }
}
