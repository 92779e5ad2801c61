internal import Conversation
public import FeatureExtraction
internal import Inference
internal import ModelFormat
internal import TaskType

/// Trains a model from labelled samples: chooses settings on held-out rows, fits, calibrates, and packs the weights.
///
/// Same samples, options and seed give the same bytes, whatever the number of threads, on processors with the same
/// floating-point kernels (DESIGN: AVX2 and above give the same results where the BLAS kernel is pinned).
public struct Trainer {
    /// The settings of the run.
    public let options: TrainingOptions

    /// A trainer with `options`.
    public init(options: TrainingOptions) { self.options = options }

    /// What a run brings forth.
    public struct Result: Sendable {
        /// The weights file's bytes.
        public var bytes: [UInt8]
        /// What was done and how good it is.
        public var report: TrainingReport
    }

    /// The features that samples are to be read with.
    public func features(labelCount: Int?) -> FeatureSettings {
        if let features = options.features { return features }
        // Many labels want smaller tables: a row has a weight a label.
        guard let labelCount, labelCount > 16 else { return FeatureSettings() }
        return FeatureSettings(bucketBits: [15, 15, 13, 13, 12, 12, 10])
    }

    /// Trains on what `builder` has read.
    ///
    /// - Parameters:
    ///   - origin: Program and digests of the data; goes into the file together with the report.
    ///   - progress: Told where the run stands; false stops it.
    public func train(
        _ builder: inout DatasetBuilder, origin: Provenance.Origin = .init(),
        progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) -> Result {
        try train(&builder, origin: origin, progress: progress) { search throws(TrainingError) in
            try search.run()
        }
    }

    /// Trains with settings and weights from `find`, which is handed what a search needs.
    func train(
        _ builder: inout DatasetBuilder, origin: Provenance.Origin, progress: (TrainingProgress) -> Bool,
        finding find: (ModelSearch) throws(TrainingError) -> ModelSearch.Found
    ) throws(TrainingError) -> Result {
        var (dataset, labels, coverage, validationStart) = builder.finish()
        let probes = builder.probes
        let parallel = Parallel(threads: max(1, options.threads))
        try check(dataset, labels, validationStart)
        try checkRanges()
        let active = ActiveFeatures(compacting: &dataset, learnt: validationStart, parallel: parallel)
        let plan = plan(dataset, validationStart)
        let splits = Split.splits(of: dataset, plan: plan, seed: options.seed)
        try applyExpectedMix(to: &dataset, labels)
        let rowWeights = weights(dataset, labelCount: labels.count, learnt: validationStart ?? dataset.rowCount)
        return try withoutActuallyEscaping(progress) { progress throws(TrainingError) in
            let search = ModelSearch(
                dataset: dataset, active: active, labelCount: labels.count, rowWeights: rowWeights, splits: splits,
                options: options, parallel: parallel, progress: progress)
            let found = try find(search)
            return try finish(
                found, dataset, labels, active, coverage, plan, probes: probes, origin: origin,
                splits: splits)
        }
    }

    /// What the caller asked for; else each row held out once where that is cheap, else a tenth of them.
    func plan(_ dataset: Dataset, _ validationStart: Int?) -> ValidationPlan {
        if let validationStart { return .rows(from: validationStart) }
        return options.validation ?? (dataset.rowCount <= 20_000 ? .folds(5) : .holdout(0.1))
    }

    func check(_ dataset: Dataset, _ labels: [String], _ validationStart: Int?) throws(TrainingError) {
        let trained = validationStart ?? dataset.rowCount
        guard trained > 0 else {
            throw TrainingError(
                .unusableData, "there are no samples to train on; check that the files have rows below their header")
        }
        guard labels.count >= 2 else {
            throw TrainingError(
                .unusableData,
                "all samples have the label \(labels.first ?? ""); a classifier needs at least two labels")
        }
        var counts = [Int](repeating: 0, count: labels.count)
        for label in dataset.labels[..<trained] { counts[Int(label)] += 1 }
        if let rare = counts.indices.first(where: { counts[$0] < 2 }) {
            throw TrainingError(
                .unusableData,
                "the label \(labels[rare]) has \(counts[rare] == 1 ? "one training row" : "no training row"); give each label at least two, or leave it out"
            )
        }
        if let name = options.defaultLabel, !labels.contains(name) {
            throw TrainingError(.badOption, "the default label \(name) is none of \(labels.joined(separator: ", "))")
        }
        if case .folds(let count)? = options.validation, !(2...max(2, trained)).contains(count) {
            throw TrainingError(
                .badOption, "cross-validation needs at least 2 folds and at most one a row, not \(count)")
        }
        if case .holdout(let share)? = options.validation, !(share > 0 && share < 1) {
            throw TrainingError(.badOption, "the held-out share must lie between 0 and 1, not \(share)")
        }
    }

    /// Scales sample weights so that the labels' shares are those expected in traffic.
    func applyExpectedMix(to dataset: inout Dataset, _ labels: [String]) throws(TrainingError) {
        guard !options.expectedMix.isEmpty else { return }
        guard Set(options.expectedMix.keys) == Set(labels),
            options.expectedMix.values.allSatisfy({ $0 > 0 && $0.isFinite })
        else {
            throw TrainingError(
                .badOption, "the expected mix needs a positive share for each of \(labels.joined(separator: ", "))")
        }
        var totals = [Double](repeating: 0, count: labels.count)
        for (label, weight) in zip(dataset.labels, dataset.weights) { totals[Int(label)] += Double(weight) }
        let all = totals.reduce(0, +)
        let shares = options.expectedMix.values.sorted().reduce(0, +)
        let factors = labels.indices.map { label in
            totals[label] > 0 ? Float((options.expectedMix[labels[label]] ?? 0) / shares * all / totals[label]) : 0
        }
        for row in dataset.weights.indices { dataset.weights[row] *= factors[Int(dataset.labels[row])] }
    }

    /// Settings that no run could use, whatever the samples.
    func checkRanges() throws(TrainingError) {
        if options.losses.isEmpty {
            throw TrainingError(.badOption, "there is no loss to train with; give at least one")
        }
        let isUsable = options.inverseRegularizations.allSatisfy { $0.isFinite && $0 > 0 }
        guard isUsable, !options.inverseRegularizations.isEmpty else {
            throw TrainingError(
                .badOption,
                "the inverse regularisations C must be one or more positive numbers, not \(options.inverseRegularizations)"
            )
        }
        guard (1...4096).contains(options.hiddenUnits) else {
            throw TrainingError(.badOption, "a perceptron has 1 to 4096 hidden units, not \(options.hiddenUnits)")
        }
        guard options.epochs > 0 else {
            throw TrainingError(
                .badOption,
                "the perceptron needs at least 1 pass over the data (passes are epochs), not \(options.epochs)")
        }
        guard options.candidateCoverage > 0, options.candidateCoverage < 1 else {
            throw TrainingError(
                .badOption, "the candidates' coverage must lie between 0 and 1, not \(options.candidateCoverage)")
        }
        guard options.targetPrecision >= 0, options.targetPrecision <= 1 else {
            throw TrainingError(.badOption, "the target precision must be 0 to 1, not \(options.targetPrecision)")
        }
    }

    /// Sample weight times class weight, which follows from the first `learnt` rows: those of validation files have no
    /// say in it.
    private func weights(_ dataset: Dataset, labelCount: Int, learnt: Int) -> [Float] {
        options.classWeights.weights(
            labels: dataset.labels, sampleWeights: dataset.weights, labelCount: labelCount, learnt: learnt)
    }

    private func finish(
        _ found: ModelSearch.Found, _ dataset: Dataset, _ labels: [String], _ active: ActiveFeatures,
        _ coverage: CoverageBitmap, _ plan: ValidationPlan, probes: [Request], origin: Provenance.Origin,
        splits: [Split]
    ) throws(TrainingError) -> Result {
        let calibration = CalibrationFitting.fit(found.heldOut)
        var counts = [Int](repeating: 0, count: labels.count)
        for label in dataset.labels { counts[Int(label)] += 1 }
        let mostFrequent = counts.indices.max { counts[$0] < counts[$1] } ?? 0
        let model = TaskModel(
            labels: labels, features: dataset.settings,
            linear: found.linear.map {
                ModelAssembly.linear($0, labelCount: labels.count, active: active, settings: dataset.settings)
            },
            perceptron: found.perceptron.map {
                ModelAssembly.perceptron($0, active: active, settings: dataset.settings)
            },
            perceptronShare: found.perceptronShare, calibration: calibration,
            thresholds: DecisionFitting.thresholds(found.heldOut, calibration, precision: options.targetPrecision),
            candidateThreshold: DecisionFitting.candidateThreshold(
                found.heldOut, calibration, coverage: options.candidateCoverage),
            candidateCoverage: Float(options.candidateCoverage),
            coverageFilter: ModelAssembly.filter(coverage.folded()),
            defaultLabel: options.defaultLabel.flatMap { labels.firstIndex(of: $0) } ?? mostFrequent,
            priors: priors(dataset, labelCount: labels.count))
        var report = TrainingReport(
            rows: found.trainedRows, held_out_rows: found.heldOut.truths.count, validation: plan.summary,
            label_counts: Dictionary(uniqueKeysWithValues: zip(labels, counts)), features: dataset.featureCount,
            active_features: active.count, trials: found.trials, chosen: found.chosen, tuning: found.tuning,
            calibration: Set(calibration.offsets) == [0] ? "temperature" : "vector", float_accuracy: 0,
            stored_accuracy: 0, file_bytes: 0, seed: options.seed)
        do {
            let storedWithoutProvenance = try model.encoded(precision: options.precision, provenance: "{}")
            let stored = try TaskModel(
                SafetensorsFile(parsing: ModelBytes(copying: storedWithoutProvenance, origin: "the new model")))
            let judged = PrecisionCheck(dataset: dataset, active: active, splits: splits)
            report.float_accuracy = judged.accuracy(of: model)
            report.stored_accuracy = judged.accuracy(of: stored)
            report.file_bytes = storedWithoutProvenance.count
            let bytes = try model.encoded(
                precision: options.precision,
                provenance: try encodeSorted(Provenance(origin: origin, training: report)))
            report.file_bytes = bytes.count
            try rescore(bytes, stored, probes)
            return Result(bytes: bytes, report: report)
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError(.failed, "the new model cannot be packed: \(error)")
        }
    }

    /// Weighted share of each label.
    private func priors(_ dataset: Dataset, labelCount: Int) -> [Float] {
        var totals = [Double](repeating: 0, count: labelCount)
        for (label, weight) in zip(dataset.labels, dataset.weights) { totals[Int(label)] += Double(weight) }
        let all = totals.reduce(0, +)
        return totals.map { Float($0 / all) }
    }

    /// Reads the packed model as a router would and compares its answers with those of the model in memory.
    private func rescore(_ bytes: [UInt8], _ model: TaskModel, _ probes: [Request]) throws {
        let classifier = try TaskClassifier(ModelBytes(copying: bytes, origin: "the new model"), name: "new")
        for probe in probes {
            let answer = classifier.classify(probe)
            let sum = answer.probabilities.reduce(0, +)
            guard answer.labels == model.labels, abs(sum - 1) < 1e-3, answer.confidence.isFinite else {
                throw TrainingError(.failed, "the new model does not answer as it was trained to; nothing was written")
            }
        }
    }
}

extension ValidationPlan {
    /// The plan in a few words.
    var summary: String {
        switch self {
        case .folds(let count): "\(count)-fold cross-validation"
        case .holdout(let share): "\(share) of the rows held out"
        case .rows: "files of their own"
        }
    }
}
