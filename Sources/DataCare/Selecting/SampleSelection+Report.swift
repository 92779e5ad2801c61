internal import JSONCoding

extension SampleSelection {
    /// The column that the selection adds to the rows it writes.
    package static let columns = ["reason"]

    /// The report for people, with the first `list` requests.
    package func text(_ table: RowTable, wanted: Int, output: String, list: Int) -> String {
        var lines = ["\(counted(choices.count, "request")) of \(table.count) chosen, written to \(output)"]
        if choices.count < wanted {
            lines.append(
                "note: only \(choices.count) of \(wanted) could be chosen; the others are nearly equal to these or to labelled ones, or empty"
            )
        }
        if coveredCount > 0 {
            lines.append("\(counted(coveredCount, "request")) left out, since rows like them are labelled already")
        }
        for choice in choices.prefix(list) { lines.append("\(table.location(choice.row))  \(choice.reason)") }
        if choices.count > list { lines.append("and \(choices.count - list) more") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The report for programs.
    package func json(_ table: RowTable, output: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("rows", table.count)
            json.member("usable", usableCount)
            json.member("chosen", choices.count)
            json.member("covered", coveredCount)
            json.member("output", output)
            json.key("choices")
            json.array { json in
                for choice in choices {
                    let place = table.place(choice.row)
                    json.object { json in
                        json.member("file", place.file)
                        json.member("line", place.line)
                        json.member("worth", Double(choice.worth))
                        json.member("stands_for", choice.standsFor)
                        json.member("reason", choice.reason)
                    }
                }
            }
        }
        json.lineBreak()
        return json.bytes
    }
}
