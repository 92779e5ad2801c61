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
    static let comparisonLimit = 256

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
                for keys in sorted {
                    leftOut += try Self.join(keys, &sets, &comparison)
                }
                band = end
            }
        }
        clusters = sets.roots()
        comparisonsLeftOut = leftOut
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
        _ keys: [UInt64], _ sets: inout UnionFind, _ comparison: inout TextComparison
    ) throws(DataCareError) -> Int {
        var leftOut = 0
        var start = 0
        while start < keys.count {
            var end = start + 1
            while end < keys.count, keys[end] >> 24 == keys[start] >> 24 { end += 1 }
            for position in start + 1..<max(end, start + 1) {
                let row = Int(keys[position] & 0xFF_FFFF)
                let first = max(start, position - comparisonLimit)
                leftOut += first - start
                for earlier in first..<position {
                    let other = Int(keys[earlier] & 0xFF_FFFF)
                    if sets.find(row) == sets.find(other) { continue }
                    if try comparison.areNearDuplicates(other, row) { sets.unite(other, row) }
                }
            }
            start = end
        }
        return leftOut
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

    init(_ table: RowTable, threshold: Double) {
        self.table = table
        self.threshold = threshold
        let deviation = (threshold * (1 - threshold) / Double(MinHash.length)).squareRoot()
        leastAgreement = Int((Double(MinHash.length) * (threshold - 5 * deviation)).rounded(.down))
    }

    /// Whether the Jaccard similarity of two rows' texts reaches the threshold.
    mutating func areNearDuplicates(_ first: Int, _ second: Int) throws(DataCareError) -> Bool {
        let agreement = table.signatures.withUnsafeBufferPointer { signatures in
            var agreement = 0
            let left = first * MinHash.length
            let right = second * MinHash.length
            for position in 0..<MinHash.length where signatures[left + position] == signatures[right + position] {
                agreement += 1
            }
            return agreement
        }
        guard agreement >= leastAgreement else { return false }
        return try similarity(first, second) >= threshold
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
