import FeatureExtraction
import Training

/// The two ways from samples to a model: with settings as they are given, and with settings that are searched.
extension TrainCommand {
    func train(_ trainer: Trainer, _ progress: ProgressLine) throws -> (Trainer.Result, rows: Int) {
        var (builder, rows) = try builder(of: try features(trainer), trainer, progress)
        let result = try trainer.train(&builder, origin: try origin()) { now in
            progress.update(stage: now.stage, rows: now.rows, fraction: now.fraction)
            return !Interruption.isRequested
        }
        return (result, rows)
    }

    func tune(_ trainer: Trainer, _ progress: ProgressLine) throws -> (Trainer.Result, rows: Int) {
        var fixed: Set<TuningDimension> = []
        if hashBits != nil { fixed.insert(.hashBits) }
        if wordNgrams != nil { fixed.insert(.wordOrder) }
        if familyWeights != nil { fixed.insert(.familyWeights) }
        var read = 0
        let result = try trainer.tune(
            tuning.options(fixed: fixed, inverseRegularizations: try inverseRegularizations()),
            features: try features(trainer), origin: try origin()
        ) { now in
            progress.update(stage: now.stage, rows: now.rows, fraction: now.fraction)
            return !Interruption.isRequested
        } reading: { features in
            // The same rows under other features: they have been reported.
            let isFirst = read == 0
            let (builder, count) = try builder(
                of: features, trainer, isFirst ? progress : ProgressLine(isQuiet: true), reportsSkipped: isFirst)
            read = count
            return builder
        }
        return (result, read)
    }

    /// All samples under `features`, and the number of those that are trained on.
    func builder(
        of features: FeatureSettings, _ trainer: Trainer, _ progress: ProgressLine, reportsSkipped: Bool = true
    ) throws -> (DatasetBuilder, rows: Int) {
        var builder = DatasetBuilder(features: features, threads: trainer.options.threads)
        let count = try read(
            data, where: rows.conditions, into: &builder, stage: "reading and extracting", progress,
            reportsSkipped: reportsSkipped)
        if !validation.isEmpty {
            builder.beginValidation()
            try read(
                validation, where: validationWhere, into: &builder, stage: "reading validation samples", progress,
                reportsSkipped: reportsSkipped)
        }
        return (builder, count)
    }
}
