internal import JSONCoding

extension LabelAudit {
    /// Columns that the audit adds to the rows it writes.
    package static let columns = [
        "suggested_label", "label_probability", "suggested_probability", "audit_score", "audit_reason",
    ]

    /// What a row has in those columns.
    package static func cells(_ doubt: Doubt) -> [String] {
        [
            doubt.suggestion, decimal(doubt.labelProbability, places: 4),
            decimal(doubt.suggestedProbability, places: 4),
            decimal(doubt.score, places: 4), doubt.reason,
        ]
    }

    /// The report for people, with the first `list` rows.
    package func text(_ table: RowTable, list: Int) -> String {
        let share = decimal(100 * Double(issueCount) / Double(max(judgedCount, 1)), places: 1)
        var lines = ["\(counted(judgedCount, "row")) judged, \(issueCount) (\(share) %) probably mislabelled"]
        lines += notes.map { "note: \($0)" }
        for doubt in doubts.prefix(list) {
            lines.append(
                "\(table.location(doubt.row))  \(doubt.label) \(decimal(doubt.labelProbability)) → \(doubt.suggestion) \(decimal(doubt.suggestedProbability))  \(doubt.reason)"
                    .withoutControls)
        }
        if doubts.count > list { lines.append("and \(doubts.count - list) more (--list, --output)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The report for programs, with all rows.
    package func json(_ table: RowTable) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("rows", judgedCount)
            json.member("issues", issueCount)
            json.key("confident_joint")
            json.object { json in
                json.key("labels")
                json.array { json in for label in labels { json.value(label) } }
                json.key("matrix")
                json.array { json in
                    for row in joint { json.array { json in for count in row { json.value(count) } } }
                }
            }
            json.key("doubts")
            json.array { json in for doubt in doubts { Self.write(doubt, table, to: &json) } }
            json.key("notes")
            json.array { json in for note in notes { json.value(note) } }
        }
        json.lineBreak()
        return json.bytes
    }

    private static func write(_ doubt: Doubt, _ table: RowTable, to json: inout JSONWriter) {
        let place = table.place(doubt.row)
        json.object { json in
            json.member("row", doubt.row)
            json.member("file", place.file)
            json.member("line", place.line)
            json.member("label", doubt.label)
            json.member("suggested_label", doubt.suggestion)
            json.member("label_probability", doubt.labelProbability)
            json.member("suggested_probability", doubt.suggestedProbability)
            json.member("score", doubt.score)
            json.key("features")
            json.array { json in
                for feature in doubt.features {
                    json.object { json in
                        json.member("feature", feature.name)
                        json.member("weight", Double(feature.weight))
                    }
                }
            }
        }
    }
}

extension String {
    /// The text on one line, control characters as spaces.
    var withoutControls: String {
        String(unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }
}
