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
    ///   - traffic: Unlabelled requests, whose label mix is estimated and expected.
    ///   - origin: Program and digests of the data; goes into the file together with the report.
    ///   - progress: Told where the run stands; false stops it.
    public func train(
        _ builder: inout DatasetBuilder, traffic: TrafficSample? = nil, origin: Provenance.Origin = .init(),
        progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) -> Result {
        try train(&builder, traffic: traffic, origin: origin, progress: progress) { search throws(TrainingError) in
            try search.run()
        }
    }

    /// Trains with settings and weights from `find`, which is handed what a search needs.
    ///
    /// - Parameter known: The estimate behind the options' expected mix, where it was made before.
    func train(
        _ builder: inout DatasetBuilder, traffic: TrafficSample? = nil, known: LabelMixEstimate? = nil,
        origin: Provenance.Origin, progress: (TrainingProgress) -> Bool,
        finding find: (ModelSearch) throws(TrainingError) -> ModelSearch.Found
    ) throws(TrainingError) -> Result {
        var (dataset, labels, coverage, validationStart) = try builder.finish()
        let probes = builder.probes
        let parallel = Parallel(threads: max(1, options.threads))
        try check(dataset, labels, validationStart)
        try checkRanges()
        var active = ActiveFeatures(compacting: &dataset, learnt: validationStart, parallel: parallel)
        try Learnability.checkRows(dataset, trained: validationStart ?? dataset.rowCount)
        let plan = plan(dataset, validationStart)
        let splits = Split.splits(of: dataset, plan: plan, seed: options.seed)
        try Learnability.checkSplits(splits, dataset)
        let learnt = validationStart ?? dataset.rowCount
        if let warmStart = options.warmStart {
            active.base = try warmStart.base(active, labels: labels, settings: dataset.settings)
            coverage.insert(warmStart.coverageFilter)
        }
        let labelWeights = try LabelWeights(options, labels)
        let estimate =
            try traffic.map { traffic throws(TrainingError) in
                try estimateMix(
                    traffic, dataset, labels, active, splits, labelWeights.rowWeights(dataset, learnt: learnt),
                    parallel, progress)
            } ?? known
        try LabelMix(estimate?.mix ?? options.expectedMix, labels)?.apply(to: &dataset, learnt: learnt)
        let rowWeights = labelWeights.rowWeights(dataset, learnt: learnt)
        return try withoutActuallyEscaping(progress) { progress throws(TrainingError) in
            let search = ModelSearch(
                dataset: dataset, active: active, labelCount: labels.count, rowWeights: rowWeights, splits: splits,
                options: options, parallel: parallel, progress: progress, estimate: estimate)
            var found = try find(search)
            let filter = ModelAssembly.filter(coverage.folded(within: options.maximumBytes))
            var smaller: SmallerModel?
            if let limit = options.maximumBytes {
                let sized = SizedTraining(search: search, labels: labels, origin: origin)
                smaller = try sized.run(found, maximumBytes: limit, filter: filter)
                // What answers is calibrated on what the smaller model makes of held-out rows.
                if let heldOut = smaller?.found.heldOut { found.heldOut = heldOut }
            }
            return try finish(
                found, dataset, labels, active, filter, plan, probes: probes, origin: origin,
                splits: splits, learnt: learnt, rowWeights: rowWeights, estimate: estimate, smaller: smaller)
        }
    }

    /// Rows held out at most where nothing is asked for: figures and calibration gain nothing from more.
    private static let heldOutLimit = 200_000

    /// What the caller asked for; else each row held out once where that is cheap, else a tenth of them.
    func plan(_ dataset: Dataset, _ validationStart: Int?) -> ValidationPlan {
        if let validationStart { return .rows(from: validationStart) }
        if let validation = options.validation { return validation }
        let count = dataset.originalCount
        return count <= 20_000 ? .folds(5) : .holdout(min(0.1, Double(Self.heldOutLimit) / Double(count)))
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
        for row in 0..<trained where !dataset.isCopy(row) { counts[Int(dataset.labels[row])] += 1 }
        if let rare = counts.indices.first(where: { counts[$0] < 2 }) {
            throw TrainingError(
                .unusableData,
                "the label \(labels[rare]) has \(counts[rare] == 1 ? "one training row" : "no training row"); give each label at least two, or leave it out"
            )
        }
        if options.noise != nil, dataset.originalCount == dataset.rowCount {
            throw TrainingError(
                .unusableData,
                "noise leaves every text as it is, so that there is no copy to train on; leave --noise out")
        }
        if let name = options.defaultLabel, !labels.contains(name) {
            throw TrainingError(.badOption, "the default label \(name) is none of \(labels.joined(separator: ", "))")
        }
        if let problem = options.targetShares.problem(labels: labels) { throw TrainingError(.badOption, problem) }
        if case .folds(let count)? = options.validation, !(2...max(2, trained)).contains(count) {
            throw TrainingError(
                .badOption, "cross-validation needs at least 2 folds and at most one a row, not \(count)")
        }
        if case .holdout(let share)? = options.validation, !(share > 0 && share < 1) {
            throw TrainingError(.badOption, "the held-out share must lie between 0 and 1, not \(share)")
        }
    }

    /// The label mix of the traffic, from models trained with the weights that rows have before it is known.
    func estimateMix(
        _ traffic: TrafficSample, _ dataset: Dataset, _ labels: [String], _ active: ActiveFeatures, _ splits: [Split],
        _ rowWeights: [Float], _ parallel: Parallel, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> LabelMixEstimate {
        guard options.expectedMix.isEmpty else {
            throw TrainingError(.badOption, "an expected mix and traffic to estimate it from exclude each other")
        }
        return try withoutActuallyEscaping(progress) { progress throws(TrainingError) in
            try TrafficEstimation(
                dataset: dataset, active: active, labels: labels, rowWeights: rowWeights, splits: splits,
                parallel: parallel,
                passed: { rows in
                    progress(TrainingProgress(stage: "estimating the traffic's label mix", fraction: nil, rows: rows))
                }
            ).estimate(traffic.requests, seed: options.seed)
        }
    }

    /// Settings that no run could use, whatever the samples.
    func checkRanges() throws(TrainingError) {
        if options.warmStart != nil, options.kind != .logistic {
            throw TrainingError(
                .badOption, "a warm start trains a linear model only; leave out --kind or give logistic")
        }
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

    private func finish(
        _ found: ModelSearch.Found, _ dataset: Dataset, _ labels: [String], _ active: ActiveFeatures,
        _ filter: CoverageFilter, _ plan: ValidationPlan, probes: [Request], origin: Provenance.Origin,
        splits: [Split], learnt: Int, rowWeights: [Float], estimate: LabelMixEstimate?, smaller: SmallerModel?
    ) throws(TrainingError) -> Result {
        let priors = LabelMix.shares(dataset.labels, dataset.weights, rows: 0..<learnt, labelCount: labels.count)
        let choice = CalibrationChoice(
            found.heldOut, groups: found.heldOut.rows.map { dataset.groups[$0] },
            shift: LabelMix.shift(
                from: LabelMix.shares(dataset.labels, rowWeights, rows: 0..<learnt, labelCount: labels.count),
                to: priors), seed: options.seed)
        let calibration = choice.calibration
        let decisions = Decisions(found.heldOut, calibration, labels: labels, options: options)
        var counts = [Int](repeating: 0, count: labels.count)
        for row in 0..<learnt where !dataset.isCopy(row) { counts[Int(dataset.labels[row])] += 1 }
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
            thresholds: decisions.thresholds, candidateThreshold: decisions.conformal.marginal,
            labelCandidateThresholds: decisions.conformal.perLabel,
            candidateCoverage: Float(options.candidateCoverage),
            coverageFilter: filter,
            defaultLabel: options.defaultLabel.flatMap { labels.firstIndex(of: $0) } ?? mostFrequent,
            priors: priors.map { Float($0) })
        var report = TrainingReport(
            rows: found.trainedRows, held_out_rows: found.heldOut.truths.count, validation: plan.summary,
            label_counts: Dictionary(uniqueKeysWithValues: zip(labels, counts)), features: dataset.featureCount,
            active_features: active.count, trials: found.trials, chosen: found.chosen, tuning: found.tuning,
            calibration: choice.kind.name, calibration_trials: choice.trials,
            decisions: .init(choice, found.heldOut, labels: labels, options: options), traffic: estimate,
            decay: options.decay, float_accuracy: 0,
            stored_accuracy: 0, file_bytes: 0, seed: options.seed)
        report.tellWeights(options)
        report.noise = options.noise?.figures(
            copies: (0..<learnt).count { dataset.isCopy($0) && (splits.count > 1 || !splits[0].isHeldOut[$0]) })
        report.decisions?.candidate_fallbacks = decisions.conformal.fallbacks.map { labels[$0] }
        do {
            report.size_search = smaller?.found.report
            let packing = ModelPacking(options: options, origin: origin, smaller: smaller)
            let storedWithoutProvenance = try packing.encode(model)
            let stored = try TaskModel(
                SafetensorsFile(parsing: ModelBytes(copying: storedWithoutProvenance, origin: "the new model")))
            let judged = PrecisionCheck(
                dataset: dataset, active: active, splits: splits, parallel: Parallel(threads: max(1, options.threads)))
            report.float_accuracy = judged.accuracy(of: model)
            report.stored_accuracy = judged.accuracy(of: stored)
            report.file_bytes = storedWithoutProvenance.count
            let bytes = try packing.encode(model, &report)
            try rescore(bytes, stored, probes)
            return Result(bytes: bytes, report: report)
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError(.failed, "the new model cannot be packed: \(error)")
        }
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
