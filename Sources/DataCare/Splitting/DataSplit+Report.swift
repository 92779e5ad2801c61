internal import JSONCoding

extension DataSplit {
    /// The report for people; `paths` are where the sides were written.
    package func text(_ table: RowTable, paths: [String]) -> String {
        let order = table.labelNames.indices.sorted { table.labelNames[$0] < table.labelNames[$1] }
        var lines: [String] = []
        for (side, path) in zip(sides.indices, paths) {
            let rows = assignments.count { $0 == side }
            let share = decimal(100 * Double(rows) / Double(max(assignments.count, 1)), places: 1)
            let labels = order.prefix(12).map { "\(table.labelNames[$0]) \(counts[side][$0])" }.joined(separator: ", ")
            let more = order.count > 12 ? " and \(order.count - 12) more labels" : ""
            lines.append("\(sides[side].name)  \(counted(rows, "row")) (\(share) %), \(path): \(labels)\(more)")
        }
        return (lines + notes.map { "note: \($0)" }).joined(separator: "\n") + "\n"
    }

    /// The report for programs.
    package func json(_ table: RowTable, paths: [String]) -> [UInt8] {
        let order = table.labelNames.indices.sorted { table.labelNames[$0] < table.labelNames[$1] }
        var json = JSONWriter()
        json.object { json in
            json.member("rows", assignments.count)
            json.key("sides")
            json.object { json in
                for (side, path) in zip(sides.indices, paths) {
                    json.key(sides[side].name)
                    json.object { json in
                        json.member("output", path)
                        json.member("rows", assignments.count { $0 == side })
                        json.member("share_wanted", sides[side].share)
                        json.key("labels")
                        json.object { json in
                            for label in order { json.member(table.labelNames[label], counts[side][label]) }
                        }
                    }
                }
            }
            json.key("notes")
            json.array { json in for note in notes { json.value(note) } }
        }
        json.lineBreak()
        return json.bytes
    }
}
