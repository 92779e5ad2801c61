internal import JSONCoding

/// Which rows stay where texts occur more than once.
package struct Deduplication: Sendable {
    /// What becomes of rows with the same text and no label that all of them accept.
    package enum Conflicts: String, Sendable, CaseIterable {
        /// None of them stays.
        case drop
        /// The first row of each label stays.
        case keep
        /// The first row with the label that most of them accept stays; none where two labels have as many.
        case majority
    }

    /// Rows that stay, ascending.
    package private(set) var kept: [Int] = []
    /// Rows left out because their folded text is in a row that stays.
    package private(set) var exactCount = 0
    /// Rows left out because they are nearly the same as a row that stays.
    package private(set) var nearCount = 0
    /// Sets of rows with the same text and contradictory labels.
    package private(set) var conflicts: [[Int]] = []
    /// Rows of those sets that do not stay.
    package private(set) var conflictRowsDropped = 0
    /// Rows that stay although nearly the same as another one, since their labels differ.
    package private(set) var nearConflictsKept = 0

    /// Chooses among the rows of `table`.
    ///
    /// Of rows with the same text the first stays that has the label most of them accept. A row that is nearly the same as
    /// an earlier one that stays is left out where their labels agree: near a border between labels a small difference
    /// may be the reason for the other label.
    package init(_ table: RowTable, _ index: DuplicateIndex, conflicts policy: Conflicts) throws(DataCareError) {
        let sets = DuplicateSets(index)
        var isKept = [Bool](repeating: true, count: table.count)
        for rows in sets.copies {
            let stays: [Int]
            if table.agree(rows) {
                let label = table.mostAccepted(rows).label
                stays = [rows.first { table.labels[$0] == label } ?? rows[0]]
                exactCount += rows.count - 1
            } else {
                stays = Self.resolve(rows, table, policy)
                conflicts.append(rows)
                conflictRowsDropped += rows.count - stays.count
            }
            for row in rows { isKept[row] = false }
            for row in stays { isKept[row] = true }
        }
        var comparison = TextComparison(table, threshold: index.threshold)
        for rows in sets.clusters where index.threshold < 1 {
            var stays: [Int] = []
            for row in rows where isKept[row] {
                var isCopy = false
                var differs = false
                // Rows kept from one set of copies have different labels on purpose.
                for other in stays where index.firstCopies[other] != index.firstCopies[row] {
                    guard try comparison.areNearDuplicates(other, row) else { continue }
                    if table.agree([other, row]) { isCopy = true } else { differs = true }
                    if isCopy { break }
                }
                isKept[row] = !isCopy
                if isCopy {
                    nearCount += 1
                } else {
                    stays.append(row)
                    if differs { nearConflictsKept += 1 }
                }
            }
        }
        kept = isKept.indices.filter { isKept[$0] }
    }

    private static func resolve(_ rows: [Int], _ table: RowTable, _ policy: Conflicts) -> [Int] {
        switch policy {
        case .drop: return []
        case .keep:
            var labels: Set<Int32> = []
            return rows.filter { labels.insert(table.labels[$0]).inserted }
        case .majority:
            let (label, isTied) = table.mostAccepted(rows)
            guard !isTied, let row = rows.first(where: { table.labels[$0] == label }) else { return [] }
            return [row]
        }
    }

    /// The report for people.
    package func text(_ table: RowTable, output: String, list: Int) -> String {
        var lines = [
            "rows                 \(table.count)",
            "kept                 \(kept.count), written to \(output)",
            "exact duplicates     \(exactCount) left out",
            "near duplicates      \(nearCount) left out"
                + (nearConflictsKept > 0 ? ", \(nearConflictsKept) kept because their labels differ" : ""),
            "contradictory texts  \(conflicts.count)"
                + (conflicts.isEmpty ? "" : ", \(counted(conflictRowsDropped, "row")) left out"),
        ]
        for rows in conflicts.prefix(list) { lines.append("    " + Self.labelled(rows, table)) }
        if conflicts.count > list { lines.append("    and \(conflicts.count - list) more") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The report for programs.
    package func json(_ table: RowTable, output: String, list: Int) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("rows", table.count)
            json.member("kept", kept.count)
            json.member("exact_duplicates", exactCount)
            json.member("near_duplicates", nearCount)
            json.member("near_conflicts_kept", nearConflictsKept)
            json.member("conflicts", conflicts.count)
            json.member("conflict_rows_dropped", conflictRowsDropped)
            json.key("conflict_examples")
            json.array { json in
                for rows in conflicts.prefix(list) {
                    json.array { json in
                        for row in rows {
                            let place = table.place(row)
                            json.object { json in
                                json.member("file", place.file)
                                json.member("line", place.line)
                                json.member("label", table.labelName(row))
                            }
                        }
                    }
                }
            }
            json.member("output", output)
        }
        json.lineBreak()
        return json.bytes
    }

    private static func labelled(_ rows: [Int], _ table: RowTable) -> String {
        let shown = rows.prefix(4).map { "\(table.location($0)) \(table.labelName($0))" }.joined(separator: ", ")
        return shown + (rows.count > 4 ? " and \(rows.count - 4) more" : "")
    }
}
