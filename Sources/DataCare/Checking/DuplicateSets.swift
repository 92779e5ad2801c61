/// The rows of a table sorted by what they share.
struct DuplicateSets {
    /// Rows with the same folded text, where there are two or more, in the order of their first rows.
    let copies: [[Int]]
    /// Clusters of nearly the same texts with two or more rows.
    let clusters: [[Int]]

    init(_ index: DuplicateIndex) {
        copies = Self.sets(index.firstCopies)
        clusters = Self.sets(index.clusters)
    }

    private static func sets(_ names: [Int32]) -> [[Int]] {
        var sizes = [Int32](repeating: 0, count: names.count)
        for name in names { sizes[Int(name)] += 1 }
        var position = [Int32](repeating: -1, count: names.count)
        var sets: [[Int]] = []
        for (row, name) in names.enumerated() where sizes[Int(name)] > 1 {
            if position[Int(name)] < 0 {
                position[Int(name)] = Int32(sets.count)
                sets.append([])
            }
            sets[Int(position[Int(name)])].append(row)
        }
        return sets
    }
}

extension RowTable {
    /// Whether some label is acceptable to all `rows`, a second acceptable label counting as agreement.
    func agree(_ rows: some Sequence<Int>) -> Bool {
        var common: Set<Int32>?
        for row in rows where labels[row] >= 0 {
            var acceptable: Set<Int32> = [labels[row]]
            if alternatives[row] >= 0 { acceptable.insert(alternatives[row]) }
            common = common.map { $0.intersection(acceptable) } ?? acceptable
        }
        return common?.isEmpty != true
    }

    /// The label that most of `rows` accept, the one that comes first among equals, and whether others have as many.
    func mostAccepted(_ rows: [Int]) -> (label: Int32, isTied: Bool) {
        var order: [Int32] = []
        var votes: [Int32: Int] = [:]
        for row in rows where labels[row] >= 0 {
            for label in [labels[row], alternatives[row]] where label >= 0 {
                if votes[label] == nil { order.append(label) }
                votes[label, default: 0] += 1
                if alternatives[row] == labels[row] { break }
            }
        }
        let most = order.map { votes[$0] ?? 0 }.max() ?? 0
        let leaders = order.filter { votes[$0] == most }
        return (leaders.first ?? -1, leaders.count > 1)
    }
}
