internal import Inference

/// Tries settings on held-out rows and fits the best of them.
struct ModelSearch {
    let dataset: Dataset
    let active: ActiveFeatures
    let labelCount: Int
    let rowWeights: [Float]
    let splits: [Split]
    let options: TrainingOptions
    let parallel: Parallel
    let progress: (TrainingProgress) -> Bool
    /// Whether `dataset` is a sample of the rows already.
    var isSample = false
    /// The label mix of the traffic, where one was estimated.
    var estimate: LabelMixEstimate?

    /// Rows on which losses and regularisation are compared at most: more would change the choice rarely and cost
    /// much; the final fit uses all rows.
    static let comparedRows = 30_000
    /// Parameters of candidates that are kept at most, 256 MiB of them.
    private static let keptParameters = 64 << 20

    /// What was found.
    struct Found {
        var linear: [Float]?
        var perceptron: PerceptronParameters?
        var perceptronShare: Float = 0
        var heldOut: HeldOutLogits
        var trials: [TrainingReport.Trial]
        var chosen: TrainingReport.Trial
        var trainedRows: Int
        /// What a search for settings tried, where there was one.
        var tuning: TuningReport?
        /// Trains the linear part once more without the rows that a split holds out; nil where the chosen setting says all
        /// that is needed.
        var refitting: ((Split) throws(TrainingError) -> [Float])?
    }

    func run() throws(TrainingError) -> Found {
        var trials: [TrainingReport.Trial] = []
        var linear: LinearChoice?
        var perceptron: (epochs: Int, heldOut: HeldOutLogits, last: PerceptronParameters)?
        if options.kind != .mlp { linear = try searchLinear(&trials) }
        if options.kind != .logistic { perceptron = try searchPerceptron(&trials) }

        // Candidates: each part alone and, for `auto`, their average in units of their temperatures.
        var heldOut: [HeldOutLogits] = []
        var uses: [(linear: Bool, perceptron: Bool, share: Float)] = []
        if let linear {
            heldOut.append(linear.heldOut)
            uses.append((true, false, 0))
        }
        if let perceptron {
            heldOut.append(perceptron.heldOut)
            uses.append((false, true, 1))
        }
        if let linear, let perceptron {
            let first = CalibrationFitting.fitOne(linear.heldOut, isVector: false).scales[0]
            let second = CalibrationFitting.fitOne(perceptron.heldOut, isVector: false).scales[0]
            let share = second / (first + second)
            var average = linear.heldOut
            for index in average.logits.indices {
                average.logits[index] = (1 - share) * average.logits[index] + share * perceptron.heldOut.logits[index]
            }
            heldOut.append(average)
            uses.append((true, true, share))
            trials.append(trial("average", HeldOutScore(average)))
        }
        guard let best = HeldOutScore.best(heldOut.map(HeldOutScore.init)) else {
            throw TrainingError(
                .unusableData, "no row could be held out to choose settings on; give more samples or --validation")
        }
        let use = uses[best]
        var chosen = trial(
            use.linear && use.perceptron ? "average" : use.linear ? "logistic" : "mlp", HeldOutScore(heldOut[best]))
        var found = Found(
            perceptronShare: use.share, heldOut: heldOut[best], trials: trials, chosen: chosen,
            trainedRows: (0..<dataset.rowCount).count { isTrainedOnFinally($0) && !dataset.isCopy($0) })
        if use.linear, let linear {
            chosen.loss = linear.setting.loss.rawValue
            chosen.inverse_regularization = linear.setting.inverseRegularization
            if let parameters = linear.parameters {
                found.linear = parameters
            } else {
                found.linear = try fitLinear(linear.setting)
            }
        }
        if use.perceptron, let perceptron {
            chosen.epochs = perceptron.epochs
            found.perceptron =
                splits.count == 1
                ? perceptron.last
                : try perceptronTraining("training the perceptron").run(
                    epochs: perceptron.epochs, isTrainedOn: isTrainedOnFinally, isJudged: { _ in false }
                ).parameters
        }
        found.chosen = chosen
        return found
    }

    /// Rows of the final fit: with cross-validation all rows, else those that were not held out.
    func isTrainedOnFinally(_ row: Int) -> Bool { splits.count > 1 || !splits[0].isHeldOut[row] }

    /// A seeded sample of at most `comparedRows` rows for comparing settings.
    static func isCompared(_ count: Int, seed: UInt64) -> [Bool] {
        guard count > comparedRows else { return [Bool](repeating: true, count: count) }
        let bound = UInt64(Double(UInt64.max) * Double(comparedRows) / Double(count))
        return (0..<count).map { row in
            var generator = SeededGenerator(seed: seed &+ 0x5EED &+ UInt64(row) &* 0x9E37_79B9)
            return generator.next() <= bound
        }
    }

    private func searchLinear(
        _ trials: inout [TrainingReport.Trial]
    ) throws(TrainingError) -> LinearChoice {
        if !isSample, splits.count == 1, dataset.rowCount > Self.comparedRows {
            let sample = ComparedRows(
                of: dataset, rowWeights: rowWeights, split: splits[0], limit: Self.comparedRows, seed: options.seed)
            if sample.isSample { return try searchLinear(on: sample, &trials) }
        }
        let compared =
            isSample
            ? [Bool](repeating: true, count: dataset.rowCount)
            : Self.isCompared(dataset.rowCount, seed: options.seed)
        // With a single split, the best candidate is the final fit itself.
        let candidates = options.losses.count * options.inverseRegularizations.count
        let keepsAll =
            splits.count == 1 && !isSample && dataset.rowCount <= Self.comparedRows
            && candidates * active.count * labelCount <= Self.keptParameters
        let training = linearTraining(
            "comparing settings of the linear model on held-out rows",
            fits: options.losses.count * splits.count * options.inverseRegularizations.count,
            rows: min(dataset.rowCount, Self.comparedRows))
        let paths = try training.run(
            options.losses.flatMap { loss in
                splits.map { split in
                    LinearJob(
                        loss, path: options.inverseRegularizations, rowWeights: rowWeights,
                        isTrainedOn: { !split.isHeldOut[$0] && compared[$0] }, isJudged: split.isJudged,
                        kept: keepsAll ? .all : .none)
                }
            })
        var settings: [LinearSetting] = []
        var heldOut: [HeldOutLogits] = []
        for (number, loss) in options.losses.enumerated() {
            for (step, c) in options.inverseRegularizations.enumerated() {
                settings.append(LinearSetting(loss: loss, inverseRegularization: c))
                var logits = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: labelCount)
                for (fold, split) in splits.enumerated() {
                    append(
                        rows: split.judgedRows,
                        logits: paths[number * splits.count + fold][step].logits, to: &logits)
                }
                heldOut.append(logits)
            }
        }
        let scores = heldOut.map(HeldOutScore.init)
        for (setting, score) in zip(settings, scores) {
            var entry = trial("logistic", score)
            entry.loss = setting.loss.rawValue
            entry.inverse_regularization = setting.inverseRegularization
            trials.append(entry)
        }
        guard let best = HeldOutScore.best(scores) else {
            throw TrainingError(
                .unusableData, "no row could be held out to choose settings on; give more samples or --validation")
        }
        let (loss, step) = best.quotientAndRemainder(dividingBy: options.inverseRegularizations.count)
        return LinearChoice(
            setting: settings[best], heldOut: heldOut[best],
            parameters: keepsAll ? paths[loss * splits.count][step].parameters : nil)
    }

    /// Compares settings on a sample of the rows, fits the best of them on all training rows, and judges that one on all
    /// held-out rows: calibration is to see the logits of the model that it is for.
    private func searchLinear(
        on sample: ComparedRows, _ trials: inout [TrainingReport.Trial]
    ) throws(TrainingError) -> LinearChoice {
        let search = ModelSearch(
            dataset: sample.dataset, active: active, labelCount: labelCount, rowWeights: sample.rowWeights,
            splits: [sample.split], options: options, parallel: parallel, progress: progress, isSample: true)
        var choice = try search.searchLinear(&trials)
        let parameters = try fitLinear(choice.setting)
        let split = splits[0]
        choice.heldOut = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: labelCount)
        append(
            rows: split.judgedRows,
            logits: LinearScoring.logits(
                parameters, of: dataset, labelCount: labelCount, isWanted: split.isJudged, parallel: parallel),
            to: &choice.heldOut)
        choice.parameters = parameters
        return choice
    }

    func searchPerceptron(
        _ trials: inout [TrainingReport.Trial]
    ) throws(TrainingError) -> (Int, HeldOutLogits, PerceptronParameters)? {
        var heldOut = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: labelCount)
        var epochs = 0
        var last: PerceptronParameters?
        for (fold, split) in splits.enumerated() {
            let training = perceptronTraining("training the perceptron, part \(fold + 1) of \(splits.count)")
            let outcome = try training.run(
                epochs: options.epochs, isTrainedOn: { !split.isHeldOut[$0] }, isJudged: { split.isJudged[$0] })
            let rows = split.judgedRows
            append(
                rows: rows, logits: training.logits(outcome.parameters, rows: rows), to: &heldOut)
            epochs += outcome.epochs
            last = outcome.parameters
        }
        guard let last else { return nil }
        epochs = max(1, (epochs + splits.count / 2) / splits.count)
        var entry = trial("mlp", HeldOutScore(heldOut))
        entry.epochs = epochs
        trials.append(entry)
        return (epochs, heldOut, last)
    }

    private func fitLinear(_ setting: LinearSetting) throws(TrainingError) -> [Float] {
        try linearTraining("training the linear model", fits: 2, rows: dataset.rowCount)
            .fit(
                setting, path: options.inverseRegularizations, rowWeights: rowWeights, isTrainedOn: isTrainedOnFinally)
    }

    /// Passes that a fit takes as a rule, for the estimate of the time left.
    private static let usualPasses = 10

    private func linearTraining(_ stage: String, fits: Int, rows: Int) -> LinearTraining {
        let counter = RowCounter()
        let progress = progress
        let expected = Double(max(fits * rows * Self.usualPasses, 1))
        return LinearTraining(
            dataset: dataset, active: active, labelCount: labelCount, seed: options.seed, parallel: parallel,
            passed: { new in
                let rows = counter.add(new)
                return progress(
                    TrainingProgress(stage: stage, fraction: min(0.99, Double(rows) / expected), rows: rows))
            })
    }

    func perceptronTraining(_ stage: String) -> PerceptronTraining {
        let counter = RowCounter()
        let progress = progress
        let total = dataset.rowCount * options.epochs
        return PerceptronTraining(
            dataset: dataset, active: active, labelCount: labelCount, units: options.hiddenUnits,
            rowWeights: rowWeights, seed: options.seed, parallel: parallel,
            passed: { new in
                let rows = counter.add(new)
                return progress(
                    TrainingProgress(stage: stage, fraction: min(1, Double(rows) / Double(total)), rows: rows))
            })
    }

    private func append(rows: [Int], logits: [Float], to data: inout HeldOutLogits) {
        data.rows += rows
        data.logits += logits
        data.truths += rows.map { Int(dataset.labels[$0]) }
        data.weights += rows.map { dataset.weights[$0] }
    }

    private func trial(_ kind: String, _ score: HeldOutScore) -> TrainingReport.Trial {
        TrainingReport.Trial(
            kind: kind, loss: nil, inverse_regularization: nil, epochs: nil, accuracy: score.accuracy,
            macro_f1: score.macroF1, log_loss: score.logLoss)
    }
}

/// A setting of the linear model that was found best.
private struct LinearChoice {
    var setting: LinearSetting
    var heldOut: HeldOutLogits
    /// Of the final fit, where there has been one already.
    var parameters: [Float]?
}

/// Rows passed over in a stage.
private final class RowCounter {
    private var rows = 0

    func add(_ new: Int) -> Int {
        rows += new
        return rows
    }
}
