internal import FeatureExtraction
internal import Inference

/// Working memory of one thread for one model's requests; see `TaskClassifier.score`.
public struct ClassificationScratch: ~Copyable {
    var features: FeatureScratch
    let logits: UnsafeMutableBufferPointer<Float>
    let perceptronLogits: UnsafeMutableBufferPointer<Float>
    let hidden: UnsafeMutableBufferPointer<Float>

    init(model: TaskModel) {
        features = FeatureScratch(settings: model.features)
        logits = Self.zeros(model.labels.count)
        perceptronLogits = Self.zeros(model.labels.count)
        hidden = Self.zeros(model.perceptron?.hiddenCount ?? 0)
    }

    private static func zeros(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        buffer.initialize(repeating: 0)
        return buffer
    }

    deinit {
        logits.deallocate()
        perceptronLogits.deallocate()
        hidden.deallocate()
    }

    /// Probability of the label at `index` in the last prediction.
    public func probability(_ index: Int) -> Float { logits[index] }
}
