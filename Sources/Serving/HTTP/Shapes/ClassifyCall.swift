import Conversation
import JSONCoding
import TaskType

/// A `/v1/classify` call that was read.
struct ClassifyCall: WireCall {
    /// How many features `"explain":true` shows.
    static let usualFeatures = 12

    let modelName: String?
    let inputs: [Request]
    let needs: OutcomeNeeds
    private let form: Form

    private enum Form {
        /// One request: the answer is its prediction.
        case single(Options)
        /// A batch: the answer holds a prediction for each, with the identifier that its element has.
        case batch(Options, ids: [String?])
        /// vLLM's call.
        case vLLM(VLLMCall)
    }

    private struct Options {
        var id: String?
        var explainedFeatures: Int
        var top: Int?
    }

    /// A call for `request`, or for the batch of `inputs` where there is none.
    init(
        modelName: String?, id: String?, request: Request?, inputs: [Request], ids: [String?], explainedFeatures: Int,
        top: Int?
    ) {
        self.modelName = modelName
        needs = OutcomeNeeds(explanation: explainedFeatures > 0)
        let options = Options(id: id, explainedFeatures: explainedFeatures, top: top)
        if let request {
            self.inputs = [request]
            form = .single(options)
        } else {
            self.inputs = inputs
            form = .batch(options, ids: ids)
        }
    }

    /// A call in vLLM's shape.
    init(_ call: VLLMCall) {
        modelName = call.modelName
        inputs = call.inputs
        needs = call.needs
        form = .vLLM(call)
    }

    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        switch form {
        case .vLLM(let call): try call.write(outcomes, context: context, to: &json)
        case .single(let options):
            json.object { json in
                for outcome in outcomes {
                    write(
                        outcome, id: options.id ?? context.id, model: Self.identity(context), options, to: &json)
                }
            }
        case .batch(let options, let ids):
            json.object { json in
                json.key("id")
                json.value(options.id ?? context.id)
                json.key("results")
                json.array { json in
                    for (outcome, id) in zip(outcomes, ids) {
                        json.object { write(outcome, id: id, model: nil, options, to: &$0) }
                    }
                }
                guard let model = Self.identity(context) else { return }
                json.key("model")
                json.object { json in
                    json.key("name")
                    json.value(model.name)
                    json.key("revision")
                    json.value(model.revision)
                }
            }
        }
    }

    private func write(
        _ outcome: Outcome, id: String?, model: ModelIdentity?, _ options: Options, to json: inout JSONWriter
    ) {
        outcome.prediction.writeMembers(
            to: &json, id: id, model: model, top: options.top, explanation: outcome.explanation,
            explained: options.explainedFeatures, ask: outcome.ask)
    }

    private static func identity(_ context: AnswerContext) -> ModelIdentity? {
        context.model.map { ModelIdentity(name: $0.name, revision: $0.revision) }
    }
}
