internal import FeatureExtraction
internal import Inference

/// What a model makes of a plain text, step by step, for checking another implementation of the model format.
///
/// See the test vectors in `docs/weights-format.md`.
public struct PredictionTrace: Sendable, Equatable {
    /// The features of one family.
    public struct Family: Sendable, Equatable {
        /// The family's name, as in the names of its tensors.
        public var name: String
        /// `bucket << 1 | sign`, in order of first occurrence.
        public var slots: [UInt32]
        /// The value of each of its features, before the sign.
        public var scale: Float
    }

    /// All families, in their order.
    public var families: [Family]
    /// Logits before calibration, in the order of the labels.
    public var logits: [Float]
    /// Calibrated probabilities, in the order of the labels; the priors where the text has no token.
    public var probabilities: [Float]
    /// Share of the text's coverage keys that occurred in training.
    public var coverage: Float
}

extension TaskClassifier {
    /// Classifies a text all of which is asked and keeps every step.
    public func trace(_ text: String) -> PredictionTrace {
        var scratch = makeScratch()
        var text = text
        let score = text.withUTF8 { scoreWhole($0, scratch: &scratch) }
        let probabilities = Array(scratch.logits)
        // Calibration happens in place, so the logits are computed once more.
        model.computeLogits(&scratch)
        let families = FeatureFamily.allCases.map { family in
            PredictionTrace.Family(
                name: family.name, slots: scratch.features.withSlots(of: family) { Array($0) },
                scale: scratch.features.scale(of: family))
        }
        return PredictionTrace(
            families: families, logits: Array(scratch.logits), probabilities: probabilities,
            coverage: score.coverage)
    }
}
