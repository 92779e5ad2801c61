/// The rows that settings of the linear model are compared on: all of them, or a seeded sample in memory.
///
/// A sample takes whole groups, of training rows and of held-out ones alike, each side up to the limit: what is compared
/// does not grow with the data, and no pass over a file is made for it. Only for a single split.
struct ComparedRows {
    let dataset: Dataset
    let rowWeights: [Float]
    let split: Split
    /// Whether some rows were left out.
    let isSample: Bool

    init(of dataset: Dataset, rowWeights: [Float], split: Split, limit: Int, seed: UInt64) {
        let heldOut = split.isHeldOut.count { $0 }
        let counts = [dataset.rowCount - heldOut, heldOut]
        isSample = dataset.rowCount > limit && counts.contains { $0 > limit }
        guard isSample else {
            self.dataset = dataset
            self.rowWeights = rowWeights
            self.split = split
            return
        }
        let bounds = counts.map { $0 > limit ? UInt64(Double(UInt64.max) * Double(limit) / Double($0)) : .max }
        func rows(by key: (Int) -> UInt64) -> [Int] {
            dataset.groups.indices.filter { row in
                var generator = SeededGenerator(seed: seed &+ 0x5EED ^ key(row))
                return generator.next() <= bounds[split.isHeldOut[row] ? 1 : 0]
            }
        }
        var chosen = rows { dataset.groups[$0] }
        let chosenHeldOut = chosen.count { split.isHeldOut[$0] }
        // Where a few groups hold most rows, whole groups make no sample: rows are taken one by one.
        let sides = [chosen.count - chosenHeldOut, chosenHeldOut]
        if zip(sides, counts).contains(where: { 2 * $0 < min(limit, $1) || $0 > 2 * limit }) {
            chosen = rows { UInt64($0) &* 0x9E37_79B9 }
        }
        self.dataset = dataset.subset(chosen)
        self.rowWeights = chosen.map { rowWeights[$0] }
        self.split = Split(isHeldOut: chosen.map { split.isHeldOut[$0] }, copies: self.dataset.copies)
    }
}
