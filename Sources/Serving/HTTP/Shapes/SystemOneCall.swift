import Conversation
import JSONCoding
import TaskType

/// A System One call that was read: one state, and questions about it.
struct SystemOneCall: WireCall {
    let modelName: String?
    /// Gateways send the name of the vendor's model, which is none of ours.
    var acceptsAnyModelName: Bool { true }
    let inputs: [Request]
    let questions: [SystemOneQuestion]
    /// The operator's other names for labels, case-folded.
    let aliases: [String: String]

    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        guard let prediction = outcomes.first?.prediction else { return }
        var answers: [SystemOneAnswer] = []
        answers.reserveCapacity(questions.count)
        for question in questions {
            answers.append(try SystemOneAnswer(question, prediction, aliases: aliases))
        }
        json.object { json in
            json.key("model")
            json.value(modelName ?? context.modelName)
            json.key("answers")
            json.object { json in
                for (question, answer) in zip(questions, answers) {
                    json.key(question.id)
                    answer.write(question.options, to: &json)
                }
            }
            json.key("usage")
            json.object { json in
                json.key("input_tokens")
                json.value(prediction.input.tokens)
                json.key("output_tokens")
                json.value(0)
            }
        }
    }
}

/// What is answered to one question.
struct SystemOneAnswer: Equatable {
    /// Index of the option that is chosen.
    let choice: Int
    /// Probabilities of the options, in their order.
    let probabilities: [Float]
    /// (n·p − 1)/(n − 1) for n options and the highest probability p: 0 where all are equal, 1 where one is certain.
    let confidence: Float

    /// The answer to `question`, given the model's `prediction`.
    ///
    /// Of equally probable options the first is chosen. Where no model answered there is nothing to tell the options
    /// apart: all are equally probable, with confidence 0, and the choice is the one that means the default label, or
    /// the first; a caller that heeds the confidence then takes its own default, and one that does not takes the
    /// operator's. That case is never an error, whatever the options are called.
    init(
        _ question: SystemOneQuestion, _ prediction: Prediction, aliases: [String: String]
    ) throws(WireError) {
        let options = SystemOneOptions(question.options, labels: prediction.labels, aliases: aliases)
        let count = question.options.count
        if prediction.isUnclassified {
            choice = options.first(for: 0) ?? 0
            probabilities = Array(repeating: 1 / Float(count), count: count)
        } else {
            if let stranger = options.labels.firstIndex(of: nil) {
                throw Self.unknown(question.options[stranger], in: question, labels: prediction.labels)
            }
            probabilities = options.probabilities(prediction.probabilities)
            // `max(by:)` would choose the last of equals.
            var best = 0
            for index in probabilities.indices where probabilities[index] > probabilities[best] { best = index }
            choice = best
        }
        confidence = Self.confidence(of: probabilities[choice], among: count)
    }

    /// The protocol's measure of certainty; rounding never takes it out of 0…1.
    static func confidence(of probability: Float, among count: Int) -> Float {
        guard count > 1 else { return 1 }
        let n = Double(count)
        return Float(min(1, max(0, (n * Double(probability) - 1) / (n - 1))))
    }

    func write(_ options: [String], to json: inout JSONWriter) {
        json.object { json in
            json.key("type")
            json.value("choice")
            json.key("choice")
            json.value(options[choice])
            json.key("probabilities")
            json.object { json in
                for (option, probability) in zip(options, probabilities) {
                    json.key(option)
                    json.value(probability)
                }
            }
            json.key("confidence")
            json.value(confidence)
        }
    }

    private static func unknown(
        _ option: String, in question: SystemOneQuestion, labels: [String]
    ) -> WireError {
        let known = labels.prefix(20).joined(separator: ", ") + (labels.count > 20 ? ", …" : "")
        return WireError(
            422, "unknown_option",
            "the option \(quoted(option)) of the question \(quoted(question.id)) is none of the model's labels (\(known)); use their names, or configure it as an alias of one",
            field: "\(question.field).criteria.\(unquoted(option))")
    }
}

extension Prediction {
    /// Whether no model had a say: this is the answer of ``Prediction/unclassified(as:bytes:)``.
    fileprivate var isUnclassified: Bool { source == .default && labels.count == 1 && confidence == 0 }
}
