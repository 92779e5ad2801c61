import JSONCoding
import NIOCore
import Routing
import Telemetry

/// Decisions on the event loop: a decision reads memory alone, and what is recorded of it is handed over.
extension EventLoopState {
    /// Steps that the patterns of a policy may take on the event loop where a hostile text makes them take most, of some
    /// ten nanoseconds each; see `CompiledPolicy.patternSize`.
    private static let inlinePatternLimit = 1_000_000

    /// The decision about a call; nil where it is too much for the event loop.
    ///
    /// - Parameter request: the whole request, head and body.
    func decide(
        _ head: RequestHead, _ request: Span<UInt8>, _ body: Span<UInt8>
    ) throws(WireError) -> Decision? {
        let routing = try core.routingService()
        let policy = routing.policy.current
        guard body.count * policy.patternSize <= Self.inlinePatternLimit else { return nil }
        let call = try RouteReader.decode(body)
        let exchange = RoutingExchange(
            call, core: core, routing: routing, policy: policy,
            headers: head.fields(named: policy.headerNames, in: request),
            id: ids.next(milliseconds: date.now().milliseconds))
        if exchange.skipsClassifier {
            let model = try core.classification.model(for: call, in: snapshot)
            return exchange.decision(nil, modelRevision: model?.revision)
        }
        let (outcomes, model, _) = try classify(call)
        return exchange.decision(outcomes.first?.prediction, modelRevision: model?.revision)
    }

    /// Writes what headers say of a decision.
    func tell(_ decision: Decision, into out: inout ByteBuffer) {
        for header in DecisionHeader.allCases {
            guard let value = header.value(in: decision) else { continue }
            out.writeString(header.rawValue)
            out.writeStaticString(": ")
            out.writeString(value)
            out.writeStaticString("\r\n")
        }
    }
}

extension HotRoute {
    /// Writes a refusal in the words of the route's protocol.
    func write(_ error: WireError, to json: inout JSONWriter) {
        switch self {
        case .classify: ClassifyShape.write(error, to: &json)
        case .route: PlainErrorShape.write(error, to: &json)
        case .systemOne: SystemOneShape.write(error, to: &json)
        case .predict: TextEmbeddingsInferenceShape.write(error, to: &json)
        }
    }
}
