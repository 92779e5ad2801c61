internal import Conversation
internal import Inference
public import Samples
public import TaskType

/// Makes a model right for another mix of labels without training it again.
///
/// Where only the labels' shares differ, the probability of label k is to be multiplied by its new share over its old one
/// and scaled to sum to 1 (Saerens, Latinne & Decaestecker 2002): the logarithms of these ratios are added to the
/// calibration's offsets, and the weights stay as they are.
public struct ModelAdaptation: Sendable {
    /// The adapted model's file.
    public var bytes: [UInt8]
    /// The mix that it is right for.
    public var mix: [String: Double]
    /// How the mix was estimated; nil where it was given.
    public var estimate: LabelMixEstimate?
    /// Whether thresholds for candidates were fitted anew, which takes labelled rows.
    public var hasNewCandidates: Bool

    /// What the file says of where it comes from.
    private struct AdaptedProvenance: Encodable {
        struct Adaptation: Encodable {
            var mix: [String: Double]
            var estimate: LabelMixEstimate?
            var labelled_rows: Int
        }
        var origin: Provenance.Origin
        var training: TrainingReport?
        var adaptation: Adaptation
    }

    /// Adapts `classifier` to a mix that is given.
    ///
    /// - Parameters:
    ///   - mix: A positive share for each label; scaled to sum to 1.
    ///   - labelled: Rows that the model was not trained on, to fit candidates anew; may be empty.
    public init(
        _ classifier: TaskClassifier, mix: [String: Double], labelled: [Sample] = [], origin: Provenance.Origin
    ) throws {
        try self.init(classifier, mix, labelled, estimate: nil, origin)
    }

    /// Adapts `classifier` to the mix of `traffic`, estimated with the help of labelled rows.
    ///
    /// - Parameter labelled: Rows of every label that the model was not trained on.
    public init(
        _ classifier: TaskClassifier, traffic: TrafficSample, labelled: [Sample], seed: UInt64, threads: Int,
        origin: Provenance.Origin
    ) throws {
        let parallel = Parallel(threads: max(1, threads))
        func answers(_ requests: [Request]) -> [Prediction] {
            parallel.map(requests.count) { classifier.classify(requests[$0]) }
        }
        let predictions = answers(labelled.map(\.request))
        let kept = labelled.indices.filter { predictions[$0].source == .model }
        let indices = Dictionary(uniqueKeysWithValues: classifier.labels.enumerated().map { ($1, $0) })
        let evidence = ShiftEvidence(
            labels: classifier.labels, probabilities: kept.flatMap { predictions[$0].probabilities },
            truths: kept.map { indices[labelled[$0].label ?? ""] ?? 0 }, weights: kept.map { labelled[$0].weight },
            traffic: answers(traffic.requests).filter { $0.source == .model }.flatMap(\.probabilities))
        let estimate = try evidence.estimate(seed: seed)
        try self.init(classifier, estimate.mix, labelled, estimate: estimate, origin)
    }

    private init(
        _ classifier: TaskClassifier, _ given: [String: Double], _ labelled: [Sample], estimate: LabelMixEstimate?,
        _ origin: Provenance.Origin
    ) throws {
        var model = classifier.model
        let labels = model.labels
        guard let mix = try LabelMix(given, labels) else {
            throw TrainingError(.badOption, "there is no mix to adapt the model to")
        }
        let old = model.priors.map { Double($0) }
        guard old.allSatisfy({ $0 > 0 }) else {
            throw TrainingError(
                .badOption,
                "\(classifier.name) has a label that never occurred in its data, so no mix can be told from another; train it again"
            )
        }
        let shift = LabelMix.shift(from: old, to: mix.shares)
        for (label, offset) in shift.enumerated() { model.calibration.offsets[label] += Float(offset) }
        model.priors = mix.shares.map { Float($0) }
        hasNewCandidates = false
        if !labelled.isEmpty, let held = Self.logits(classifier, labelled, mix) {
            let conformal = ConformalThresholds(
                held, model.calibration, coverage: Double(model.candidateCoverage),
                sets: model.labelCandidateThresholds == nil ? .marginal : .perLabel)
            model.candidateThreshold = conformal.marginal
            model.labelCandidateThresholds = conformal.perLabel
            hasNewCandidates = true
        }
        self.mix = Dictionary(uniqueKeysWithValues: zip(labels, mix.shares))
        self.estimate = estimate
        var origin = origin
        origin.parent = classifier.revision
        let parent = classifier.metadata["tasktype.provenance"].flatMap { try? decodeProvenance($0) }
        bytes = try model.encoded(
            precision: .float32,
            provenance: try encodeSorted(
                AdaptedProvenance(
                    origin: origin, training: parent?.training,
                    adaptation: .init(mix: self.mix, estimate: estimate, labelled_rows: labelled.count))))
    }

    /// Logits of labelled rows, weighted so that labels have the shares of `mix`; nil where there is nothing to classify.
    private static func logits(
        _ classifier: TaskClassifier, _ labelled: [Sample], _ mix: LabelMix
    ) -> HeldOutLogits? {
        var held = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: classifier.labels.count)
        var totals = [Double](repeating: 0, count: classifier.labels.count)
        for (row, sample) in labelled.enumerated() {
            guard let truth = classifier.labels.firstIndex(of: sample.label ?? ""),
                let logits = classifier.classifyWithLogits(sample.request).logits
            else { continue }
            held.rows.append(row)
            held.logits += logits
            held.truths.append(truth)
            held.weights.append(Float(sample.weight))
            totals[truth] += sample.weight
        }
        guard !held.truths.isEmpty else { return nil }
        let all = totals.reduce(0, +)
        for row in held.truths.indices {
            let truth = held.truths[row]
            held.weights[row] *= Float(mix.shares[truth] * all / totals[truth])
        }
        return held
    }
}
