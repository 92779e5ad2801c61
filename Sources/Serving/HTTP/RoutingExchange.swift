import NIOCore
import Routing
import Synchronization
import TaskType
import Telemetry

/// A decision in the making, wherever it is made: on an event loop, or in a task of the general routes.
///
/// What the rules say is known at once; whoever makes the decision asks the classifier, if that is needed.
struct RoutingExchange: Sendable {
    private let core: ServiceCore
    private let routing: RoutingService
    private let policy: CompiledPolicy
    private let call: RouteCall
    private let request: RoutingRequest
    private let match: CompiledPolicy.RuleMatch
    private let start: NIODeadline

    /// Tries the rules.
    ///
    /// - Parameters:
    ///   - policy: one for the whole decision, whatever happens to its file meanwhile.
    ///   - headers: those of the call, by their names in lower case; the policy's suffice.
    ///   - id: for a call that brings none.
    init(
        _ call: RouteCall, core: ServiceCore, routing: RoutingService, policy: CompiledPolicy,
        headers: [String: String], id: @autoclosure () -> String
    ) {
        start = .now()
        self.core = core
        self.routing = routing
        self.policy = policy
        self.call = call
        let ask = (core.classification.asks ?? .standard).ask(of: call.request)
        request = call.routed(ask, id: call.options.id.isEmpty ? id() : "", headers: headers)
        match = policy.match(request)
    }

    /// Whether the decision will not look at a prediction.
    var skipsClassifier: Bool { match.skipsClassifier }

    /// Decides, remembers what follows from it, and counts.
    func decision(_ prediction: Prediction?, modelRevision: String?) -> Decision {
        let decision = routing.decide(
            request, policy: policy, match: match, prediction: prediction, modelRevision: modelRevision)
        routing.metrics.took(nanoseconds: UInt64(max(0, (NIODeadline.now() - start).nanoseconds)))
        return decision
    }

    /// The decision, with the classifier asked on the pool.
    func decision(on pool: ClassificationPool) async throws(WireError) -> Decision {
        if skipsClassifier {
            let model = try core.classification.model(for: call, in: core.store.snapshot())
            return decision(nil, modelRevision: model?.revision)
        }
        let (outcomes, context) = try await ClassificationExchange(core: core, pool: pool).classify(call)
        return decision(outcomes.first?.prediction, modelRevision: context.model?.revision)
    }

    static func newID() -> String {
        ids.withLock { $0.next(milliseconds: HTTPDate().now().milliseconds) }
    }

    private static let ids = Mutex(ULIDGenerator())
}
