internal import FeatureExtraction
internal import Inference
internal import TaskType

/// The search for a smaller model at the end of a training run.
struct SizedTraining {
    let search: ModelSearch
    let labels: [String]
    let origin: Provenance.Origin

    /// Rows that trials are judged on at most: the tests see small losses on as many, and a trial takes seconds.
    static let judgedRows = 20_000

    /// - Parameter filter: The coverage filter that the model will have.
    func run(_ found: ModelSearch.Found, maximumBytes: Int, filter: CoverageFilter) throws(TrainingError)
        -> SmallerModel
    {
        let (dataset, active) = (search.dataset, search.active)
        let scoring = PackedScoring(dataset: dataset, active: active, parallel: search.parallel)
        let model = bare(found.linear, found.perceptron, found.perceptronShare, filter)
        let isJudged = judgedRows()
        var judged: [JudgedModel] = []
        let final: PrunableModel
        if search.splits.count == 1 {
            let split = search.splits[0]
            final = PrunableModel(
                model, RowEffects(dataset: dataset, active: active, isCounted: { !split.isHeldOut[$0] }))
            judged = [JudgedModel(model: final, reference: scoring.heldOut(rows(of: split, isJudged), of: model))]
        } else {
            final = PrunableModel(model, RowEffects(dataset: dataset, active: active, isCounted: { _ in true }))
            for (fold, split) in search.splits.enumerated() {
                let part = try foldModel(found, split, "part \(fold + 1) of \(search.splits.count)", filter)
                let prunable = PrunableModel(
                    part, RowEffects(dataset: dataset, active: active, isCounted: { !split.isHeldOut[$0] }))
                judged.append(
                    JudgedModel(model: prunable, reference: scoring.heldOut(rows(of: split, isJudged), of: part)))
            }
        }
        let progress = search.progress
        let result = try SizeSearch(
            scoring: scoring, final: final, judged: judged, maximumBytes: maximumBytes,
            precision: search.options.precision, provenanceBytes: try provenanceBytes(found),
            progress: { progress(TrainingProgress(stage: "trying smaller models: \($0)", fraction: nil, rows: 0)) }
        ).run()
        return SmallerModel(found: result, final: final, maximumBytes: maximumBytes)
    }

    private func rows(of split: Split, _ isJudged: [Bool]) -> [Int] {
        split.judgedRows.filter { isJudged[$0] }
    }

    /// A seeded sample of the held-out rows.
    private func judgedRows() -> [Bool] {
        let heldOut = search.splits.reduce(0) { $0 + $1.isJudged.count { $0 } }
        guard heldOut > Self.judgedRows else { return [Bool](repeating: true, count: search.dataset.rowCount) }
        let bound = UInt64(Double(UInt64.max) * Double(Self.judgedRows) / Double(heldOut))
        return (0..<search.dataset.rowCount).map { row in
            var generator = SeededGenerator(seed: search.options.seed &+ 0x51_2E &+ UInt64(row) &* 0x9E37_79B9)
            return generator.next() <= bound
        }
    }

    /// The chosen setting, trained without a fold.
    private func foldModel(
        _ found: ModelSearch.Found, _ split: Split, _ name: String, _ filter: CoverageFilter
    ) throws(TrainingError) -> TaskModel {
        let options = search.options
        let progress = search.progress
        let passed = { (rows: Int) in
            progress(
                TrainingProgress(stage: "training without \(name) to try smaller models", fraction: nil, rows: rows))
        }
        var linear: [Float]?
        var perceptron: PerceptronParameters?
        if let refitting = found.refitting {
            linear = try refitting(split)
        } else if found.linear != nil, let loss = found.chosen.loss.flatMap(LinearLoss.init(rawValue:)),
            let c = found.chosen.inverse_regularization
        {
            linear = try LinearTraining(
                dataset: search.dataset, active: search.active, labelCount: search.labelCount, seed: options.seed,
                parallel: search.parallel, passed: passed
            ).fit(
                LinearSetting(loss: loss, inverseRegularization: c), path: options.inverseRegularizations,
                rowWeights: search.rowWeights, isTrainedOn: { !split.isHeldOut[$0] })
        }
        if let chosen = found.perceptron {
            perceptron = try PerceptronTraining(
                dataset: search.dataset, active: search.active, labelCount: search.labelCount,
                units: chosen.hiddenBias.count, rowWeights: search.rowWeights, seed: options.seed,
                parallel: search.parallel, passed: passed
            ).run(
                epochs: found.chosen.epochs ?? options.epochs, isTrainedOn: { !split.isHeldOut[$0] },
                isJudged: { _ in false }
            ).parameters
        }
        return bare(linear, perceptron, found.perceptronShare, filter)
    }

    /// A model without calibration: what it costs to pack shows in its logits.
    private func bare(
        _ linear: [Float]?, _ perceptron: PerceptronParameters?, _ share: Float, _ filter: CoverageFilter
    ) -> TaskModel {
        let settings = search.dataset.settings
        let count = labels.count
        return TaskModel(
            labels: labels, features: settings,
            linear: linear.map {
                ModelAssembly.linear($0, labelCount: count, active: search.active, settings: settings)
            },
            perceptron: perceptron.map {
                ModelAssembly.perceptron($0, active: search.active, settings: settings)
            },
            perceptronShare: share, calibration: .identity(labelCount: count),
            thresholds: [Float](repeating: 0, count: count), candidateThreshold: 0, candidateCoverage: 0.95,
            coverageFilter: filter, defaultLabel: 0, priors: [Float](repeating: 1 / Float(count), count: count))
    }

    /// Length of the provenance without the trials, and of the numbers by label that calibration will make longer.
    private func provenanceBytes(_ found: ModelSearch.Found) throws(TrainingError) -> Int {
        var report = TrainingReport(
            rows: found.trainedRows, held_out_rows: found.heldOut.truths.count, validation: "",
            label_counts: Dictionary(uniqueKeysWithValues: labels.map { ($0, search.dataset.rowCount) }),
            features: search.dataset.featureCount, active_features: search.active.count, trials: found.trials,
            chosen: found.chosen, calibration: "", float_accuracy: 0, stored_accuracy: 0, file_bytes: 0,
            seed: search.options.seed)
        report.tuning = found.tuning
        report.traffic = search.estimate
        report.tellWeights(search.options)
        report.noise = search.options.noise?.figures(copies: search.dataset.rowCount)
        do {
            // JSON inside JSON: every quotation mark is written with a backslash.
            let text = try encodeSorted(Provenance(origin: origin, training: report))
            return text.utf8.count + text.utf8.count { $0 == 0x22 } + 48 * labels.count
        } catch {
            throw TrainingError(.failed, "the training report cannot be encoded: \(error)")
        }
    }
}
