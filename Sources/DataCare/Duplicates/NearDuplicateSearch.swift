internal import FeatureExtraction

/// Looks for texts that are nearly the same as one of a fixed set, such as rows of an evaluation, among any number of
/// others, such as those that a model was trained on; of these nothing is kept.
///
/// Texts of the set are held by the bands of their MinHash signatures (Broder 1997); a text that shares a band with one of
/// them is compared with it by the true Jaccard similarity of their shingles. At the threshold of 0.8 a pair shares a band
/// with probability 0.9996.
package struct NearDuplicateSearch: Sendable {
    /// A text that is nearly the same.
    package struct Match: Sendable, Hashable {
        /// Its number among the texts that were looked at, from 0.
        package let position: Int
        /// Jaccard similarity.
        package let similarity: Double
    }

    /// What was found first for each text of the set; nil where nothing was.
    package private(set) var matches: [Match?]
    /// Number of texts looked at.
    package private(set) var count = 0

    private let texts: [String]
    private let threshold: Double
    private let threads: Int
    private let leastAgreement: Int
    /// `MinHash.length` bytes a text of the set.
    private let signatures: [UInt8]
    /// For each band, keys above numbers of texts, ascending.
    private let bands: [[UInt64]]
    private var pending: [String] = []
    private var pendingBytes = 0

    /// Texts of a band, and comparisons of shingles, that a text is worth: those from one template share bands with
    /// thousands.
    private static let candidateLimit = 256
    private static let comparisonLimit = 32
    private static let batch = 4096
    private static let batchBytes = 16 << 20

    /// A search for what is nearly the same as one of `texts`.
    ///
    /// - Parameter threshold: Jaccard similarity from which texts are nearly the same, 0.5 to 1.
    package init(_ texts: [String], threshold: Double, threads: Int) throws(DataCareError) {
        guard texts.count < DuplicateIndex.rowLimit else {
            throw DataCareError("there are more than \(DuplicateIndex.rowLimit) rows; divide the data")
        }
        self.texts = texts
        self.threshold = threshold
        self.threads = threads
        // Five standard deviations below the threshold.
        let deviation = (threshold * (1 - threshold) / Double(MinHash.length)).squareRoot()
        leastAgreement = Int((Double(MinHash.length) * (threshold - 5 * deviation)).rounded(.down))
        matches = Array(repeating: nil, count: texts.count)
        let signatures = Self.signatures(texts, threads)
        self.signatures = signatures
        let isEmpty = texts.map { Shingles.isEmpty($0) }
        bands = concurrentMap(MinHash.bands, threads: threads) { band in
            signatures.withUnsafeBufferPointer { signatures -> [UInt64] in
                guard let base = signatures.baseAddress else { return [] }
                return isEmpty.indices.filter { !isEmpty[$0] }.map {
                    MinHash.key(band: band, of: base + $0 * MinHash.length) << 24 | UInt64($0)
                }.sorted()
            }
        }
    }

    /// Looks at one more text; what it matches shows after `finish`.
    package mutating func see(_ text: String) {
        pending.append(text)
        pendingBytes += text.utf8.count
        if pending.count >= Self.batch || pendingBytes >= Self.batchBytes { finish() }
    }

    /// Looks at what is pending.
    package mutating func finish() {
        let seen = pending
        let search = self
        let chunk = 64
        let found = concurrentMap((seen.count + chunk - 1) / chunk, threads: threads) { part in
            (part * chunk..<min((part + 1) * chunk, seen.count)).flatMap { index in
                search.similar(to: seen[index]).map { (index: index, row: $0.row, similarity: $0.similarity) }
            }
        }
        for match in found.joined() where matches[match.row] == nil {
            matches[match.row] = Match(position: count + match.index, similarity: match.similarity)
        }
        count += seen.count
        pending.removeAll(keepingCapacity: true)
        pendingBytes = 0
    }

    /// Texts of the set without a match that are nearly the same as `text`.
    private func similar(to text: String) -> [(row: Int, similarity: Double)] {
        let signature = MinHash.signature(of: text)
        var candidates: Set<Int> = []
        signature.withUnsafeBufferPointer { signature in
            guard let base = signature.baseAddress else { return }
            for band in bands.indices {
                let key = MinHash.key(band: band, of: base) << 24
                var position = bands[band].partitioningIndex { $0 >= key }
                var taken = 0
                while position < bands[band].count, bands[band][position] >> 24 == key >> 24,
                    taken < Self.candidateLimit
                {
                    let row = Int(bands[band][position] & 0xFF_FFFF)
                    if matches[row] == nil { candidates.insert(row) }
                    position += 1
                    taken += 1
                }
            }
        }
        let ranked = candidates.map { row in (agreement: agreement(signature, row), row: row) }
            .filter { $0.agreement >= leastAgreement }.sorted { ($1.agreement, $0.row) < ($0.agreement, $1.row) }
        guard !ranked.isEmpty else { return [] }
        let shingles = Shingles(text)
        return ranked.prefix(Self.comparisonLimit).compactMap { candidate in
            let similarity = shingles.jaccard(Shingles(texts[candidate.row]))
            return similarity >= threshold ? (candidate.row, similarity) : nil
        }
    }

    private func agreement(_ signature: [UInt8], _ row: Int) -> Int {
        let start = row * MinHash.length
        return signature.indices.count { signature[$0] == signatures[start + $0] }
    }

    private static func signatures(_ texts: [String], _ threads: Int) -> [UInt8] {
        let chunk = 128
        return concurrentMap((texts.count + chunk - 1) / chunk, threads: threads) { part in
            texts[part * chunk..<min((part + 1) * chunk, texts.count)].flatMap { MinHash.signature(of: $0) }
        }.flatMap(\.self)
    }
}

extension Shingles {
    /// Whether nothing of a text is left once it is folded; such texts would all be alike.
    fileprivate static func isEmpty(_ text: String) -> Bool {
        var folded = FoldedText()
        var text = text
        text.withUTF8 { folded.read($0) }
        return folded.scalars.isEmpty
    }
}

extension Array {
    /// The first position from which on `belongs` holds, by bisection.
    fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
