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

    /// What separates the fields of a header that has no comma, where its parts by that are names that count; as
    /// spreadsheets write it in countries in which the comma stands in numbers.
    private static func otherSeparator(in names: [String]) -> String? {
        guard names.count == 1, let whole = names.first else { return nil }
        let separators: [(Character, String)] = [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
        return separators.first { separator, _ in
            let parts = whole.split(separator: separator, omittingEmptySubsequences: false)
            return parts.count > 1
                && parts.contains { SampleField(name: String($0.filter { $0 != "\"" && !$0.isWhitespace })) != nil }
        }?.1
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
            if let separator = Self.otherSeparator(in: names) {
                "the fields seem to be separated by \(separator): save the table with commas"
            } else if let (name, found) = meant {
                "rename \(quoted(found)) to \(quoted(name))"
            } else {
                "rename the column that holds \(meaning) to \(quoted(wanted[0]))"
            }
        return RecordFault(
            .badHeader, at: 0, problem: "the header names no \(list) column, only \(found)", remedy: remedy)
    }
}
