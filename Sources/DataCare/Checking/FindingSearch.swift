internal import FeatureExtraction
internal import Samples

/// Looks through a table for what is wrong with it, one kind of finding after another.
struct FindingSearch {
    let table: RowTable
    let index: DuplicateIndex
    /// Rows of the data, those they are compared with left out.
    let data: [Int]
    let options: DataCheck.Options
    private(set) var findings: [Finding] = []

    private let sets: DuplicateSets
    private var comparison: TextComparison

    init(table: RowTable, index: DuplicateIndex, data: [Int], options: DataCheck.Options) {
        self.table = table
        self.index = index
        self.data = data
        self.options = options
        sets = DuplicateSets(index)
        comparison = TextComparison(table, threshold: options.threshold)
    }

    private mutating func add(_ kind: Finding.Kind, _ count: Int, _ examples: [String] = [], _ message: String) {
        guard count > 0 else { return }
        findings.append(Finding(kind: kind, count: count, message: message, examples: examples))
    }

    mutating func addBadRows(_ badRows: RowTableReader.BadRows) {
        add(
            .badRows, badRows.count, badRows.listed.prefix(options.examples).map(\.description),
            "\(counted(badRows.count, "row")) cannot be read; correct them, or leave them out with --skip-bad-rows")
    }

    mutating func addDuplicates() throws(DataCareError) {
        let exact = sets.copies.map { $0.filter(isData) }.filter { $0.count > 1 }
        let rows = exact.reduce(0) { $0 + $1.count - 1 }
        add(
            .duplicates, rows, exact.prefix(options.examples).map { "\(place($0[0])) = \(places($0.dropFirst()))" },
            "\(counted(rows, "row")) \(rows == 1 ? "repeats" : "repeat") the text of an earlier row; `tasktype data dedupe` removes them"
        )
        // A set of copies counts as one text here.
        let near = sets.clusters.map { $0.filter { isData($0) && isFirstInData($0) } }.filter { $0.count > 1 }
        let nearRows = near.reduce(0) { $0 + $1.count - 1 }
        var examples: [String] = []
        for cluster in near.prefix(options.examples) {
            let similarity = try comparison.similarity(cluster[0], cluster[1])
            examples.append("\(place(cluster[0])) ~ \(places(cluster.dropFirst())), Jaccard \(decimal(similarity))")
        }
        add(
            .nearDuplicates, nearRows, examples,
            "\(counted(nearRows, "row")) \(nearRows == 1 ? "is" : "are") nearly the same as another row (Jaccard \(decimal(options.threshold)) or more); `tasktype data dedupe` removes them, `tasktype data split` keeps them together"
        )
    }

    mutating func addConflicts() {
        let exact = sets.copies.map { $0.filter(isData) }.filter { !table.agree($0) }
        let rows = exact.reduce(0) { $0 + $1.count }
        let everywhere =
            rows > 0 && 2 * rows >= data.count
            ? "; that is most of the data, so check how the labels were joined to it" : ""
        add(
            .conflicts, rows, exact.prefix(options.examples).map(labelled),
            "\(counted(exact.count, "text")) \(exact.count == 1 ? "has" : "have") rows with contradictory labels (\(counted(rows, "row")) in all); decide which is right, or give the other as alt_label\(everywhere)"
        )
        let contradictory = Set(exact.joined())
        let near = sets.clusters.map { $0.filter { isData($0) && !contradictory.contains($0) } }
            .filter { $0.count > 1 && !table.agree($0) }
        let nearRows = near.reduce(0) { $0 + $1.count }
        add(
            .nearConflicts, nearRows, near.prefix(options.examples).map(labelled),
            "\(counted(near.count, "cluster")) of nearly the same texts (\(counted(nearRows, "row"))) \(near.count == 1 ? "has" : "have") different labels; look whether the small difference is the reason"
        )
    }

    mutating func addLeaks() throws(DataCareError) {
        var rows: Set<Int> = []
        var messages: [String] = []
        var examples: [String] = []
        for division in divisions {
            // A row leaks where it, or nearly it, is also on a side with more rows.
            let (exact, near, pairs) = leaks(division.sides, sizes: division.sizes)
            guard exact + near > 0 else { continue }
            rows.formUnion(pairs.map(\.row))
            messages.append(
                "\(counted(exact, "row")) \(exact == 1 ? "has" : "have") the same text as a row on another side of \(division.name), \(near) more nearly the same"
            )
            for pair in pairs.prefix(max(0, options.examples - examples.count)) {
                let similarity = try comparison.similarity(pair.row, pair.other)
                examples.append(
                    "\(place(pair.row)) (\(division.names[division.sides[pair.row]])) ~ \(place(pair.other)) (\(division.names[division.sides[pair.other]])), Jaccard \(decimal(similarity))"
                )
            }
        }
        add(
            .leaks, rows.count, examples,
            messages.joined(separator: "; ")
                + "; what is measured there is too good: divide again with `tasktype data split`")
    }

    /// A division of the rows: the side of each, −1 for none.
    private struct Division {
        var name: String
        var names: [String]
        var sides: [Int]
        var sizes: [Int]
    }

    private var divisions: [Division] {
        var divisions: [Division] = []
        if table.splitNames.count > 1 {
            let sides = table.splits.indices.map { isData($0) ? Int(table.splits[$0]) : -1 }
            divisions.append(Division(name: "the column `split`", names: table.splitNames, sides: sides, sizes: []))
        }
        if table.count > data.count {
            let sides = table.sides.map { $0 == .data ? 0 : 1 }
            divisions.append(Division(name: "--against", names: ["data", "against"], sides: sides, sizes: []))
        }
        for index in divisions.indices {
            var sizes = [Int](repeating: 0, count: divisions[index].names.count)
            for side in divisions[index].sides where side >= 0 { sizes[side] += 1 }
            // What is named in --against is what a model is judged on, however large it is.
            if divisions[index].name == "--against" { sizes = [1, 0] }
            divisions[index].sizes = sizes
        }
        return divisions
    }

    private func leaks(
        _ sides: [Int], sizes: [Int]
    ) -> (exact: Int, near: Int, pairs: [(row: Int, other: Int)]) {
        var pairs: [(row: Int, other: Int)] = []
        func isLarger(_ side: Int, _ other: Int) -> Bool { (sizes[side], other) > (sizes[other], side) }
        func leaking(_ rows: [Int], _ found: inout Set<Int>) -> Int {
            let rows = rows.filter { sides[$0] >= 0 }
            guard let first = rows.first, rows.contains(where: { sides[$0] != sides[first] }) else { return 0 }
            guard let source = rows.min(by: { isLarger(sides[$0], sides[$1]) }) else { return 0 }
            let leaking = rows.filter { sides[$0] != sides[source] && !found.contains($0) }
            for row in leaking {
                found.insert(row)
                pairs.append((row, source))
            }
            return leaking.count
        }
        var found: Set<Int> = []
        let exact = sets.copies.reduce(0) { $0 + leaking($1, &found) }
        let near = sets.clusters.reduce(0) { $0 + leaking($1, &found) }
        return (exact, near, pairs)
    }

    mutating func addStraddlingGroups() {
        for division in divisions {
            var sideOfGroup: [UInt64: (side: Int, row: Int)] = [:]
            var straddling: Set<UInt64> = []
            var examples: [String] = []
            for row in division.sides.indices where division.sides[row] >= 0 && table.groups[row] != 0 {
                let group = table.groups[row]
                guard let known = sideOfGroup[group] else {
                    sideOfGroup[group] = (division.sides[row], row)
                    continue
                }
                if known.side != division.sides[row], straddling.insert(group).inserted,
                    examples.count < options.examples
                {
                    examples.append("\(place(known.row)) and \(place(row))")
                }
            }
            add(
                .straddlingGroups, straddling.count, examples,
                "\(counted(straddling.count, "group")) \(straddling.count == 1 ? "has" : "have") rows on more than one side of \(division.name); divide again with `tasktype data split`, which keeps groups together"
            )
        }
    }

    mutating func addUnlearnable(_ labels: [(name: String, rows: Int)]) {
        let empty = data.filter { !table.hasTokens[$0] }
        add(
            .noFeatures, empty.count, empty.prefix(options.examples).map(place),
            "\(counted(empty.count, "row")) \(empty.count == 1 ? "has" : "have") nothing to learn from (no letter, digit or symbol); remove them"
        )
        let rare = labels.filter { $0.rows < options.minimumRows }
        add(
            .rareLabels, rare.count, rare.prefix(options.examples).map { "\($0.name): \(counted($0.rows, "row"))" },
            "\(counted(rare.count, "label")) \(rare.count == 1 ? "has" : "have") fewer than \(options.minimumRows) rows; collect more, or leave the label out"
        )
        if let most = labels.first, labels.count > 1 {
            let share = Double(most.rows) / Double(max(data.count, 1))
            if share >= options.dominantShare {
                add(
                    .dominantLabel, most.rows, [],
                    "the label \(most.name) has \(decimal(100 * share, places: 2)) % of the rows, so that answering it always is hard to beat; collect rows of the other labels"
                )
            }
        }
        guard !data.isEmpty else {
            return add(.unlearnable, 1, [], "there are no rows; check that the files have rows below their header")
        }
        if labels.count == 1 {
            add(
                .unlearnable, data.count, [],
                "all rows have the label \(labels[0].name); a classifier needs at least two labels")
        } else if data.allSatisfy({ Int(index.firstCopies[$0]) == data[0] }) {
            add(.unlearnable, data.count, [], "all texts are equal; check which column holds the request")
        }
    }

    mutating func addFutureTimestamps() {
        let future = data.filter { table.times[$0] > options.now }
        add(
            .futureTimestamps, future.count, future.prefix(options.examples).map(place),
            "\(counted(future.count, "timestamp")) \(future.count == 1 ? "lies" : "lie") in the future; check the clock or the time zone that wrote them"
        )
    }

    // MARK: Words

    private func isData(_ row: Int) -> Bool { table.sides[row] == .data }

    /// Whether no earlier row has the same text; the data are read before what they are compared with.
    private func isFirstInData(_ row: Int) -> Bool { Int(index.firstCopies[row]) == row }

    private func place(_ row: Int) -> String { table.location(row) }

    private func places(_ rows: ArraySlice<Int>) -> String {
        rows.prefix(3).map(place).joined(separator: ", ") + (rows.count > 3 ? " and \(rows.count - 3) more" : "")
    }

    private func labelled(_ rows: [Int]) -> String {
        let shown = rows.prefix(4).map { "\(place($0)) \(table.labelName($0))" }.joined(separator: ", ")
        return shown + (rows.count > 4 ? " and \(rows.count - 4) more" : "")
    }
}

extension RowTable {
    /// Names of the scripts by number.
    package static var scriptNames: [String] { FoldedText.scriptNames }
}

/// `1 row`, `2 rows`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// A number with a fixed number of decimal places.
func decimal(_ value: Double, places: Int = 2) -> String {
    var factor = 1.0
    for _ in 0..<places { factor *= 10 }
    let scaled = (value.magnitude * factor).rounded()
    guard scaled.isFinite, scaled < 9e15 else { return "\(value)" }
    let whole = Int(scaled) / Int(factor)
    let rest = String(Int(scaled) % Int(factor))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return places == 0
        ? "\(sign)\(whole)" : "\(sign)\(whole)." + String(repeating: "0", count: places - rest.count) + rest
}
