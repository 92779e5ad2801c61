import Conversation
import JSONCoding
import TaskType

/// A call in vLLM's shape that was read.
struct VLLMCall: WireCall {
    let modelName: String?
    let inputs: [Request]
    /// Whether the numbers are probabilities; logits otherwise.
    let usesActivation: Bool

    var needs: OutcomeNeeds { OutcomeNeeds(logits: !usesActivation) }

    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        json.object { json in
            json.key("id")
            json.value("classify-\(context.id)")
            json.key("object")
            json.value("list")
            json.key("created")
            json.value(context.created)
            json.key("model")
            json.value(context.modelName)
            json.key("data")
            json.array { json in
                for (index, outcome) in outcomes.enumerated() {
                    json.object { write(outcome, index: index, labels: context.model?.labels, to: &$0) }
                }
            }
            json.key("usage")
            json.object { json in
                let tokens = outcomes.reduce(0) { $0 + $1.prediction.input.tokens }
                json.key("prompt_tokens")
                json.value(tokens)
                json.key("total_tokens")
                json.value(tokens)
                json.key("completion_tokens")
                json.value(0)
                json.key("prompt_tokens_details")
                json.null()
            }
        }
    }

    private func write(_ outcome: Outcome, index: Int, labels: [String]?, to json: inout JSONWriter) {
        let numbers = numbers(of: outcome, labels: labels)
        json.key("index")
        json.value(index)
        json.key("label")
        json.value(outcome.prediction.taskType)
        json.key("probs")
        json.array { json in for number in numbers { json.value(number) } }
        json.key("num_classes")
        json.value(numbers.count)
    }

    /// One number for each of the model's labels, since clients tell the labels apart by their places alone.
    ///
    /// An answer that the model did not give knows only its own label: all others are 0, as before the answer they
    /// would be in any case; where even that label is not among the model's, none is preferred.
    private func numbers(of outcome: Outcome, labels: [String]?) -> [Float] {
        let prediction = outcome.prediction
        guard let labels, labels != prediction.labels else {
            return (usesActivation ? nil : outcome.logits) ?? prediction.probabilities
        }
        let known = labels.map { prediction[$0] ?? 0 }
        return known.contains { $0 > 0 } ? known : labels.map { _ in 1 / Float(labels.count) }
    }
}
