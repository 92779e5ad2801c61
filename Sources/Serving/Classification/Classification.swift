import Conversation
import TaskType

/// How one input is classified, wherever it is done: on an event loop or on a thread of the pool.
struct Classification: Sendable {
    /// The label answered where no model can.
    let defaultLabel: String
    /// Makes a missing model an error.
    let isStrict: Bool
    /// Finds what is asked, where the operator added rules to those of the program.
    var asks: AskExtractor?

    /// What the model says of `request`; the default label where there is no model.
    func outcome(of request: Request, needs: OutcomeNeeds, model: ServedModel?) -> Outcome {
        guard let model else { return unclassified(request) }
        var classifier = model.classifier
        if let asks { classifier.askExtractor = asks }
        var outcome: Outcome
        if needs.logits {
            let (prediction, logits) = classifier.classifyWithLogits(request)
            outcome = Outcome(prediction: prediction, logits: logits)
        } else {
            outcome = Outcome(prediction: classifier.classify(request))
        }
        if needs.explanation {
            outcome.explanation = classifier.explain(request)
            outcome.ask = classifier.askTrace(of: request)
        }
        return outcome
    }

    /// The answer without a model, or without the time to ask it.
    func unclassified(_ request: Request) -> Outcome {
        let bytes =
            switch request {
            case .text(let text): text.utf8.count
            case .conversation(let messages, _): messages.reduce(0) { $0 + $1.text.utf8.count }
            }
        return Outcome(prediction: .unclassified(as: defaultLabel, bytes: bytes))
    }

    /// The model that a call asks for: nil where it is known but cannot answer, which is not the caller's fault.
    func model(for call: some WireCall, in snapshot: ModelSnapshot) throws(WireError) -> ServedModel? {
        var name = snapshot.defaultName
        if let asked = call.modelName {
            if snapshot.knownNames.contains(asked) {
                name = asked
            } else if !call.acceptsAnyModelName {
                throw WireError(
                    404, "unknown_model", "there is no model of that name; GET /v1/models lists those there are",
                    field: "model")
            }
        }
        let model = snapshot.models[name]
        if model == nil && isStrict {
            throw WireError(503, "no_model", "the model cannot answer at the moment; try again later", retryAfter: 5)
        }
        return model
    }
}

extension Classification {
    init(_ configuration: ServiceConfiguration.Classification, asks: AskExtractor? = nil) {
        self.init(defaultLabel: configuration.defaultLabel, isStrict: configuration.strict, asks: asks)
    }
}
