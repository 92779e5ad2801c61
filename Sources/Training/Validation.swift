/// How data to choose settings and to calibrate on are had; rows with equal groups (or equal texts) stay together.
public enum ValidationPlan: Sendable, Equatable {
    /// A share of the rows is held out; the model is trained on the rest.
    case holdout(Double)
    /// Each row is held out once; the model is trained on all rows in the end.
    case folds(Int)
    /// Rows from `firstRow` on, read from files of their own, are held out.
    case rows(from: Int)
}

/// One division of the rows into training and held-out ones.
struct Split: Sendable {
    /// Rows that are not learnt from.
    let isHeldOut: [Bool]
    /// Those of them that are judged: all but noisy copies.
    let isJudged: [Bool]

    init(isHeldOut: [Bool], copies: [Bool] = []) {
        self.isHeldOut = isHeldOut
        isJudged = copies.isEmpty ? isHeldOut : zip(isHeldOut, copies).map { $0 && !$1 }
    }

    /// The rows that are judged, ascending.
    var judgedRows: [Int] { isJudged.indices.filter { isJudged[$0] } }
}

extension Split {
    /// The divisions of a plan: stratified by label, by group, from the seed alone.
    static func splits(of dataset: Dataset, plan: ValidationPlan, seed: UInt64) -> [Split] {
        switch plan {
        case .rows(let first):
            return [Split(isHeldOut: (0..<dataset.rowCount).map { $0 >= first }, copies: dataset.copies)]
        case .folds(let count):
            let folds = parts(labels: dataset.labels, groups: dataset.groups, count: count, seed: seed)
            return (0..<count).map { fold in
                Split(isHeldOut: folds.map { $0 == Int32(fold) }, copies: dataset.copies)
            }
        case .holdout(let share):
            let assigned = assignments(dataset.labels, dataset.groups, seed: seed) { position, total, _ in
                // At least one group of each label on either side, where there are two.
                let heldOut = min(max(Int((Double(total) * share).rounded()), 1), max(total - 1, 1))
                return position < heldOut && total > 1 ? 1 : 0
            }
            return [Split(isHeldOut: assigned.map { $0 == 1 }, copies: dataset.copies)]
        }
    }

    /// Divides rows into `count` parts: the groups of each label are dealt in turn, beginning where the label before
    /// ended, so that many labels of few rows do not all begin with the same part.
    static func parts(labels: [Int32], groups: [UInt64], count: Int, seed: UInt64) -> [Int32] {
        assignments(labels, groups, seed: seed) { position, _, before in (before + position) % count }
    }

    /// Deals the groups of each label, in an order given by a seeded hash, to parts.
    ///
    /// `part` is told the group's position among those of its label, how many these are, and how many groups the labels
    /// of lower index have.
    private static func assignments(
        _ rowLabels: [Int32], _ rowGroups: [UInt64], seed: UInt64,
        part: (_ position: Int, _ total: Int, _ before: Int) -> Int
    ) -> [Int32] {
        // SplitMix64 maps seeds to numbers one to one: rows of one group, and only those, have one key.
        var order = rowGroups.indices.map { row -> (key: UInt64, row: UInt32) in
            var generator = SeededGenerator(seed: seed ^ rowGroups[row])
            return (generator.next(), UInt32(row))
        }
        order.sort { $0 < $1 }
        // A group has the label of its first row.
        var totals: [Int32: Int] = [:]
        for (index, entry) in order.enumerated() where index == 0 || order[index - 1].key != entry.key {
            totals[rowLabels[Int(entry.row)], default: 0] += 1
        }
        var before: [Int32: Int] = [:]
        var sum = 0
        for (label, total) in totals.sorted(by: { $0.key < $1.key }) {
            before[label] = sum
            sum += total
        }
        var positions: [Int32: Int] = [:]
        var parts = [Int32](repeating: 0, count: order.count)
        var current: Int32 = 0
        for (index, entry) in order.enumerated() {
            if index == 0 || order[index - 1].key != entry.key {
                let label = rowLabels[Int(entry.row)]
                let position = positions[label, default: 0]
                current = Int32(part(position, totals[label] ?? 0, before[label] ?? 0))
                positions[label] = position + 1
            }
            parts[Int(entry.row)] = current
        }
        return parts
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the source of all randomness in training.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number in 0..<1 with 24 random bits.
    mutating func uniform() -> Float { Float(next() >> 40) / Float(1 << 24) }
}
