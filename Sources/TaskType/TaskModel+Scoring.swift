internal import Conversation
internal import FeatureExtraction
internal import Inference

/// A prediction in numbers, as scored without allocation.
public struct Score: Sendable, Equatable {
    /// Index of the most probable label; ties go to the lower index.
    public var label: Int
    /// Its calibrated probability.
    public var confidence: Float
    /// Share of the ask's character 3-grams that occurred in training.
    public var coverage: Float
    /// Whether the confidence is below the label's threshold or the coverage is too low.
    public var isUncertain: Bool
    /// Whether there was nothing to classify, so that the answer is the default label.
    public var isDefault: Bool
    /// Number of tokens of the ask inside its window.
    public var tokens: Int
    /// Whether a text was longer than its window.
    public var isTruncated: Bool
}

extension TaskModel {
    /// Writes the raw logits of the features in `scratch`.
    func computeLogits(_ scratch: inout ClassificationScratch) {
        if let linear { linear.start(scratch.logits) }
        if let perceptron { perceptron.start(scratch.hidden) }
        for family in FeatureFamily.allCases {
            let scale = scratch.features.scale(of: family)
            if scale == 0 { continue }
            let logits = scratch.logits
            let hidden = scratch.hidden
            scratch.features.withSlots(of: family) { slots in
                let features = FamilyFeatures(slots: slots, scale: scale)
                linear?.add(features, family: family.rawValue, to: logits)
                perceptron?.add(features, family: family.rawValue, to: hidden)
            }
        }
        guard let perceptron else { return }
        guard linear != nil else {
            perceptron.finish(scratch.hidden, logits: scratch.logits)
            return
        }
        perceptron.finish(scratch.hidden, logits: scratch.perceptronLogits)
        for index in scratch.logits.indices {
            scratch.logits[index] =
                (1 - perceptronShare) * scratch.logits[index] + perceptronShare * scratch.perceptronLogits[index]
        }
    }

    /// Turns the features in `scratch` into probabilities, left in `scratch.logits`.
    func score(_ scratch: inout ClassificationScratch, isEmpty: Bool) -> Score {
        // Equal feature settings do not make two models equal; logits of the wrong number would be written past the end.
        precondition(
            scratch.logits.count == labels.count && scratch.hidden.count == perceptron?.hiddenCount ?? 0,
            "the scratch was made for another model")
        var score = Score(
            label: defaultLabel, confidence: priors[defaultLabel], coverage: 1, isUncertain: true, isDefault: true,
            tokens: scratch.features.tokenCount, isTruncated: scratch.features.isTruncated)
        if isEmpty {
            for index in priors.indices { scratch.logits[index] = priors[index] }
            return score
        }
        computeLogits(&scratch)
        score.coverage = scratch.features.withCoverageKeys { coverageFilter.coverage(of: $0) }
        let isCovered = score.coverage >= CoverageFilter.sufficientCoverage
        calibration.apply(
            to: scratch.logits, workspace: scratch.perceptronLogits,
            flattening: isCovered ? 1 : score.coverage / CoverageFilter.sufficientCoverage)
        var best = 0
        for index in scratch.logits.indices where scratch.logits[index] > scratch.logits[best] { best = index }
        // Finite weights may still overflow in a sum; such a model has no opinion.
        guard scratch.logits[best].isFinite else {
            for index in priors.indices { scratch.logits[index] = priors[index] }
            return score
        }
        score.label = best
        score.confidence = scratch.logits[best]
        score.isUncertain = !isCovered || score.confidence < thresholds[best]
        score.isDefault = false
        return score
    }
}
