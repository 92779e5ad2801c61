internal import FeatureExtraction
internal import Optimization

/// Trains linear models along paths from strong to weak regularisation.
///
/// By dual coordinate descent, a thread a path, where the loss has a fast dual; else by L-BFGS, all threads on one path
/// after the other. Which of them depends on loss and size alone, so that a model does not depend on threads or memory.
struct LinearTraining {
    let dataset: Dataset
    let active: ActiveFeatures
    let labelCount: Int
    /// Source of the orders in which rows are visited.
    let seed: UInt64
    let parallel: Parallel
    /// Told of passes over the data; false stops the run.
    let passed: (_ rows: Int) -> Bool

    /// The duality gap as a share of the loss at which a step of a path ends: predictions hardly move below it.
    static let tolerance = 0.001

    /// Dual variables, a row and label each, that are held in memory at most: 2 GiB of them.
    private static let dualLimit = 512 << 20

    /// Features of a data set that is decoded as a whole for all paths, 128 MiB.
    private static let residentFeatures = 32 << 20

    /// Stops where a few passes gain less than a ten-thousandth of the loss: held-out scores no longer move then.
    private let optimizer = LBFGS(
        memory: 6, gradientTolerance: 3e-4, valueTolerance: 1e-4, valueWindow: 3, iterationLimit: 200)

    /// Parameters of one setting, trained on the rows that have a weight: weights [active features × labels] times the
    /// features' factors, then biases.
    ///
    /// Those steps of `path` are taken first that lead up to the setting's C.
    func fit(
        _ setting: LinearSetting, path: [Double], rowWeights: [Float], isTrainedOn: (Int) -> Bool
    ) throws(TrainingError) -> [Float] {
        try run([setting.job(path: path, rowWeights: rowWeights, isTrainedOn: isTrainedOn)])[0].last?.parameters ?? []
    }

    /// Follows the paths of all jobs; for each job the steps of its path.
    func run(_ jobs: [LinearJob]) throws(TrainingError) -> [[LinearStep]] {
        var results = [[LinearStep]](repeating: [], count: jobs.count)
        let dual = jobs.indices.filter { hasFastDual(jobs[$0]) }
        if !dual.isEmpty {
            let rows = dataset.featureCount <= Self.residentFeatures ? DecodedRows(dataset) : nil
            let hasThreadsLeft = parallel.threads > dual.count
            let work = dual.map { dualWork(jobs[$0], rows, decodesAhead: hasThreadsLeft) }
            guard let paths = parallel.map(work.count, passed: passed, { work[$0].follow($1) }) else {
                throw TrainingError(.interrupted, "stopped; nothing was written")
            }
            for (job, steps) in zip(dual, paths) { results[job] = steps }
        }
        for job in jobs.indices where !hasFastDual(jobs[job]) { results[job] = try followPrimal(jobs[job]) }
        for step in results.joined() {
            guard step.logits.allSatisfy(\.isFinite), step.parameters.allSatisfy(\.isFinite) else {
                throw diverged(step.loss, step.inverseRegularization)
            }
        }
        return results
    }

    private func hasFastDual(_ job: LinearJob) -> Bool {
        job.loss != .logistic && job.rowWeights.count { $0 > 0 } * labelCount <= Self.dualLimit
    }

    private func dualWork(_ job: LinearJob, _ rows: DecodedRows?, decodesAhead: Bool) -> DualWork {
        let isTrained = job.rowWeights.map { $0 > 0 }
        return DualWork(
            job: job, dataset: dataset, active: active, labelCount: labelCount, seed: seed,
            passes: rows.map { RowPasses($0, trained: isTrained.indices.filter { isTrained[$0] }) }
                ?? RowPasses(dataset, isTrained: isTrained, decodesAhead: decodesAhead),
            tolerance: Self.tolerance)
    }

    /// Follows a path by L-BFGS.
    private func followPrimal(_ job: LinearJob) throws(TrainingError) -> [LinearStep] {
        var objective = LinearObjective(
            dataset: dataset, labelCount: labelCount, loss: job.loss, rowWeights: job.rowWeights,
            featureFactors: active.inverseDocumentFrequencies, regularization: 0, parallel: parallel,
            base: active.base?.parameters)
        var point = [Float](repeating: 0, count: objective.dimension)
        var steps: [LinearStep] = []
        for (step, c) in job.path.enumerated() {
            point = try minimize(&objective, c, from: point)
            let parameters = objective.effectiveParameters(point)
            steps.append(
                LinearStep(
                    loss: job.loss, inverseRegularization: c,
                    logits: job.isJudged.map {
                        LinearScoring.logits(
                            parameters, of: dataset, labelCount: labelCount, isWanted: $0, parallel: parallel)
                    } ?? [],
                    parameters: job.keeps(step) ? parameters : []))
        }
        return steps
    }

    private func minimize(
        _ objective: inout LinearObjective, _ c: Double, from start: [Float]
    ) throws(TrainingError) -> [Float] {
        let trainedRows = objective.rowWeights.count { $0 > 0 }
        objective.regularization = 1 / (c * Double(max(trainedRows, 1)))
        var evaluations = 0
        let passed = passed
        let result = optimizer.minimize(&objective, from: start) { progress in
            let new = progress.evaluations - evaluations
            evaluations = progress.evaluations
            return passed(new * trainedRows)
        }
        if result.stopReason == .cancelled { throw TrainingError(.interrupted, "stopped; nothing was written") }
        guard result.value.isFinite, result.point.allSatisfy(\.isFinite) else { throw diverged(objective.loss, c) }
        return result.point
    }

    private func diverged(_ loss: LinearLoss, _ c: Double) -> TrainingError {
        TrainingError(
            .failed,
            "training with \(loss.rawValue) and C = \(c) diverged; try a smaller C or check the sample weights")
    }
}

/// A linear model's setting that was tried.
struct LinearSetting: Sendable, Equatable {
    var loss: LinearLoss
    /// Inverse regularisation C: λ = 1 / (C · rows).
    var inverseRegularization: Double

    /// A job that ends at the setting, by way of those steps of `path` that lead up to it.
    func job(path: [Double], rowWeights: [Float], isTrainedOn: (Int) -> Bool) -> LinearJob {
        let c = inverseRegularization
        return LinearJob(
            loss, path: path.filter { $0 < c && $0 >= c / 4 } + [c], rowWeights: rowWeights, isTrainedOn: isTrainedOn,
            kept: .last)
    }
}

/// A job for the dual solver.
private struct DualWork: Sendable {
    let job: LinearJob
    let dataset: Dataset
    let active: ActiveFeatures
    let labelCount: Int
    let seed: UInt64
    let passes: RowPasses
    let tolerance: Double

    /// The steps of the path as far as it was followed.
    func follow(_ signal: WorkSignal) -> [LinearStep] {
        // The solver's weights are those of the objective over their sum; here they have mean 1 over the rows.
        let sum = job.rowWeights.reduce(0.0) { $0 + Double($1) }
        let factor = Float(Double(passes.trained.count) / max(sum, .leastNormalMagnitude))
        var solver = DualCoordinateDescent(
            passes, truths: dataset.labels, rowWeights: job.rowWeights.map { $0 * factor }, labelCount: labelCount,
            featureCount: active.count, loss: job.loss, familyWeights: dataset.settings.familyWeights,
            factors: .shared(active.inverseDocumentFrequencies.map { $0 * $0 }), base: active.base?.parameters,
            seed: seed, goesOn: signal.passed)
        var steps: [LinearStep] = []
        for (step, c) in job.path.enumerated() {
            guard solver.fit(c: c, tolerance: tolerance) else { break }
            let parameters = solver.weights
            steps.append(
                LinearStep(
                    loss: job.loss, inverseRegularization: c,
                    logits: job.isJudged.map {
                        LinearScoring.logits(
                            parameters, of: dataset, labelCount: labelCount, isWanted: $0,
                            parallel: Parallel(threads: 1))
                    } ?? [],
                    parameters: job.keeps(step) ? parameters : []))
        }
        return steps
    }
}
