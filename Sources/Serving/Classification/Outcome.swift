import Conversation
import TaskType

/// What classification found for one input.
struct Outcome: Sendable {
    /// The prediction; with `source` `.default` it may name labels that no model has.
    var prediction: Prediction
    /// Present if asked for and if a model answered.
    var explanation: Explanation?
    /// What is asked and what became of the rest, with an explanation.
    var ask: AskTrace?
    /// Logits before calibration, in the order of the prediction's labels, if asked for and if a model answered.
    var logits: [Float]?
}

/// What an answer says beside its predictions.
struct AnswerContext: Sendable {
    /// The model that answered; nil where there is none, so that every outcome is the default label.
    var model: ServedModel?
    /// The name by which the caller asked for the model, or the default one's.
    var modelName: String
    /// A new identifier for the answer (a ULID).
    var id: String
    /// Seconds since 1970 when the call was read.
    var created: Int
    /// Seconds that classification took.
    var seconds: Double
}
