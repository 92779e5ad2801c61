import Conversation
import JSONCoding

/// One of the protocols that the service speaks: how a call is read, answered and refused.
///
/// A shape knows nothing of connections, threads or models' whereabouts: it turns bytes into a call and predictions
/// into bytes. The event loop answers small calls in place, the worker pool large ones, through the same shape.
protocol WireShape: Sendable {
    associatedtype Call: WireCall

    /// Reads the body of a call.
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> Call

    /// Writes a refusal in the words of this protocol.
    static func write(_ error: WireError, to json: inout JSONWriter)
}

/// A call that was read: what to classify, and how to answer.
protocol WireCall: Sendable {
    /// The model that the caller names, if any.
    var modelName: String? { get }
    /// Whether a name that no model has means the default model: some protocols' clients name a model of their own.
    var acceptsAnyModelName: Bool { get }
    /// What is to be classified, in the order of the answers.
    var inputs: [Request] { get }
    /// What is needed beside the predictions.
    var needs: OutcomeNeeds { get }

    /// Writes the answer; `outcomes` has one element for each of `inputs`.
    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError)
}

extension WireCall {
    var modelName: String? { nil }
    var acceptsAnyModelName: Bool { false }
    var needs: OutcomeNeeds { OutcomeNeeds() }
}

/// Bounds on a call.
struct WireLimits: Sendable {
    /// Most inputs in one call; more are refused with status 422.
    var batchSize = 1024
    /// Other names by which callers may call a label, as the operator configured them: alias, case-folded, to label.
    var labelAliases: [String: String] = [:]
}

/// What a call wants beside predictions.
struct OutcomeNeeds: Sendable, Equatable {
    /// Whether to explain each prediction.
    var explanation = false
    /// Whether to give the logits before calibration.
    var logits = false
}

/// The refusal of the project's own routes: `{"error":{"code":…,"message":…,"field":…}}`.
enum PlainErrorShape {
    static func write(_ error: WireError, to json: inout JSONWriter) {
        json.object { json in
            json.key("error")
            json.object { json in
                json.key("code")
                json.value(error.code)
                json.key("message")
                json.value(error.message)
                if let field = error.field {
                    json.key("field")
                    json.value(field)
                }
            }
        }
    }
}
