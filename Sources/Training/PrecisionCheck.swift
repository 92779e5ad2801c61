internal import TaskType

/// Accuracy of a packed model on rows of the data set, to tell what rounding its weights costs.
///
/// Judged on the held-out rows where the model did not learn from them, else on all rows; either way on the same rows
/// for both precisions.
struct PrecisionCheck {
    let dataset: Dataset
    let active: ActiveFeatures
    let splits: [Split]
    let parallel: Parallel

    /// Weighted share of right answers.
    func accuracy(of model: TaskModel) -> Double {
        let rows = (0..<dataset.rowCount).filter {
            splits.count == 1 ? splits[0].isJudged[$0] : !dataset.isCopy($0)
        }
        return PackedScoring(dataset: dataset, active: active, parallel: parallel).heldOut(rows, of: model).accuracy
    }
}
