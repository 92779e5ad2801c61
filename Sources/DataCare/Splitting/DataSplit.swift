/// Divides rows so that no group, and no two nearly equal texts, are on two sides.
package struct DataSplit: Sendable {
    /// What decides where rows go.
    package enum Order: String, Sendable, CaseIterable {
        /// Each side gets its share of every label, at random.
        case label
        /// The oldest rows go to the first side and the newest to the last.
        case time
    }

    /// A side and the share of the rows that it is to have.
    package struct Side: Sendable, Equatable {
        /// What it is called in messages: train, validation or test.
        package var name: String
        /// Share of the rows, above 0; the shares of all sides sum to 1.
        package var share: Double

        package init(name: String, share: Double) {
            self.name = name
            self.share = share
        }
    }

    /// The sides.
    package let sides: [Side]
    /// Side of each row.
    package let assignments: [Int]
    /// Rows of each label on each side, sides × labels.
    package let counts: [[Int]]
    /// Sentences about what is not as one would wish.
    package let notes: [String]

    /// Divides the rows of `table`; the same rows and seed give the same division.
    package init(
        _ table: RowTable, _ index: DuplicateIndex, sides: [Side], by order: Order, seed: UInt64
    ) throws(DataCareError) {
        let units = SplitUnits(table, index)
        guard units.members.count >= sides.count else {
            throw DataCareError(
                "the \(counted(table.count, "row")) form only \(counted(units.members.count, "unit")) of rows that must stay together (groups and nearly equal texts), too few for \(sides.count) sides; give more rows or leave out a side"
            )
        }
        let sideOfUnit: [Int]
        switch order {
        case .label: sideOfUnit = Self.stratified(units, table, sides, seed: seed)
        case .time: sideOfUnit = try Self.chronological(units, table, sides)
        }
        var assignments = [Int](repeating: 0, count: table.count)
        for (unit, rows) in units.members.enumerated() { for row in rows { assignments[row] = sideOfUnit[unit] } }
        var counts = sides.map { _ in [Int](repeating: 0, count: table.labelNames.count) }
        var totals = [Int](repeating: 0, count: sides.count)
        for (row, side) in assignments.enumerated() {
            totals[side] += 1
            if table.labels[row] >= 0 { counts[side][Int(table.labels[row])] += 1 }
        }
        if let empty = totals.firstIndex(of: 0) {
            let largest = units.members.map(\.count).max() ?? 0
            throw DataCareError(
                "no row is left for \(sides[empty].name): the rows form \(counted(units.members.count, "unit")) that must stay together (groups, nearly equal texts\(order == .time ? ", equal times" : "")), the largest of \(counted(largest, "row")); change the shares, or divide the largest group"
            )
        }
        self.sides = sides
        self.assignments = assignments
        self.counts = counts
        notes = Self.notes(table, units, sides, counts, totals, assignments, order)
    }

    // MARK: By label

    /// Deals units, the largest first and otherwise in an order given by the seed, each to the side that lacks most of its
    /// labels (iterative stratification after Sechidis, Tsoumakas and Vlahavas 2011).
    private static func stratified(
        _ units: SplitUnits, _ table: RowTable, _ sides: [Side], seed: UInt64
    ) -> [Int] {
        // Rows without a label are one more stratum.
        let strata = table.labelNames.count + 1
        var totals = [Double](repeating: 0, count: strata)
        for label in table.labels { totals[label < 0 ? strata - 1 : Int(label)] += 1 }
        var need = sides.map { side in totals.map { $0 * side.share } }
        var rowsNeeded = sides.map { Double(table.count) * $0.share }
        let order = units.members.indices.map { unit -> (size: Int, key: UInt64, unit: Int) in
            let name = table.textHashes[units.members[unit][0]]
            return (units.members[unit].count, mix(name ^ mix(seed)), unit)
        }.sorted { ($1.size, $0.key, $0.unit) < ($0.size, $1.key, $1.unit) }
        var result = [Int](repeating: 0, count: units.members.count)
        for (size, _, unit) in order {
            var labels: [Int: Double] = [:]
            for row in units.members[unit] {
                labels[table.labels[row] < 0 ? strata - 1 : Int(table.labels[row]), default: 0] += 1
            }
            var best = 0
            var bestLack = -Double.infinity
            for side in sides.indices {
                // A row that the side still lacks of its label counts one, a part of a row that part, and one too many
                // against it; among equals, the side that lacks most of its rows.
                var lack = Double(size) * rowsNeeded[side] / (Double(table.count) * sides[side].share)
                for (label, count) in labels.sorted(by: { $0.key < $1.key }) {
                    lack += count * min(max(need[side][label] / count, -1), 1)
                }
                if lack > bestLack { (best, bestLack) = (side, lack) }
            }
            result[unit] = best
            rowsNeeded[best] -= Double(size)
            for (label, count) in labels { need[best][label] -= count }
        }
        return result
    }

    // MARK: By time

    /// Cuts the units, in the order of their newest rows, where the shares are reached: no row of a side is newer than
    /// the newest unit of the side before would allow.
    private static func chronological(
        _ units: SplitUnits, _ table: RowTable, _ sides: [Side]
    ) throws(DataCareError) -> [Int] {
        let undated = table.times.count { $0 == RowTable.noTime }
        guard undated == 0 else {
            throw DataCareError(
                "\(counted(undated, "row")) of \(table.count) \(undated == 1 ? "has" : "have") no timestamp, so that rows cannot be ordered by time; fill in the column `timestamp`, or divide by label"
            )
        }
        let newest = units.members.map { $0.map { table.times[$0] }.max() ?? 0 }
        let order = units.members.indices.sorted { (newest[$0], $0) < (newest[$1], $1) }
        // Rows of one moment stay on one side, so that a cut falls after all units of a moment.
        var momentOfUnit = [Int](repeating: 0, count: order.count)
        var rowsUpTo: [Int] = []
        for (position, unit) in order.enumerated() {
            if position == 0 || newest[order[position - 1]] != newest[unit] { rowsUpTo.append(rowsUpTo.last ?? 0) }
            rowsUpTo[rowsUpTo.count - 1] += units.members[unit].count
            momentOfUnit[unit] = rowsUpTo.count - 1
        }
        var sideOfMoment = [Int](repeating: 0, count: rowsUpTo.count)
        var start = 0
        var wanted = 0.0
        for side in sides.indices.dropLast() {
            wanted += Double(table.count) * sides[side].share
            // Nearest to the share, with at least a moment left for every side after this.
            let last = rowsUpTo.count - (sides.count - side)
            guard start <= last else { break }
            let end =
                (start...last).min { abs(Double(rowsUpTo[$0]) - wanted) < abs(Double(rowsUpTo[$1]) - wanted) } ?? start
            for moment in end + 1..<rowsUpTo.count { sideOfMoment[moment] = side + 1 }
            start = end + 1
        }
        return momentOfUnit.map { sideOfMoment[$0] }
    }

    // MARK: Notes

    private static func notes(
        _ table: RowTable, _ units: SplitUnits, _ sides: [Side], _ counts: [[Int]], _ totals: [Int],
        _ assignments: [Int], _ order: Order
    ) -> [String] {
        var notes: [String] = []
        for side in sides.indices {
            let missing = table.labelNames.indices.filter { counts[side][$0] == 0 }
            if !missing.isEmpty {
                notes.append(
                    "\(sides[side].name) has no row of \(missing.prefix(10).map { table.labelNames[$0] }.sorted().joined(separator: ", "))\(missing.count > 10 ? " and \(missing.count - 10) more labels" : ""); collect more rows of \(missing.count == 1 ? "it" : "them")"
                )
            }
            let share = Double(totals[side]) / Double(table.count)
            if abs(share - sides[side].share) > 0.02 {
                notes.append(
                    "\(sides[side].name) has \(decimal(100 * share, places: 1)) % of the rows instead of \(decimal(100 * sides[side].share, places: 1)) %, since large groups, nearly equal texts or equal times stay together"
                )
            }
        }
        if order == .time {
            // A unit goes where its newest row belongs, and takes its older ones along.
            var newestOfSide = [Int64](repeating: .min, count: sides.count)
            for (row, side) in assignments.enumerated() {
                newestOfSide[side] = max(newestOfSide[side], table.times[row])
            }
            let older = assignments.indices.count { row in
                assignments[row] > 0 && table.times[row] <= newestOfSide[assignments[row] - 1]
            }
            if older > 0 {
                notes.append(
                    "\(counted(older, "row")) \(older == 1 ? "is" : "are") older than the newest row of the side before, since \(older == 1 ? "it belongs" : "they belong") to groups or nearly equal texts that go on later"
                )
            }
        }
        return notes
    }
}

/// Sets of rows that must stay on one side: groups, and clusters of nearly equal texts, joined where they share a row.
struct SplitUnits {
    /// Rows of each unit, ascending, in the order of their first rows.
    let members: [[Int]]

    init(_ table: RowTable, _ index: DuplicateIndex) {
        var sets = UnionFind(count: table.count)
        var firstOfGroup: [UInt64: Int] = [:]
        for row in 0..<table.count {
            sets.unite(row, Int(index.clusters[row]))
            guard table.groups[row] != 0 else { continue }
            if let first = firstOfGroup[table.groups[row]] {
                sets.unite(row, first)
            } else {
                firstOfGroup[table.groups[row]] = row
            }
        }
        let roots = sets.roots()
        var positions = [Int32](repeating: -1, count: roots.count)
        var members: [[Int]] = []
        for (row, root) in roots.enumerated() {
            if positions[Int(root)] < 0 {
                positions[Int(root)] = Int32(members.count)
                members.append([])
            }
            members[Int(positions[Int(root)])].append(row)
        }
        self.members = members
    }
}
