internal import TaskType

/// What a search for a smaller model found, and how a model is written in that form.
struct SmallerModel {
    let found: SizeSearch.Found
    /// The float model with its rows in the order of their effect.
    let final: PrunableModel
    let maximumBytes: Int

    /// The file of `model`, whose tables are those of `final`, without provenance; it may be too long by a few bytes.
    func encode(_ model: TaskModel) throws -> [UInt8] {
        try encode(model, found.recipe.keptShare, provenance: "{}")
    }

    /// The file of `model` within the size.
    ///
    /// The size was estimated before calibration and report were there; the few bytes that they are longer come out of the
    /// rows of the least effect.
    /// - Parameter provenance: JSON that says where the model comes from, given the number of rows that are kept.
    func encode(_ model: TaskModel, provenance: (_ keptRows: Int) throws -> String) throws -> [UInt8] {
        var share = found.recipe.keptShare
        while true {
            let bytes = try encode(model, share, provenance: try provenance(final.keptRows(share)))
            let overshoot = bytes.count - maximumBytes
            if overshoot <= 0 { return bytes }
            guard let less = self.share(below: share, savingAtLeast: overshoot + 64) else {
                throw TrainingError(
                    .badOption,
                    "no model of these labels and features fits \(maximumBytes) bytes; allow more, or train with fewer buckets (--hash-bits)"
                )
            }
            share = less
        }
    }

    private func encode(_ model: TaskModel, _ share: Double, provenance: String) throws -> [UInt8] {
        let cut = final.pruned(keeping: share)
        var model = model
        model.linear = cut.linear
        model.perceptron = cut.perceptron
        return try model.encoded(
            precision: found.recipe.precision, leavesOutZeroRows: true, provenance: provenance)
    }

    /// The share of rows that makes the tables smaller by at least `overshoot` bytes; nil where none does.
    private func share(below share: Double, savingAtLeast overshoot: Int) -> Double? {
        let precision = found.recipe.precision
        let target = final.tableBytes(.init(precision: precision, keptShare: share)) - overshoot
        var rows = Int((share * Double(final.rowCount)).rounded(.down))
        let step = max(1, final.rowCount / 4096)
        while rows > 0 {
            rows = max(0, rows - step)
            let smaller = Double(rows) / Double(max(final.rowCount, 1))
            if final.tableBytes(.init(precision: precision, keptShare: smaller)) <= target { return smaller }
        }
        return nil
    }
}
