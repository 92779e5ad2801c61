import Conversation
import JSONCoding
import Routing
import TaskType

/// The body of `POST /v1/route`: a request as `/v1/classify` takes it, and what a decision depends on beside it.
struct RouteCall: WireCall {
    let modelName: String?
    /// A chat request may be sent as it is, whose `model` is no classifier.
    var acceptsAnyModelName: Bool { true }
    var inputs: [Request] { [request] }

    let request: Request
    /// What the body says; the ask is not in it yet.
    let options: RoutingRequest
    /// The caller's count of input tokens.
    let inputTokens: Int?

    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        // A decision is written by whoever made it.
    }

    /// The request to decide about.
    ///
    /// - Parameter headers: of the call, by their names in lower case; those in the body go before them.
    func routed(_ ask: Ask, id: String, headers: [String: String]) -> RoutingRequest {
        var routed = RoutingRequest(request, ask: ask)
        routed.id = options.id.isEmpty ? id : options.id
        routed.mode = options.mode
        routed.modelOverride = options.modelOverride
        routed.minimumTier = options.minimumTier
        routed.metadata = options.metadata
        routed.tags = options.tags
        routed.headers = headers.merging(options.headers) { $1 }
        routed.session = options.session
        routed.maximumOutputTokens = options.maximumOutputTokens
        routed.requiredCapabilities = options.requiredCapabilities
        if let inputTokens { routed.inputTokens = inputTokens }
        return routed
    }
}
