/// What linear models answer that were trained on growing parts of the training rows: tells whether more would help.
package struct LearningCurve: Sendable {
    /// How the models are trained.
    package struct Settings: Sendable {
        /// Parts of the training rows, ascending, the last one 1.
        package var shares = [1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2, 1]
        /// How often each part but the whole is drawn.
        package var repetitions = 5
        /// Loss of the models.
        package var loss = LinearLoss.softmax
        /// Inverse regularisation, as in `TrainingOptions.inverseRegularizations`.
        package var inverseRegularization = 3.0
        /// Source of the draws.
        package var seed: UInt64 = 1
        /// Threads that work at the same time; changes the time, never the result.
        package var threads = 1

        package init() {}
    }

    /// One model.
    package struct Fit: Sendable {
        /// Part of the training rows that it was trained on.
        package var share: Double
        /// Number of the draw, from 0.
        package var repetition: Int
        /// Rows that it was trained on.
        package var rows: Int
        /// Its answer to each row of the evaluation, as an index in `labels`.
        package var answers: [Int]
    }

    /// Names of the labels, in alphabetical order.
    package let labels: [String]
    /// Rows to train on.
    package let trainingRows: Int
    /// The models, by share and repetition.
    package let fits: [Fit]

    /// Trains the models on what `builder` has read before `beginValidation`, and lets them answer the rows behind it.
    ///
    /// Rows with equal groups (or equal texts) are drawn together, each label's share by itself, and the larger part of a
    /// draw contains the smaller one. Labels count the same in sum, as in `train`.
    /// - Throws: Where the rows are too few for three parts of at least 20 rows and two a label.
    package init(
        _ builder: inout DatasetBuilder, settings: Settings, progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) {
        var (dataset, labels, _, validationStart) = try builder.finish()
        let start = validationStart ?? dataset.rowCount
        let trained = Set(dataset.labels[..<start])
        guard trained.count >= 2 else {
            throw TrainingError(
                .unusableData, "the training data have fewer than two labels, so that nothing is learnt")
        }
        let least = max(20, 2 * trained.count)
        let shares = settings.shares.filter { Double(start) * $0 >= Double(least) }
        guard shares.count >= 3 else {
            throw TrainingError(
                .unusableData,
                "\(start) training rows are too few for a learning curve of \(trained.count) labels; "
                    + "\(least * 4) are needed")
        }
        let parallel = Parallel(threads: max(1, settings.threads))
        let active = ActiveFeatures(compacting: &dataset, learnt: start, parallel: parallel)
        var fits: [Fit] = []
        let total = 1 + (shares.count - 1) * settings.repetitions
        try withoutActuallyEscaping(progress) { progress throws(TrainingError) in
            for repetition in 0..<settings.repetitions {
                let ranks = Self.ranks(dataset, upTo: start, seed: settings.seed &+ UInt64(repetition) &* 0x9E37_79B9)
                let drawn = shares.filter { $0 < 1 || repetition == 0 }
                let isTrainedOn = drawn.map { share in
                    ranks.map { $0.position < max(1, Int((Double($0.total) * share).rounded())) }
                }
                let done = fits.count
                let training = LinearTraining(
                    dataset: dataset, active: active, labelCount: labels.count, seed: settings.seed, parallel: parallel,
                    passed: { rows in
                        progress(
                            TrainingProgress(
                                stage: "training for the learning curve", fraction: Double(done) / Double(total),
                                rows: rows))
                    })
                let paths = try training.run(
                    isTrainedOn.map { isTrainedOn in
                        LinearJob(
                            settings.loss, path: [settings.inverseRegularization],
                            rowWeights: Self.weights(dataset, isTrainedOn, labelCount: labels.count),
                            isTrainedOn: { $0 < start && isTrainedOn[$0] },
                            isJudged: (0..<dataset.rowCount).map { $0 >= start })
                    })
                for (number, path) in paths.enumerated() {
                    fits.append(
                        Fit(
                            share: drawn[number], repetition: repetition,
                            rows: isTrainedOn[number].count(where: \.self),
                            answers: Self.answers(path.flatMap(\.logits), labels: labels.count, among: trained)))
                }
            }
        }
        self.labels = labels
        trainingRows = start
        self.fits = fits.sorted { ($0.share, $0.repetition) < ($1.share, $1.repetition) }
    }

    /// For each training row, the place of its group among those of its label, in an order given by the seed.
    private static func ranks(_ dataset: Dataset, upTo end: Int, seed: UInt64) -> [(position: Int, total: Int)] {
        var labelOfGroup: [UInt64: Int32] = [:]
        var groups: [(key: UInt64, group: UInt64)] = []
        for row in 0..<end where labelOfGroup[dataset.groups[row]] == nil {
            let group = dataset.groups[row]
            labelOfGroup[group] = dataset.labels[row]
            var generator = SeededGenerator(seed: seed ^ group)
            groups.append((generator.next(), group))
        }
        groups.sort { $0 < $1 }
        var totals: [Int32: Int] = [:]
        var positions: [UInt64: Int] = [:]
        for (_, group) in groups {
            let label = labelOfGroup[group] ?? 0
            positions[group] = totals[label, default: 0]
            totals[label, default: 0] += 1
        }
        return (0..<end).map { row in
            let group = dataset.groups[row]
            return (positions[group] ?? 0, totals[labelOfGroup[group] ?? 0] ?? 1)
        }
    }

    /// Sample weights such that all labels of the chosen rows count the same in sum; zero for other rows.
    private static func weights(_ dataset: Dataset, _ isTrainedOn: [Bool], labelCount: Int) -> [Float] {
        var totals = [Double](repeating: 0, count: labelCount)
        for row in isTrainedOn.indices where isTrainedOn[row] {
            totals[Int(dataset.labels[row])] += Double(dataset.weights[row])
        }
        let mean = totals.reduce(0, +) / Double(totals.count { $0 > 0 })
        var weights = [Float](repeating: 0, count: dataset.rowCount)
        for row in isTrainedOn.indices where isTrainedOn[row] {
            weights[row] = dataset.weights[row] * Float(mean / totals[Int(dataset.labels[row])])
        }
        return weights
    }

    /// The label with the largest logit among those that there were rows to learn from.
    private static func answers(_ logits: [Float], labels: Int, among known: Set<Int32>) -> [Int] {
        let candidates = known.map(Int.init).sorted()
        return (0..<logits.count / labels).map { row in
            var best = candidates[0]
            for label in candidates where logits[row * labels + label] > logits[row * labels + best] { best = label }
            return best
        }
    }
}
