import TaskType

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What Hugging Face's protocols may do with a model's outputs before they are sorted.
enum ScoreTransform: String, CaseIterable {
    /// The calibrated probabilities, whose sum is 1: what the model's own softmax and calibration give.
    case softmax
    /// The logistic function of each logit on its own.
    case sigmoid
    /// The logits as they are.
    case none

    /// Labels and their scores, highest first; equal scores in the order of the labels.
    ///
    /// An answer that no model gave has no logits; its probabilities stand in for them.
    func ranked(_ outcome: Outcome) -> [(label: String, score: Float)] {
        let scores =
            switch (self, outcome.logits) {
            case (.sigmoid, let logits?): logits.map { Float(1 / (1 + exp(-Double($0)))) }
            case (.none, let logits?): logits
            default: outcome.prediction.probabilities
            }
        // NaN, which a model with huge weights can reach in a logit, goes to the end.
        return zip(outcome.prediction.labels, scores).enumerated().sorted { first, second in
            let (a, b) = (first.element.1, second.element.1)
            if a == b || a.isNaN && b.isNaN { return first.offset < second.offset }
            return a > b || b.isNaN && !a.isNaN
        }.map { ($0.element.0, $0.element.1) }
    }
}
