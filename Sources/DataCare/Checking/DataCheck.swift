/// What a look at labelled data finds: figures for the report and findings to act on.
package struct DataCheck: Sendable {
    /// What counts as a finding.
    package struct Options: Sendable {
        /// Jaccard similarity from which texts are nearly the same.
        package var threshold = 0.8
        /// Rows that a label should have.
        package var minimumRows = 10
        /// Share of the rows above which one label is too frequent.
        package var dominantShare = 0.999
        /// Examples listed for each finding.
        package var examples = 5
        /// Seconds since 1970 after which a timestamp lies in the future.
        package var now: Int64 = 0
        /// Threads that work at the same time.
        package var threads = 1

        package init() {}
    }

    /// Lengths of the texts in bytes.
    package struct Lengths: Sendable {
        package var smallest = 0
        package var median = 0
        package var p90 = 0
        package var p99 = 0
        package var largest = 0
        package var mean = 0.0
    }

    /// Rows read.
    package let rows: Int
    /// Rows of the data that these were compared with.
    package let rowsAgainst: Int
    /// Rows that could not be read.
    package let badRows: RowTableReader.BadRows
    /// Rows of each label, the most frequent first.
    package let labels: [(name: String, rows: Int)]
    /// Lengths of the texts.
    package let lengths: Lengths
    /// Rows by the script that most letters have, the most frequent first.
    package let scripts: [(name: String, rows: Int)]
    /// Rows by the value of the `split` column, in order of first occurrence.
    package let splits: [(name: String, rows: Int)]
    /// What was found.
    package let findings: [Finding]
    /// The threshold of near duplicates.
    package let threshold: Double
    /// Comparisons left out, as `DuplicateIndex` counts them.
    package let comparisonsLeftOut: Int

    /// The findings that are more than `bars` allow.
    package func unmet(_ bars: [FindingBar]) -> [(bar: FindingBar, count: Int)] {
        bars.compactMap { bar in
            let count = findings.first { $0.kind == bar.kind }?.count ?? 0
            return count > bar.allowed ? (bar, count) : nil
        }
    }

    /// Looks at `table`.
    package init(
        _ table: RowTable, badRows: RowTableReader.BadRows, options: Options
    ) throws(DataCareError) {
        let data = table.sides.indices.filter { table.sides[$0] == .data }
        rows = data.count
        rowsAgainst = table.count - data.count
        self.badRows = badRows
        threshold = options.threshold
        labels = Self.counted(data.map { Int(table.labels[$0]) }, names: table.labelNames)
        lengths = Self.lengths(data.map { Int(table.byteCounts[$0]) })
        scripts = Self.counted(data.map { Int(table.scripts[$0]) }, names: RowTable.scriptNames)
        let bySplit = Self.counted(data.map { Int(table.splits[$0]) }, names: table.splitNames)
        splits = table.splitNames.compactMap { name in bySplit.first { $0.name == name } }
        let index = try DuplicateIndex(table, threshold: options.threshold, threads: options.threads)
        comparisonsLeftOut = index.comparisonsLeftOut
        var search = FindingSearch(table: table, index: index, data: data, options: options)
        search.addBadRows(badRows)
        try search.addDuplicates()
        search.addConflicts()
        try search.addLeaks()
        search.addStraddlingGroups()
        search.addUnlearnable(labels)
        search.addFutureTimestamps()
        findings = search.findings
    }

    private static func counted(_ values: [Int], names: [String]) -> [(name: String, rows: Int)] {
        var counts = [Int](repeating: 0, count: names.count)
        for value in values where value >= 0 { counts[value] += 1 }
        return counts.indices.filter { counts[$0] > 0 }
            .sorted { (counts[$1], names[$0]) < (counts[$0], names[$1]) }
            .map { (names[$0], counts[$0]) }
    }

    private static func lengths(_ counts: [Int]) -> Lengths {
        guard !counts.isEmpty else { return Lengths() }
        let sorted = counts.sorted()
        func quantile(_ share: Double) -> Int { sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] }
        return Lengths(
            smallest: sorted[0], median: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99),
            largest: sorted[sorted.count - 1], mean: Double(sorted.reduce(0, +)) / Double(sorted.count))
    }
}
