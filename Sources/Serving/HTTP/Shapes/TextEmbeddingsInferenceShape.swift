import Conversation
import JSONCoding

/// Classification as text-embeddings-inference (TEI) speaks it: `POST /predict`.
///
/// One text is answered with a flat list, a batch with a list of lists. Two strings in one array are a *pair* there
/// (a text and its hypothesis, say), which a classifier of single texts must refuse: answering them as a batch would
/// give a caller who meant a pair two plausible wrong answers.
enum TextEmbeddingsInferenceShape: WireShape {
    /// Reads `{"inputs": "a" or ["a"] or [["a"], ["b"]], "truncate", "truncation_direction", "raw_scores"}`.
    ///
    /// `truncate` and its direction are checked and have no effect: a long text is read through a window of its
    /// beginning and end, and none is too long. Unknown keys are read over, as TEI does.
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> TextEmbeddingsInferenceCall {
        var reader = TextEmbeddingsInferenceReader(limit: limits.batchSize)
        do throws(RequestDecodingError) {
            try reader.read(body)
        } catch {
            throw WireError(error)
        }
        return try reader.call()
    }

    /// Writes `{"error": sentence, "error_type": type}`.
    static func write(_ error: WireError, to json: inout JSONWriter) {
        json.object { json in
            json.key("error")
            json.value(error.message)
            json.key("error_type")
            json.value(errorType(of: error))
        }
    }

    /// TEI's name for the kind of `error`; its `Tokenizer` has no counterpart, since every text can be tokenized.
    ///
    /// The status stays the error's own: a full queue is 503 on every route of this service, where TEI says 429.
    static func errorType(of error: WireError) -> String {
        switch error.status {
        case 429: "Overloaded"
        // Who says when to come back has too much to do, unless it is a model that is missing.
        case 503: error.code == "no_model" || error.retryAfter == nil ? "Unhealthy" : "Overloaded"
        case 500...: "Backend"
        default: error.code == emptyCode ? "Empty" : "Validation"
        }
    }

    static let emptyCode = "empty_batch"
}

/// A call in the shape of text-embeddings-inference.
struct TextEmbeddingsInferenceCall: WireCall {
    var inputs: [Request]
    /// Whether the texts came as a batch, which is answered with a list of lists.
    var isBatch: Bool
    /// Whether to answer logits instead of probabilities.
    var isRaw: Bool

    var needs: OutcomeNeeds { OutcomeNeeds(logits: isRaw) }

    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        guard isBatch else {
            if let outcome = outcomes.first { write(outcome, to: &json) }
            return
        }
        json.array { json in
            for outcome in outcomes { write(outcome, to: &json) }
        }
    }

    private func write(_ outcome: Outcome, to json: inout JSONWriter) {
        json.array { json in
            for (label, score) in (isRaw ? ScoreTransform.none : .softmax).ranked(outcome) {
                json.object { json in
                    json.key("score")
                    json.value(score)
                    json.key("label")
                    json.value(label)
                }
            }
        }
    }
}
