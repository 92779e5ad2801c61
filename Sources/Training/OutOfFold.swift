internal import FeatureExtraction
internal import Inference
internal import ModelFormat
package import TaskType

/// What models that have not seen a row say of it: each row is predicted by the model that was trained on the other
/// folds.
package struct OutOfFold: Sendable {
    /// Names of the labels, in alphabetical order.
    package let labels: [String]
    /// Calibrated probabilities, rows × labels, in the order in which the rows were added.
    package let probabilities: [Float]
    /// The fold that each row was held out in.
    package let folds: [Int]
    /// The model of each fold, which was trained without the fold's rows.
    package let models: [TaskClassifier]

    /// The settings of the linear model behind the predictions.
    package struct Settings: Sendable {
        /// Parts that the rows are divided into.
        package var folds = 5
        /// Inverse regularisation, as in `TrainingOptions.inverseRegularizations`.
        package var inverseRegularization = 3.0
        /// Source of the order in which groups are dealt to folds.
        package var seed: UInt64 = 1
        /// Threads that work at the same time; changes the time, never the result.
        package var threads = 1

        package init() {}
    }

    /// Trains a multinomial logistic model a fold and predicts the rows held out, calibrated by one temperature for all.
    ///
    /// Rows with equal groups (or equal texts) share a fold. Every label needs rows in two groups: else some fold has
    /// none to learn it from, and gives it next to no probability.
    package init(
        _ builder: inout DatasetBuilder, settings: Settings, progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) {
        var (dataset, labels, coverage, _) = try builder.finish()
        guard dataset.rowCount > 0, labels.count >= 2 else {
            throw TrainingError(
                .unusableData,
                "all samples have the label \(labels.first ?? ""); a model needs at least two labels to tell apart")
        }
        let groups = Set(dataset.groups).count
        guard groups >= 2 else {
            throw TrainingError(
                .unusableData, "all rows belong to one group, so that none can be held out; give at least two groups")
        }
        let parallel = Parallel(threads: max(1, settings.threads))
        let active = ActiveFeatures(compacting: &dataset, parallel: parallel)
        let count = labels.count
        let splits = Split.splits(of: dataset, plan: .folds(min(max(settings.folds, 2), groups)), seed: settings.seed)
        var folds = [Int](repeating: 0, count: dataset.rowCount)
        var heldOut = HeldOutLogits(
            rows: Array(0..<dataset.rowCount), logits: [Float](repeating: 0, count: dataset.rowCount * count),
            truths: dataset.labels.map(Int.init), weights: dataset.weights, labelCount: count)
        let setting = LinearSetting(loss: .softmax, inverseRegularization: settings.inverseRegularization)
        var parameters: [[Float]] = []
        guard splits.allSatisfy({ $0.isHeldOut.contains(false) }) else {
            throw TrainingError(.failed, "a part of the rows holds all of them; choose another seed")
        }
        let paths = try withoutActuallyEscaping(progress) { progress throws(TrainingError) in
            try LinearTraining(
                dataset: dataset, active: active, labelCount: count, seed: settings.seed, parallel: parallel,
                passed: { rows in
                    progress(
                        TrainingProgress(
                            stage: "training without each of \(splits.count) parts", fraction: nil, rows: rows))
                }
            ).run(
                splits.map { split in
                    LinearJob(
                        setting.loss, path: [setting.inverseRegularization], rowWeights: dataset.weights,
                        isTrainedOn: { !split.isHeldOut[$0] }, isJudged: split.isHeldOut, kept: .last)
                })
        }
        for (fold, split) in splits.enumerated() {
            guard let step = paths[fold].last else { continue }
            var position = 0
            for row in split.isHeldOut.indices where split.isHeldOut[row] {
                folds[row] = fold
                for label in 0..<count { heldOut.logits[row * count + label] = step.logits[position + label] }
                position += count
            }
            parameters.append(step.parameters)
        }
        let calibration = CalibrationFitting.fitOne(heldOut, isVector: false)
        var probabilities = [Float](repeating: 0, count: heldOut.logits.count)
        heldOut.forEachProbability(calibration) { row, values in
            for label in 0..<count { probabilities[row * count + label] = values[label] }
        }
        self.labels = labels
        self.folds = folds
        self.probabilities = probabilities
        models = try parameters.map { parameters throws(TrainingError) in
            try Self.classifier(parameters, labels, active, dataset.settings, calibration, coverage)
        }
    }

    /// A model that answers and explains, from the parameters of one fold.
    private static func classifier(
        _ parameters: [Float], _ labels: [String], _ active: ActiveFeatures, _ features: FeatureSettings,
        _ calibration: Calibration, _ coverage: CoverageBitmap
    ) throws(TrainingError) -> TaskClassifier {
        let shares = [Float](repeating: 1 / Float(labels.count), count: labels.count)
        let model = TaskModel(
            labels: labels, features: features,
            linear: ModelAssembly.linear(parameters, labelCount: labels.count, active: active, settings: features),
            perceptron: nil, calibration: calibration,
            thresholds: [Float](repeating: 0, count: labels.count), candidateThreshold: 0, candidateCoverage: 0.95,
            coverageFilter: ModelAssembly.filter(coverage.folded()), defaultLabel: 0, priors: shares)
        do {
            let bytes = try model.encoded(precision: .float32, provenance: "{}")
            return try TaskClassifier(ModelBytes(copying: bytes, origin: "the model of a fold"), name: "fold")
        } catch {
            throw TrainingError(.failed, "the model of a fold cannot be packed: \(error)")
        }
    }
}
