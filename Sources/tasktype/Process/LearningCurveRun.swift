import Evaluation
import Samples
import TaskType
import Training

/// Trains linear models with a model's own settings on growing parts of the training data.
struct LearningCurveRun {
    let training: [String]
    let conditions: [SampleCondition]
    let skipsBadRows: Bool
    let threads: Int

    func figures(
        of samples: [Sample], _ classifier: TaskClassifier, bootstrap: Bootstrap
    ) throws -> LearningCurveFigures {
        Interruption.watch()
        let progress = ProgressLine(isQuiet: false)
        defer { progress.finishStage() }
        let facts = ModelFacts(classifier)
        var settings = LearningCurve.Settings()
        settings.threads = threads
        if let loss = facts.loss.flatMap(LinearLoss.init) { settings.loss = loss }
        if let c = facts.inverseRegularization, c > 0, c.isFinite { settings.inverseRegularization = c }
        var builder = DatasetBuilder(features: classifier.model.features, threads: threads)
        var options = SampleReader.Options()
        options.skipsBadRows = skipsBadRows
        options.conditions = conditions
        var reader = try SampleReader(paths: training, options: options)
        try Interruption.endingAtOnce {
            while let sample = try reader.next() { try builder.append(sample) }
        }
        builder.beginValidation()
        for sample in samples { try builder.append(sample) }
        let curve = try LearningCurve(&builder, settings: settings) { now in
            progress.update(stage: now.stage, rows: now.rows, fraction: now.fraction)
            return !Interruption.isRequested
        }
        let indices = Dictionary(uniqueKeysWithValues: curve.labels.enumerated().map { ($1, $0) })
        return try LearningCurveFigures(
            curve.fits.map { .init(share: $0.share, rows: $0.rows, answers: $0.answers) },
            truth: samples.map { indices[$0.label ?? ""] ?? 0 }, weights: samples.map(\.weight),
            labels: curve.labels.count,
            method:
                "Linear models (\(settings.loss.rawValue), C = \(decimal(settings.inverseRegularization, places: 2))) with "
                + "the features of the model, trained on parts of \(curve.trainingRows) rows, groups drawn whole.",
            clusters: RowClusters(groups: samples.map(\.group)), bootstrap: bootstrap)
    }
}
