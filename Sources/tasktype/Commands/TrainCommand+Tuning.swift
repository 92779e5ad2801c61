import ArgumentParser
import DataCare
import FeatureExtraction
import Samples
import Training

/// The two ways from samples to a model: with settings as they are given, and with settings that are searched.
extension TrainCommand {
    /// Refuses what a search does not know of.
    func checkTunable() throws {
        if shift.warmStart != nil {
            throw ValidationError("--tune trains from nothing; leave out --warm-start.")
        }
    }

    func train(_ watch: FileWatch, _ progress: ProgressLine) throws -> (Trainer.Result, rows: Int) {
        let traffic = try shift.mix.sample(seed: seed)
        let settings = try options()
        var (builder, trainer, rows) = try builder(of: try features(Trainer(options: settings)), settings, progress)
        let origin = try origin(trainer)
        try reportingDataErrors(progress) { try watch.check() }
        let result = try trainer.train(&builder, traffic: traffic, origin: origin) { now in
            progress.update(stage: now.stage, rows: now.rows, fraction: now.fraction)
            return !Interruption.isRequested
        }
        return (result, rows)
    }

    func tune(_ watch: FileWatch, _ progress: ProgressLine) throws -> (Trainer.Result, rows: Int) {
        var fixed: Set<TuningDimension> = []
        if hashBits != nil { fixed.insert(.hashBits) }
        if wordNgrams != nil { fixed.insert(.wordOrder) }
        if familyWeights != nil { fixed.insert(.familyWeights) }
        var settings = try options()
        // How rows were weighed by age is part of the report of the whole run.
        if var decay = try shift.timeDecay() {
            try read(data, into: &decay)
            settings.decay = try decay.figures()
        }
        let trainer = Trainer(options: settings)
        let traffic = try shift.mix.sample(seed: seed)
        var count = 0
        let result = try trainer.tune(
            tuning.options(fixed: fixed, inverseRegularizations: try inverseRegularizations()),
            features: try features(trainer), traffic: traffic, origin: try origin(trainer)
        ) { now in
            progress.update(stage: now.stage, rows: now.rows, fraction: now.fraction)
            return !Interruption.isRequested
        } reading: { features in
            // The same rows under other features: they have been reported.
            let isFirst = count == 0
            let (builder, _, rows) = try builder(
                of: features, settings, isFirst ? progress : ProgressLine(isQuiet: true), reportsSkipped: isFirst)
            try reportingDataErrors(progress) { try watch.check() }
            count = rows
            return builder
        }
        return (result, count)
    }

    /// All samples under `features`, weighed by age where that is asked for, and the number of those that are trained on.
    private func builder(
        of features: FeatureSettings, _ options: TrainingOptions, _ progress: ProgressLine, reportsSkipped: Bool = true
    ) throws -> (DatasetBuilder, Trainer, rows: Int) {
        var options = options
        var decay = try shift.timeDecay()
        var builder = DatasetBuilder(
            features: features, threads: options.threads, storage: try storage.storage(besides: output),
            noise: options.noise, seed: options.seed)
        let count = try read(
            data, where: rows.conditions, into: &builder, decay: &decay, stage: "reading and extracting", progress,
            reportsSkipped: reportsSkipped)
        if let decay {
            try builder.scaleWeights(by: try decay.factors())
            options.decay = try decay.figures()
        }
        if !validation.isEmpty {
            builder.beginValidation()
            var undecayed: TimeDecay?
            let judging = try read(
                validation, where: validationWhere, into: &builder, decay: &undecayed,
                stage: "reading validation samples", progress, reportsSkipped: reportsSkipped)
            guard judging > 0 else {
                throw Failure(
                    "\(validation.joined(separator: ", ")) holds no rows to choose settings on; check that there are rows below the header, or leave out --validation"
                )
            }
        }
        return (builder, Trainer(options: options), count)
    }

    /// Shows `decay` the rows that it will weigh.
    private func read(_ paths: [String], into decay: inout TimeDecay) throws {
        var readerOptions = SampleReader.Options()
        rows.apply(to: &readerOptions)
        var reader = try SampleReader(paths: paths, options: readerOptions)
        while let sample = try reader.next() { try decay.append(sample) }
    }
}
