internal import Conversation
internal import FeatureExtraction
internal import Inference
internal import ModelFormat
internal import TaskType

/// Estimates the label mix of traffic while a model is trained, before settings are chosen for that mix.
///
/// The classifier behind the estimate is a logistic model of one plain setting for each split: any classifier will do
/// as long as it tells the labels apart. Predictions on traffic are the mean of those of the splits' models, as the
/// confusion matrix is that of the splits' held-out rows.
struct TrafficEstimation {
    let dataset: Dataset
    let active: ActiveFeatures
    let labels: [String]
    let rowWeights: [Float]
    let splits: [Split]
    let parallel: Parallel
    let passed: (_ rows: Int) -> Bool

    /// Splits that are used at most.
    private static let splitLimit = 5
    private static let inverseRegularization = 3.0
    private static let chunk = 256

    func estimate(_ traffic: [Request], seed: UInt64) throws(TrainingError) -> LabelMixEstimate {
        let count = labels.count
        let used = splits.prefix(Self.splitLimit)
        let paths = try LinearTraining(
            dataset: dataset, active: active, labelCount: count, seed: seed, parallel: parallel, passed: passed
        ).run(
            used.map { split in
                LinearJob(
                    .softmax, path: [Self.inverseRegularization], rowWeights: rowWeights,
                    isTrainedOn: { !split.isHeldOut[$0] }, isJudged: split.isJudged, kept: .last)
            })
        var heldOut = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: count)
        for (split, path) in zip(used, paths) {
            let rows = split.judgedRows
            heldOut.rows += rows
            heldOut.logits += path.flatMap(\.logits)
            heldOut.truths += rows.map { Int(dataset.labels[$0]) }
            heldOut.weights += rows.map { dataset.weights[$0] }
        }
        let calibration = CalibrationFitting.fitOne(heldOut, isVector: false)
        var evidence = ShiftEvidence(
            labels: labels, probabilities: [], truths: heldOut.truths, weights: heldOut.weights.map(Double.init),
            traffic: [])
        heldOut.forEachProbability(calibration) { _, probabilities in evidence.probabilities += Array(probabilities) }
        let models = paths.flatMap(\.self).map {
            ModelAssembly.linear($0.parameters, labelCount: count, active: active, settings: dataset.settings)
        }
        evidence.traffic = score(traffic, models, calibration)
        return try evidence.estimate(seed: seed)
    }

    /// Mean probabilities of the models for each request that has anything to classify.
    private func score(
        _ requests: [Request], _ models: [LogisticRegression], _ calibration: Calibration
    ) -> [Float] {
        let count = labels.count
        let extractor = FeatureExtractor(settings: dataset.settings)
        return parallel.map((requests.count + Self.chunk - 1) / Self.chunk) { part in
            var scratch = FeatureScratch(settings: extractor.settings)
            var means: [Float] = []
            var logits = [Float](repeating: 0, count: count)
            for request in requests[part * Self.chunk..<min((part + 1) * Self.chunk, requests.count)] {
                extractor.extract(Ask(request), into: &scratch)
                if scratch.tokenCount == 0 { continue }
                var sums = [Float](repeating: 0, count: count)
                for model in models {
                    logits.withUnsafeMutableBufferPointer { logits in
                        model.start(logits)
                        for family in FeatureFamily.allCases where scratch.scale(of: family) != 0 {
                            let scale = scratch.scale(of: family)
                            scratch.withSlots(of: family) {
                                model.add(
                                    FamilyFeatures(slots: $0, scale: scale), family: family.rawValue, to: logits)
                            }
                        }
                        calibration.apply(to: logits)
                    }
                    for label in 0..<count { sums[label] += logits[label] / Float(models.count) }
                }
                means += sums
            }
            return means
        }.flatMap(\.self)
    }
}
