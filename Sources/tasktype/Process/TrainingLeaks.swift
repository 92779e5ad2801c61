import DataCare
import Evaluation
import Samples
import TaskType

/// Rows that the training data hold as well, letter by letter, apart from case and punctuation, or nearly.
struct TrainingLeaks {
    /// One entry a row.
    let matches: [LeakFigures.Match?]
    /// Number of rows in the training data.
    let trainingRows: Int

    /// Looks for `samples` in the files of `training`; nothing of these is kept.
    ///
    /// - Parameter threshold: similarity from which texts are nearly the same; 1 looks for no such texts.
    init(
        of samples: [Sample], in training: [String], where conditions: [SampleCondition], threshold: Double,
        threads: Int,
        skipsBadRows: Bool
    ) throws {
        var options = SampleReader.Options()
        options.requiresLabel = false
        options.skipsBadRows = skipsBadRows
        options.conditions = conditions
        let texts = samples.map(\.request.wholeText)
        var finder = LeakFinder(texts: texts)
        var search = threshold < 1 ? try NearDuplicateSearch(texts, threshold: threshold, threads: threads) : nil
        var reader = try SampleReader(paths: training, options: options)
        while let sample = try reader.next() {
            let text = sample.request.wholeText
            finder.see(text)
            search?.see(text)
        }
        search?.finish()
        guard reader.sampleCount > 0 || reader.unmatchedRowCount == 0 else {
            throw Failure(
                "none of the \(reader.unmatchedRowCount) rows of the training data meets the conditions of --training-where"
            )
        }
        reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
        var matches = finder.matches
        for (row, match) in (search?.matches ?? []).enumerated() where match != nil && matches[row] == nil {
            matches[row] = .near
        }
        self.matches = matches
        trainingRows = finder.trainingRows
    }
}
