/// What is wrong with data, or at least worth a look.
package struct Finding: Sendable {
    /// The kinds of finding; the raw value is the name in reports and for `--fail-on`.
    package enum Kind: String, Sendable, CaseIterable {
        /// Rows that cannot be read.
        case badRows = "bad_rows"
        /// Rows whose folded text an earlier row has.
        case duplicates
        /// Rows whose text is nearly that of an earlier row.
        case nearDuplicates = "near_duplicates"
        /// Rows with the same text and no label that all of them accept.
        case conflicts
        /// The same for nearly the same text.
        case nearConflicts = "near_conflicts"
        /// Rows whose text, or nearly the same, is on another side of a split.
        case leaks
        /// Groups with rows on both sides of a split.
        case straddlingGroups = "straddling_groups"
        /// Rows from which no feature can be taken.
        case noFeatures = "no_features"
        /// Labels with too few rows.
        case rareLabels = "rare_labels"
        /// One label with nearly all rows.
        case dominantLabel = "dominant_label"
        /// Rows without any difference to learn from: one label, or one text.
        case unlearnable
        /// Timestamps that lie in the future.
        case futureTimestamps = "future_timestamps"
    }

    /// The kind.
    package let kind: Kind
    /// Rows concerned; labels or groups where the kind says so.
    package let count: Int
    /// One sentence that says what was found and what to do.
    package let message: String
    /// Where the first of them are.
    package let examples: [String]
}

/// What is not to be found more often than stated, as in `--fail-on duplicates,conflicts=10`.
package struct FindingBar: Sendable, Equatable {
    /// The kind of finding.
    package let kind: Finding.Kind
    /// As many as are allowed.
    package let allowed: Int

    /// Reads bars written as `name` or `name=count`, separated by commas; `all` stands for every kind.
    package static func parse(_ text: String) throws(DataCareError) -> [FindingBar] {
        var bars: [FindingBar] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = sides.first.map(String.init) ?? ""
            let names = Finding.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            var allowed = 0
            if sides.count == 2 {
                guard let number = Int(sides[1]), number >= 0 else {
                    throw DataCareError(
                        "`\(sides[1])` is no number of findings to allow; write \(name)=0 or a larger whole number")
                }
                allowed = number
            }
            if name == "all" {
                bars += Finding.Kind.allCases.map { FindingBar(kind: $0, allowed: allowed) }
                continue
            }
            guard let kind = Finding.Kind(rawValue: name) else {
                throw DataCareError("there is no finding `\(name)`; use all or some of \(names)")
            }
            bars.append(FindingBar(kind: kind, allowed: allowed))
        }
        return bars
    }
}
