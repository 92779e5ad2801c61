public import FeatureExtraction
internal import Inference

extension Trainer {
    /// Searches settings on held-out rows, within a budget, and trains what the search chose.
    ///
    /// The chosen model is one configuration or an average of several, folded into one linear model; it is never worse
    /// on the held-out rows than the defaults, which are trial 0.
    ///
    /// - Parameters:
    ///   - features: The features of the defaults.
    ///   - traffic: Unlabelled requests, whose label mix is estimated before the search, with those features.
    ///   - origin: Program and digests of the data.
    ///   - progress: Told where the run stands; false stops it.
    ///   - read: Reads all samples under other features; called again and again, and must give the same rows.
    /// - Complexity: Rows and their features are held in memory, 4 bytes a feature, for up to six feature settings.
    public func tune(
        _ tuning: TuningOptions, features: FeatureSettings, traffic: TrafficSample? = nil,
        origin: Provenance.Origin = .init(), progress: (TrainingProgress) -> Bool = { _ in true },
        reading read: (FeatureSettings) throws -> DatasetBuilder
    ) throws -> Result {
        guard let traffic else {
            return try tune(tuning, features: features, known: nil, origin: origin, progress: progress, reading: read)
        }
        let estimate = try estimate(traffic, features, read, progress)
        var expecting = options
        expecting.expectedMix = estimate.mix
        return try Trainer(options: expecting).tune(
            tuning, features: features, known: estimate, origin: origin, progress: progress, reading: read)
    }

    private func tune(
        _ tuning: TuningOptions, features: FeatureSettings, known: LabelMixEstimate?, origin: Provenance.Origin,
        progress: (TrainingProgress) -> Bool, reading read: (FeatureSettings) throws -> DatasetBuilder
    ) throws -> Result {
        let start = ContinuousClock.now
        if options.warmStart != nil {
            throw TrainingError(.badOption, "a search trains from nothing; leave out --warm-start or --tune")
        }
        if options.kind == .mlp { return try tunePerceptron(features, known, origin: origin, read, progress) }
        let losses = options.losses.filter { $0 != .logistic }
        guard !losses.isEmpty else {
            throw TrainingError(
                .badOption, "a search tries the losses softmax and squared-hinge; leave out --loss logistic or --tune")
        }
        var builder = try read(features)
        let prepared = try prepare(&builder)
        let base = prepared.rows
        return try withoutActuallyEscaping(progress) { progress in
            try withoutActuallyEscaping(read) { read in
                let clock = TuningClock(start: start, seconds: tuning.seconds, threads: options.threads)
                // The final fit of up to five members of an average, two steps of a path each and the last one finer.
                clock.reserve(units: 3 * Double(base.learnt) * max(1, 5 / Double(max(1, options.threads))))
                let report: (String) -> Bool = { stage in
                    let fraction = tuning.seconds.map {
                        min(0.99, (ContinuousClock.now - start) / .seconds(max($0, 1e-3)))
                    }
                    return progress(TrainingProgress(stage: stage, fraction: fraction, rows: base.rowCount))
                }
                var search = TuningSearch(
                    base: base, splits: prepared.splits, confirmationSplits: prepared.confirmationSplits,
                    isCompared: prepared.isCompared,
                    space: space(features, losses, tuning, featureCount: base.slots.count), options: options,
                    tuning: tuning, clock: clock,
                    extract: { settings in
                        var builder = try read(settings)
                        let other = try self.prepare(&builder).rows
                        guard other.labels == base.labels else {
                            throw TrainingError(
                                .unusableData,
                                "the samples changed while settings were searched; nothing was written; train again once they are complete"
                            )
                        }
                        return other
                    }, progress: report)
                try search.run()
                let choice = search.choice()
                guard report("training the chosen model") else {
                    throw TrainingError(.interrupted, "stopped; nothing was written")
                }
                return try train(choice, search, features, prepared, tuning, known, origin: origin, read, progress)
            }
        }
    }

    /// Chooses the size of a perceptron; there is no linear model to search.
    private func tunePerceptron(
        _ features: FeatureSettings, _ known: LabelMixEstimate?, origin: Provenance.Origin,
        _ read: (FeatureSettings) throws -> DatasetBuilder, _ progress: (TrainingProgress) -> Bool
    ) throws -> Result {
        var builder = try read(features)
        return try train(&builder, known: known, origin: origin, progress: progress) { context throws(TrainingError) in
            var trials: [TrainingReport.Trial] = []
            var found = try context.addPerceptron(to: nil, &trials)
            found.trials = trials
            return found
        }
    }

    /// The label mix of the traffic, from models of the defaults.
    private func estimate(
        _ traffic: TrafficSample, _ features: FeatureSettings, _ read: (FeatureSettings) throws -> DatasetBuilder,
        _ progress: (TrainingProgress) -> Bool
    ) throws -> LabelMixEstimate {
        var builder = try read(features)
        var (dataset, labels, _, validationStart) = try builder.finish()
        try check(dataset, labels, validationStart)
        try checkRanges()
        let learnt = validationStart ?? dataset.rowCount
        let parallel = Parallel(threads: max(1, options.threads))
        let active = ActiveFeatures(compacting: &dataset, learnt: validationStart, parallel: parallel)
        let splits = Split.splits(of: dataset, plan: plan(dataset, validationStart), seed: options.seed)
        try Learnability.checkRows(dataset, trained: learnt)
        try Learnability.checkSplits(splits, dataset)
        return try estimateMix(
            traffic, dataset, labels, active, splits,
            LabelWeights(options, labels).rowWeights(dataset, learnt: learnt), parallel, progress)
    }

    /// What trials need of the samples.
    private struct Prepared {
        let rows: TuningRows
        let splits: [Split]
        let confirmationSplits: [Split]
        let isCompared: [Bool]
    }

    private func prepare(_ builder: inout DatasetBuilder) throws(TrainingError) -> Prepared {
        var (dataset, labels, _, validationStart) = try builder.finish()
        try check(dataset, labels, validationStart)
        try checkRanges()
        let parallel = Parallel(threads: max(1, options.threads))
        let active = ActiveFeatures(compacting: &dataset, learnt: validationStart, parallel: parallel)
        let plan = plan(dataset, validationStart)
        let splits = Split.splits(of: dataset, plan: plan, seed: options.seed)
        try Learnability.checkRows(dataset, trained: validationStart ?? dataset.rowCount)
        try Learnability.checkSplits(splits, dataset)
        try LabelMix(options.expectedMix, labels)?.apply(to: &dataset, learnt: validationStart ?? dataset.rowCount)
        return Prepared(
            rows: TuningRows(
                dataset, active: active, labelCount: labels.count,
                labelFactors: try LabelWeights(options, labels).factors,
                learnt: validationStart ?? dataset.rowCount),
            splits: splits,
            confirmationSplits: splits.count > 1
                ? Split.splits(of: dataset, plan: plan, seed: options.seed &+ 0xC0F1_4A7E) : [],
            isCompared: ModelSearch.isCompared(dataset.rowCount, seed: options.seed))
    }

    private func space(
        _ features: FeatureSettings, _ losses: [LinearLoss], _ tuning: TuningOptions, featureCount: Int
    ) -> TuningSpace {
        var fixed = tuning.fixed
        if losses.count < 2 { fixed.insert(.loss) }
        if !options.labelWeights.isEmpty { fixed.insert(.classWeights) }
        if featureCount > TuningSearch.extractedFeatures {
            fixed.formUnion([.hashBits, .wordOrder, .characterOrders])
        }
        return TuningSpace(
            defaults: TuningConfiguration(
                hash_bits: features.bucketBits[0], word_ngrams: features.maximumWordOrder,
                shortest_character_ngram: features.characterOrders.lowerBound,
                longest_character_ngram: features.characterOrders.upperBound,
                family_weights: features.familyWeights, weighting: .inverseDocumentFrequency, loss: losses[0],
                class_weights: options.classWeights),
            losses: losses, fixed: fixed)
    }

    /// The final fit of every member, and the model around them.
    private func train(
        _ choice: TuningSearch.Choice, _ search: TuningSearch, _ features: FeatureSettings, _ prepared: Prepared,
        _ tuning: TuningOptions, _ known: LabelMixEstimate?, origin: Provenance.Origin,
        _ read: (FeatureSettings) throws -> DatasetBuilder, _ progress: @escaping (TrainingProgress) -> Bool
    ) throws -> Result {
        var settings = choice.average.members[0].finished.configuration.features(features)
        settings.familyWeights = choice.average.familyWeights
        var builder = try read(settings)
        return try train(&builder, known: known, origin: origin, progress: progress) { context throws(TrainingError) in
            let rows = TuningRows(
                context.dataset, active: context.active, labelCount: context.labelCount,
                labelFactors: prepared.rows.labelFactors, learnt: prepared.rows.learnt)
            guard rows.labels == prepared.rows.labels else {
                throw TrainingError(
                    .unusableData,
                    "the samples changed while settings were searched; nothing was written; train again once they are complete"
                )
            }
            let trained = (0..<rows.learnt).filter { context.splits.count > 1 || !context.splits[0].isHeldOut[$0] }
            let interrupted = tuning.isInterrupted
            let parallel = Parallel(threads: max(1, options.threads))
            let fit = { (trained: [Int]) throws(TrainingError) -> [Float] in
                let jobs = choice.average.members.map { member in
                    TrialJob(
                        rows: rows, configuration: member.finished.configuration,
                        path: search.path(upTo: member.finished.c),
                        split: TrialSplit(trained: trained, judged: []), seed: context.options.seed)
                }
                let weights = parallel.map(jobs.count) { jobs[$0].fit(isStopped: interrupted) }.compactMap(\.self)
                guard weights.count == jobs.count, !interrupted() else {
                    throw TrainingError(.interrupted, "stopped; nothing was written")
                }
                guard weights.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
                    throw TrainingError(.failed, "the chosen settings diverged on all rows; check the sample weights")
                }
                return choice.average.combine(weights, active: rows.active, labelCount: rows.labelCount)
            }
            var found = found(
                choice, search, trainedRows: trained.count { !context.dataset.isCopy($0) }, linear: try fit(trained))
            found.refitting = { split throws(TrainingError) in
                try fit((0..<rows.learnt).filter { !split.isHeldOut[$0] })
            }
            guard options.kind == .auto else { return found }
            var trials = found.trials
            found = try context.addPerceptron(to: found, &trials)
            found.trials = trials
            return found
        }
    }

    private func found(
        _ choice: TuningSearch.Choice, _ search: TuningSearch, trainedRows: Int, linear: [Float]
    ) -> ModelSearch.Found {
        func trial(_ finished: TuningSearch.Finished) -> TrainingReport.Trial {
            TrainingReport.Trial(
                kind: "logistic", loss: finished.configuration.loss.rawValue, inverse_regularization: finished.c,
                accuracy: finished.score.accuracy, macro_f1: finished.score.macroF1,
                log_loss: finished.score.logLoss)
        }
        var chosen = trial(choice.average.members[0].finished)
        if choice.average.members.count > 1 {
            let score = TrialScore(choice.average.heldOut)
            chosen = TrainingReport.Trial(
                kind: "average", loss: nil, inverse_regularization: nil, epochs: nil, accuracy: score.accuracy,
                macro_f1: score.macroF1, log_loss: score.logLoss)
        }
        var found = ModelSearch.Found(
            linear: linear, heldOut: choice.average.heldOut, trials: search.finished.map(trial), chosen: chosen,
            trainedRows: trainedRows)
        found.tuning = choice.report
        return found
    }
}
