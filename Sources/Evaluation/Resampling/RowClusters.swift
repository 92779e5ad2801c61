/// Groups of rows that were not drawn independently of each other, such as the turns of one conversation.
///
/// Where there are any, the bootstrap draws groups with replacement in place of rows (the cluster bootstrap, Davison and
/// Hinkley 1997, section 3.8): rows of a group tell less than as many rows of their own.
public struct RowClusters: Sendable, Hashable {
    /// Number of the group that each row is in, from 0 in the order of first rows.
    public let ofRow: [Int32]
    /// Number of groups; a row that names no group is one of its own.
    public let count: Int

    /// The groups that rows name; nil where no group has two rows, so that rows can be drawn one by one.
    public init?(groups: [String?]) {
        var numbers: [String: Int32] = [:]
        var ofRow: [Int32] = []
        ofRow.reserveCapacity(groups.count)
        var count: Int32 = 0
        for group in groups {
            if let group, !group.isEmpty, let number = numbers[group] {
                ofRow.append(number)
                continue
            }
            if let group, !group.isEmpty { numbers[group] = count }
            ofRow.append(count)
            count += 1
        }
        guard Int(count) < groups.count else { return nil }
        self.ofRow = ofRow
        self.count = Int(count)
    }

    /// The groups of some of the rows, in the order of `rows`; nil where no two of them share one.
    func part(_ rows: [Int]) -> RowClusters? {
        var numbers = [Int32](repeating: -1, count: count)
        var next: Int32 = 0
        let part = rows.map { row -> Int32 in
            let cluster = Int(ofRow[row])
            if numbers[cluster] < 0 {
                numbers[cluster] = next
                next += 1
            }
            return numbers[cluster]
        }
        return Int(next) < rows.count ? RowClusters(ofRow: part, count: Int(next)) : nil
    }

    private init(ofRow: [Int32], count: Int) {
        self.ofRow = ofRow
        self.count = count
    }
}

/// How many independent rows of equal weight some rows are worth, for intervals by formula.
///
/// With unequal weights rows carry less information than their number says (Kish 1965). Rows of a group count as one row
/// of their weights' sum: the widest interval that their dependence can ask for.
struct EffectiveRows {
    private let clusters: RowClusters?
    private var byCluster: [Int32: Double] = [:]
    private var squares = 0.0
    /// Sum of the weights.
    private(set) var mass = 0.0

    init(_ clusters: RowClusters?) { self.clusters = clusters }

    mutating func add(_ weight: Double, row: Int) {
        mass += weight
        guard let clusters else {
            squares += weight * weight
            return
        }
        let before = byCluster[clusters.ofRow[row], default: 0]
        squares += weight * (2 * before + weight)
        byCluster[clusters.ofRow[row]] = before + weight
    }

    /// NaN without rows.
    var count: Double { mass * mass / squares }
}
