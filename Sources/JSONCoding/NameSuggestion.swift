/// Finds the name that a misspelt one was probably meant to be.
package enum NameSuggestion {
    /// The candidate nearest to `name` by edit distance, if it is within two edits and under half of the name.
    ///
    /// Of equally near candidates the first in alphabetical order wins, so that messages are stable.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(name.lowercased().unicodeScalars.prefix(longestName))
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().unicodeScalars.prefix(longestName))
            let distance = editDistance(letters, other)
            guard distance <= 2, 2 * distance < max(letters.count, other.count) else { continue }
            if let best, (best.distance, best.name) <= (distance, candidate) { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    /// Longer names are compared by their beginning, which bounds the work on hostile input.
    private static let longestName = 64

    /// Insertions, deletions and substitutions from `left` to `right` (Levenshtein 1966); O(left · right).
    private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let substitution = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}

/// The candidate that `name` was probably meant to be.
///
/// Beside what is few edits away, that is one whose words are joined differently (`unixSocket`), one with letters that
/// changed places (`prot`), and the only one that begins like it (`warn`).
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
    func joined(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }
    let plain = joined(name)
    guard !plain.isEmpty, plain.utf8.count <= 64 else { return nil }
    let candidates = candidates.sorted()
    if let same = candidates.first(where: { joined($0) == plain }) { return same }
    if let near = NameSuggestion.nearest(to: name, among: candidates) { return near }
    if let mixed = candidates.first(where: { joined($0).sorted() == plain.sorted() }) { return mixed }
    let longer = candidates.filter { joined($0).hasPrefix(plain) }
    return longer.count == 1 && plain.utf8.count > 2 ? longer[0] : nil
}
