internal import FeatureExtraction

/// Which rows have the same text, and which nearly the same.
///
/// Candidates share a band of their MinHash signatures (locality-sensitive hashing, Indyk and Motwani 1998); those whose
/// signatures agree enough are compared by the true Jaccard similarity of their shingles. Rows are in one cluster where
/// a chain of such pairs joins them.
package struct DuplicateIndex: Sendable {
    /// Rows that an index may have: 24 bits number them beside the 40 of a band.
    package static let rowLimit = 1 << 24
    /// Rows that a row is compared with at most in one band.
    ///
    /// A band that tens of thousands of different texts share, as those from one template do, costs this much a row and no
    /// more. Texts above the threshold share several bands.
    static let comparisonLimit = 64

    /// Jaccard similarity from which texts are nearly the same.
    package let threshold: Double
    /// For each row, the first row with the same folded text.
    package let firstCopies: [Int32]
    /// For each row, the first row of its cluster; exact duplicates are in one cluster.
    package let clusters: [Int32]
    /// Comparisons that `comparisonLimit` left out.
    package let comparisonsLeftOut: Int

    /// Finds the duplicates among the rows of `table`.
    ///
    /// - Parameter threshold: 1 for exact duplicates only.
    package init(_ table: RowTable, threshold: Double, threads: Int) throws(DataCareError) {
        self.threshold = threshold
        let firstCopies = Self.firstCopies(table.textHashes)
        self.firstCopies = firstCopies
        let representatives = firstCopies.indices.filter { Int(firstCopies[$0]) == $0 }
        var sets = UnionFind(count: table.count)
        for (row, first) in firstCopies.enumerated() where Int(first) != row { sets.unite(row, Int(first)) }
        var leftOut = 0
        var comparisonsCutShort = 0
        if threshold < 1 {
            var comparison = TextComparison(table, threshold: threshold)
            // A few bands at a time: each takes 8 bytes a row.
            var band = 0
            while band < MinHash.bands {
                let end = min(band + max(threads, 1), MinHash.bands)
                let first = band
                let sorted = concurrentMap(end - band, threads: threads) { offset in
                    Self.sortedKeys(table.signatures, representatives, band: first + offset)
                }
                for (offset, keys) in sorted.enumerated() {
                    leftOut += try Self.join(keys, band: first + offset, table.signatures, &sets, &comparison)
                }
                band = end
            }
            comparisonsCutShort = comparison.leftOut
        }
        clusters = sets.roots()
        comparisonsLeftOut = leftOut + comparisonsCutShort
    }

    /// For each row, the first row with the same hash.
    private static func firstCopies(_ hashes: [UInt64]) -> [Int32] {
        var order = (0..<Int32(hashes.count)).map(\.self)
        order.sort { (hashes[Int($0)], $0) < (hashes[Int($1)], $1) }
        var first = [Int32](repeating: 0, count: hashes.count)
        for (position, row) in order.enumerated() {
            let previous = position > 0 ? order[position - 1] : row
            first[Int(row)] = position > 0 && hashes[Int(previous)] == hashes[Int(row)] ? first[Int(previous)] : row
        }
        return first
    }

    /// Band keys above row numbers, ascending: rows that share the band stand together.
    private static func sortedKeys(_ signatures: [UInt8], _ rows: [Int], band: Int) -> [UInt64] {
        var keys = signatures.withUnsafeBufferPointer { signatures -> [UInt64] in
            guard let base = signatures.baseAddress else { return [] }
            return rows.map { MinHash.key(band: band, of: base + $0 * MinHash.length) << 24 | UInt64($0) }
        }
        keys.sort()
        return keys
    }

    /// Joins the near duplicates among rows that share a band; returns how many comparisons were left out.
    private static func join(
        _ keys: [UInt64], band: Int, _ signatures: [UInt8], _ sets: inout UnionFind, _ comparison: inout TextComparison
    ) throws(DataCareError) -> Int {
        var leftOut = 0
        var start = 0
        while start < keys.count {
            var end = start + 1
            while end < keys.count, keys[end] >> 24 == keys[start] >> 24 { end += 1 }
            var rows = keys[start..<end].map { Int($0 & 0xFF_FFFF) }
            if rows.count > comparisonLimit { rows = sortedByFurtherBands(rows, after: band, signatures) }
            for position in rows.indices.dropFirst() {
                let first = max(0, position - comparisonLimit)
                leftOut += first
                for other in rows[first..<position] where sets.find(rows[position]) != sets.find(other) {
                    if try comparison.joins(other, rows[position]) { sets.unite(other, rows[position]) }
                }
            }
            start = end
        }
        return leftOut
    }

    /// The rows of one band in an order in which those that share the next bands, too, stand together: where not all can be
    /// compared, the likeliest are.
    private static func sortedByFurtherBands(_ rows: [Int], after band: Int, _ signatures: [UInt8]) -> [Int] {
        signatures.withUnsafeBufferPointer { signatures -> [Int] in
            guard let base = signatures.baseAddress else { return rows }
            return rows.map { row in
                let signature = base + row * MinHash.length
                return (
                    MinHash.key(band: (band + 1) % MinHash.bands, of: signature),
                    MinHash.key(band: (band + 2) % MinHash.bands, of: signature), row
                )
            }.sorted { $0 < $1 }.map(\.2)
        }
    }
}

/// Compares the texts of rows, first by their signatures.
struct TextComparison {
    private let table: RowTable
    private let threshold: Double
    /// Below this estimate a pair is passed over: five standard deviations of 100 functions below the threshold.
    private let leastAgreement: Int
    private var folded = FoldedText()
    private var cache: [Int: Shingles] = [:]
    /// What a signature agrees in on average at the threshold.
    private let likelyAgreement: Int
    private var futileComparisons: [UInt16]
    private static let futileLimit: UInt16 = 64
    /// Comparisons of `joins` that were not made.
    private(set) var leftOut = 0

    init(_ table: RowTable, threshold: Double) {
        self.table = table
        self.threshold = threshold
        futileComparisons = [UInt16](repeating: 0, count: table.count)
        likelyAgreement = Int(Double(MinHash.length) * threshold)
        let deviation = (threshold * (1 - threshold) / Double(MinHash.length)).squareRoot()
        leastAgreement = Int((Double(MinHash.length) * (threshold - 5 * deviation)).rounded(.down))
    }

    /// Whether the Jaccard similarity of two rows' texts reaches the threshold.
    mutating func areNearDuplicates(_ first: Int, _ second: Int) throws(DataCareError) -> Bool {
        guard agreement(first, second) >= leastAgreement else { return false }
        return try similarity(first, second) >= threshold
    }

    /// The same, except that a row for which many comparisons came to nothing is compared only where its signature
    /// promises more than before: among texts from one template nearly all candidates lie just below the threshold.
    mutating func joins(_ first: Int, _ second: Int) throws(DataCareError) -> Bool {
        let agreement = agreement(first, second)
        guard agreement >= leastAgreement else { return false }
        let futile = max(futileComparisons[first], futileComparisons[second])
        guard futile < Self.futileLimit || futile < 4 * Self.futileLimit && agreement >= likelyAgreement else {
            leftOut += 1
            return false
        }
        if try similarity(first, second) >= threshold { return true }
        futileComparisons[first] += 1
        futileComparisons[second] += 1
        return false
    }

    /// Positions at which two rows' signatures agree.
    private func agreement(_ first: Int, _ second: Int) -> Int {
        table.signatures.withUnsafeBufferPointer { signatures in
            var agreement = 0
            let left = first * MinHash.length
            let right = second * MinHash.length
            for position in 0..<MinHash.length where signatures[left + position] == signatures[right + position] {
                agreement += 1
            }
            return agreement
        }
    }

    /// The Jaccard similarity of two rows' texts.
    mutating func similarity(_ first: Int, _ second: Int) throws(DataCareError) -> Double {
        let left = try shingles(first)
        return left.jaccard(try shingles(second))
    }

    private mutating func shingles(_ row: Int) throws(DataCareError) -> Shingles {
        if let known = cache[row] { return known }
        // Rows of one band follow each other; more than these need not be remembered.
        if cache.count >= 4096 { cache.removeAll(keepingCapacity: true) }
        try table.text(row).withUnsafeBufferPointer { folded.read($0) }
        let shingles = Shingles(folded)
        cache[row] = shingles
        return shingles
    }
}
