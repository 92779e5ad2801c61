/// Shares of the labels, as they are or as they are expected.
struct LabelMix: Sendable {
    /// One a label, positive, summing to 1.
    let shares: [Double]

    /// The mix that `given` names, scaled to sum to 1; nil where it is empty.
    init?(_ given: [String: Double], _ labels: [String]) throws(TrainingError) {
        guard !given.isEmpty else { return nil }
        guard Set(given.keys) == Set(labels), given.values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw TrainingError(
                .badOption, "the expected mix needs a positive share for each of \(labels.joined(separator: ", "))")
        }
        let sum = given.values.sorted().reduce(0, +)
        shares = labels.map { (given[$0] ?? 0) / sum }
    }

    /// Scales sample weights so that the labels have these shares: among the rows learnt from, and among those of
    /// validation files, which have a mix of their own.
    func apply(to dataset: inout Dataset, learnt: Int) {
        for rows in [0..<learnt, learnt..<dataset.rowCount] where !rows.isEmpty {
            let found = Self.shares(dataset.labels, dataset.weights, rows: rows, labelCount: shares.count)
            let factors = zip(shares, found).map { $1 > 0 ? Float($0 / $1) : 0 }
            for row in rows { dataset.weights[row] *= factors[Int(dataset.labels[row])] }
        }
    }

    /// The shares of labels among `rows` by weight; all 0 without rows.
    static func shares(_ labels: [Int32], _ weights: [Float], rows: Range<Int>, labelCount: Int) -> [Double] {
        var totals = [Double](repeating: 0, count: labelCount)
        for row in rows { totals[Int(labels[row])] += Double(weights[row]) }
        let all = totals.reduce(0, +)
        return totals.map { all > 0 ? $0 / all : 0 }
    }

    /// What is to be added to the logits of a model that learnt from labels in one mix to be right for another: the
    /// logarithms of the shares' ratios, less their mean (Saerens, Latinne & Decaestecker 2002).
    ///
    /// - Returns: No offsets where the mixes are the same, or where a label has no share in one of them.
    static func shift(from source: [Double], to target: [Double]) -> [Double] {
        guard (source + target).allSatisfy({ $0 > 0 }) else { return [] }
        let ratios = zip(source, target).map { logarithm($1) - logarithm($0) }
        guard ratios.contains(where: { abs($0 - ratios[0]) > 1e-6 }) else { return [] }
        let mean = ratios.reduce(0, +) / Double(ratios.count)
        return ratios.map { $0 - mean }
    }
}

/// How much labels count in training.
struct LabelWeights: Sendable {
    private let kind: TrainingOptions.ClassWeights
    /// Factors of single labels, 1 for those that are not named.
    let factors: [Double]

    init(_ options: TrainingOptions, _ labels: [String]) throws(TrainingError) {
        for (label, weight) in options.labelWeights.sorted(by: { $0.key < $1.key }) {
            guard labels.contains(label) else {
                throw TrainingError(
                    .badOption,
                    "the class weights name \(label), which is none of \(labels.joined(separator: ", "))")
            }
            guard weight > 0, Float(weight).isFinite, Float(weight) > 0 else {
                throw TrainingError(
                    .badOption,
                    "the class weight of \(label) is \(weight); give a number above 0, or leave the label's rows out")
            }
        }
        kind = options.classWeights
        factors = labels.map { options.labelWeights[$0] ?? 1 }
    }

    /// Sample weight times class weight, which follows from the first `learnt` rows: those of validation files have no
    /// say in it.
    func rowWeights(_ dataset: Dataset, learnt: Int) -> [Float] {
        zip(
            kind.weights(
                labels: dataset.labels, sampleWeights: dataset.weights, labelCount: factors.count, learnt: learnt),
            dataset.labels
        ).map { $0 * Float(factors[Int($1)]) }
    }
}
