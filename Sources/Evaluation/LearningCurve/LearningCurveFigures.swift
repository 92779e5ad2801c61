/// How accuracy grows with the number of training rows, and what twice as many would bring.
///
/// Errors fall about as a power of the number of rows (Hestness et al. 2017, "Deep learning scaling is predictable,
/// empirically"); the power is fitted to the larger parts, since small ones lie on another curve.
public struct LearningCurveFigures: Sendable, Hashable {
    /// What one model answered.
    public struct Fit: Sendable, Hashable {
        /// Part of the training rows that it was trained on, at most 1.
        public var share: Double
        /// Rows that it was trained on.
        public var rows: Int
        /// Its answers, as indices of labels.
        public var answers: [Int]

        /// A model's answers.
        public init(share: Double, rows: Int, answers: [Int]) {
            self.share = share
            self.rows = rows
            self.answers = answers
        }
    }

    /// The models of one size.
    public struct Point: Sendable, Hashable {
        /// Part of the training rows.
        public var share: Double
        /// Rows, on average over the draws.
        public var rows: Double
        /// Number of models.
        public var fits: Int
        /// Their mean accuracy; the interval covers the choice of evaluation rows and of draws.
        public var accuracy: Estimate
        /// Their mean macro F1.
        public var macroF1: Estimate
        /// The lowest and the highest accuracy of one model.
        public var range: ClosedRange<Double>
        /// What the fitted power says; nil for parts that were not fitted to.
        public var fitted: Double?
    }

    /// What the fit says of twice as many rows.
    public struct Doubling: Sendable, Hashable {
        /// Twice the rows.
        public var rows: Double
        /// Accuracy to be expected.
        public var accuracy: Estimate
        /// Accuracy to be gained.
        public var gain: Estimate
    }

    /// From few to many rows.
    public let points: [Point]
    /// The power by which errors fall: with twice the rows they are 2^−exponent of what they were.
    public let exponent: Estimate
    /// What the fit says of twice as many rows.
    public let doubling: Doubling
    /// How the models were trained, for people.
    public let method: String
    /// The settings behind the intervals.
    public let bootstrap: Bootstrap

    /// A gain below this is not worth labelling as many rows again: half a point.
    public static let worthwhileGain = 0.005
    /// Parts that the power is fitted to, the largest.
    public static let fittedParts = 4

    /// Computes the curve; O(resamples × rows × models).
    ///
    /// - Parameters:
    ///   - truth: label index of each row of the evaluation.
    ///   - weights: weight of each row.
    ///   - labels: number of labels.
    ///   - method: how the models were trained, for people.
    ///   - clusters: groups of rows that belong together; nil where every row stands for itself.
    /// - Throws: `wrongLength` where answers are missing, `noRows` where there are fewer than three parts.
    public init(
        _ fits: [Fit], truth: [Int], weights: [Double], labels: Int, method: String, clusters: RowClusters? = nil,
        bootstrap: Bootstrap = .standard
    ) throws(EvaluationError) {
        guard fits.allSatisfy({ $0.answers.count == truth.count }), weights.count == truth.count else {
            throw EvaluationError(.wrongLength, "A model of the learning curve has not answered every row.")
        }
        let shares = Set(fits.map(\.share)).sorted()
        guard shares.count >= 3, !truth.isEmpty else {
            throw EvaluationError(.noRows, "A learning curve needs models of three sizes and rows to try them on.")
        }
        let members = shares.map { share in fits.filter { $0.share == share } }
        let rows = members.map { fits in fits.reduce(0) { $0 + Double($1.rows) } / Double(fits.count) }
        let table = CurveTable(members.map { $0.map(\.answers) }, truth: truth, weights: weights, labels: labels)
        let counts = [UInt32](repeating: 1, count: truth.count)
        let now = table.sample(counts, draws: members.map { Array($0.indices) })
        let power = Power(rows: rows, errors: now.errors)
        let resampled = bootstrap.run(rows: truth.count, clusters: clusters) {
            (counts, generator) -> (CurveTable.Sample, Power) in
            let draws = members.map { fits in fits.indices.map { _ in generator.index(below: fits.count) } }
            let sample = table.sample(counts, draws: draws)
            return (sample, Power(rows: rows, errors: sample.errors))
        }
        points = shares.indices.map { index in
            let single = members[index].indices.map {
                table.sample(counts, draws: members.map { _ in [] }, only: (index, $0))
            }
            return Point(
                share: shares[index], rows: rows[index], fits: members[index].count,
                accuracy: Estimate(
                    value: now.accuracies[index],
                    interval: Interval(percentilesOf: resampled.map { $0.0.accuracies[index] })),
                macroF1: Estimate(
                    value: now.macroF1[index], interval: Interval(percentilesOf: resampled.map { $0.0.macroF1[index] })),
                range: (single.min() ?? 0)...(single.max() ?? 0),
                fitted: shares.count - index <= Self.fittedParts ? 1 - power.error(at: rows[index]) : nil)
        }
        exponent = Estimate(value: power.exponent, interval: Interval(percentilesOf: resampled.map { $0.1.exponent }))
        let full = rows[rows.count - 1]
        doubling = Doubling(
            rows: 2 * full,
            accuracy: Estimate(
                value: 1 - power.error(at: 2 * full),
                interval: Interval(percentilesOf: resampled.map { 1 - $0.1.error(at: 2 * full) })),
            gain: Estimate(
                value: power.gain(from: full),
                interval: Interval(percentilesOf: resampled.map { $0.1.gain(from: full) })))
        self.method = method
        self.bootstrap = bootstrap.reproducible(over: clusters)
    }

    /// Whether labelling as many rows again is worth it, in a sentence.
    public var advice: String {
        func points(_ value: Double?) -> String {
            (value ?? 0) > 0
                ? "+" + decimal(value.map { 100 * $0 }, digits: 1) : decimal(value.map { 100 * $0 }, digits: 1)
        }
        let gain = doubling.gain
        var sentence = "Twice as many rows like these would bring about \(points(gain.value)) points of accuracy"
        if let interval = gain.interval {
            sentence +=
                " on average, if the curve goes on as it does (95 % interval \(points(interval.low)) to "
                + "\(points(interval.high)))"
        }
        guard let interval = gain.interval else { return sentence + "." }
        if interval.low >= Self.worthwhileGain { return sentence + ": more data is worth it." }
        if interval.high < Self.worthwhileGain {
            return sentence
                + ": more of the same is hardly worth it; cleaner labels or rows of the kinds that go wrong are."
        }
        if interval.low > 0 { return sentence + ": more data helps, though perhaps little." }
        return sentence + ": whether more data helps cannot be told from so few rows."
    }
}

/// error = factor · rows^−exponent, fitted by least squares to the logarithms.
struct Power: Sendable {
    let exponent: Double
    private let logFactor: Double

    init(rows: [Double], errors: [Double]) {
        let parts = min(rows.count, LearningCurveFigures.fittedParts)
        let x = rows.suffix(parts).map(naturalLog)
        let y = errors.suffix(parts).map(naturalLog)
        let (meanX, meanY) = (x.reduce(0, +) / Double(parts), y.reduce(0, +) / Double(parts))
        var (products, squares) = (0.0, 0.0)
        for (x, y) in zip(x, y) {
            products += (x - meanX) * (y - meanY)
            squares += (x - meanX) * (x - meanX)
        }
        exponent = squares > 0 ? -products / squares : 0
        logFactor = meanY + exponent * meanX
    }

    func error(at rows: Double) -> Double { min(1, exponential(logFactor - exponent * naturalLog(rows))) }

    func gain(from rows: Double) -> Double { error(at: rows) - error(at: 2 * rows) }
}

/// Answers of all models, ready to be counted on resamples.
private struct CurveTable: Sendable {
    struct Sample: Sendable {
        /// Mean over the drawn models of each size.
        var accuracies: [Double]
        var macroF1: [Double]
        /// Error rates, never zero.
        var errors: [Double]
    }

    private let answers: [[[Int]]]
    private let truth: [Int]
    private let weights: [Double]
    private let labels: Int

    init(_ answers: [[[Int]]], truth: [Int], weights: [Double], labels: Int) {
        self.answers = answers
        self.truth = truth
        self.weights = weights
        self.labels = labels
    }

    /// Figures where each row counts as often as it was drawn, and of each size the models `draws` count.
    func sample(_ counts: [UInt32], draws: [[Int]]) -> Sample {
        var sample = Sample(accuracies: [], macroF1: [], errors: [])
        let total = zip(counts, weights).reduce(0) { $0 + Double($1.0) * $1.1 }
        // Half an error more of two rows more: an error rate of zero has no logarithm.
        let unit = weights.reduce(0, +) / Double(weights.count)
        for (size, drawn) in draws.enumerated() {
            var figures: [Int: (accuracy: Double, macroF1: Double)] = [:]
            var (accuracy, macroF1) = (0.0, 0.0)
            for model in drawn {
                let figure = figures[model] ?? self.figures(counts, answers[size][model], total)
                figures[model] = figure
                accuracy += figure.accuracy / Double(drawn.count)
                macroF1 += figure.macroF1 / Double(drawn.count)
            }
            sample.accuracies.append(accuracy)
            sample.macroF1.append(macroF1)
            sample.errors.append(((1 - accuracy) * total + 0.5 * unit) / (total + unit))
        }
        return sample
    }

    /// Accuracy of a single model.
    func sample(_ counts: [UInt32], draws: [[Int]], only: (size: Int, model: Int)) -> Double {
        let total = zip(counts, weights).reduce(0) { $0 + Double($1.0) * $1.1 }
        return figures(counts, answers[only.size][only.model], total).accuracy
    }

    private func figures(_ counts: [UInt32], _ answers: [Int], _ total: Double) -> (accuracy: Double, macroF1: Double) {
        var tally = LabelTally(labels: labels)
        var right = 0.0
        for row in truth.indices where counts[row] > 0 {
            let mass = Double(counts[row]) * weights[row]
            tally.add(mass, truth: truth[row], predicted: answers[row])
            if truth[row] == answers[row] { right += mass }
        }
        return (right / total, tally.macroF1 ?? 0)
    }
}
