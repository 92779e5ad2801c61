import Conversation
import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore
import Routing
import RoutingStore
import Synchronization
import Telemetry

extension RouteTable {
    /// Decisions, and what gateways report.
    func addRouting(to router: Router<BasicRequestContext>) {
        let (core, pool) = (core, pool)
        post(.route, router) { exchange, request, _ throws(WireError) in
            let routing = try core.routingService()
            let body = try await exchange.readJSON(request)
            let call = try RouteReader.decode(body.readableBytesUInt8Span)
            let decision = try await RoutingExchange(core: core, pool: pool, routing: routing)
                .decision(call, headers: Self.headers(of: request))
            var answer = Exchange.Answer { decision.write(to: &$0) }
            answer.headers.tell(decision)
            return answer
        }
        post(.usage, router) { exchange, request, _ throws(WireError) in
            let routing = try core.routingService()
            let body = try await exchange.readJSON(request)
            let call = try UsageCall(
                body.readableBytesUInt8Span, limit: core.wireLimits.batchSize, prices: routing.policy.current.policy)
            return try await Self.receipt { () throws(StoreError) in try await routing.take(call.reports) }
        }
        post(.healthReport, router) { exchange, request, _ throws(WireError) in
            let routing = try core.routingService()
            let body = try await exchange.readJSON(request)
            let call: HealthCall
            do throws(RequestDecodingError) {
                call = try HealthCall(reading: body.readableBytesUInt8Span)
            } catch {
                throw WireError(error)
            }
            let report = try call.checked(among: routing.policy.current.policy.callees)
            let id = call.id ?? RoutingExchange.newID()
            return try await Self.receipt { () throws(StoreError) in try await routing.take(report, id: id) }
        }
        get(.policy, router) { _ throws(WireError) in
            let routing = try core.routingService()
            return Exchange.Answer { routing.writeStatus(to: &$0) }
        }
    }

    /// The headers that rules may look at; what lets a caller in is none of theirs.
    private static func headers(of request: Request) -> [String: String] {
        var headers: [String: String] = [:]
        for field in request.headers where field.name != .authorization && field.name != .cookie {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        return headers
    }

    /// What is answered to a report: 200 only when it is durable.
    static func receipt(
        _ take: () async throws(StoreError) -> RoutingService.Receipt
    ) async throws(WireError) -> Exchange.Answer {
        do throws(StoreError) {
            let receipt = try await take()
            return Exchange.Answer { json in
                json.object { json in
                    json.key("recorded")
                    json.value(receipt.recorded)
                    json.key("duplicates")
                    json.value(receipt.duplicates)
                    json.key("durable")
                    json.value(receipt.isDurable)
                }
            }
        } catch {
            throw error.wireError
        }
    }
}

/// Makes one decision.
struct RoutingExchange: Sendable {
    let core: ServiceCore
    let pool: ClassificationPool
    let routing: RoutingService

    func decision(_ call: RouteCall, headers: [String: String]) async throws(WireError) -> Decision {
        let start = NIODeadline.now()
        // One policy for the whole decision, whatever happens to its file meanwhile.
        let policy = routing.policy.current
        let ask = (core.classification.asks ?? .standard).ask(of: call.request)
        let request = call.routed(ask, id: Self.newID(), headers: headers)
        let match = policy.match(request)
        let decision: Decision
        if match.skipsClassifier {
            let model = try core.classification.model(for: call, in: core.store.snapshot())
            decision = routing.decide(
                request, policy: policy, match: match, prediction: nil, modelRevision: model?.revision)
        } else {
            let (outcomes, context) = try await ClassificationExchange(core: core, pool: pool).classify(call)
            decision = routing.decide(
                request, policy: policy, match: match, prediction: outcomes.first?.prediction,
                modelRevision: context.model?.revision)
        }
        routing.metrics.took(nanoseconds: UInt64(max(0, (NIODeadline.now() - start).nanoseconds)))
        return decision
    }

    static func newID() -> String {
        ids.withLock { $0.next(milliseconds: HTTPDate().now().milliseconds) }
    }

    private static let ids = Mutex(ULIDGenerator())
}

extension ServiceCore {
    /// What decides, where a policy is configured.
    func routingService() throws(WireError) -> RoutingService {
        guard let routing else {
            throw WireError(
                404, "no_policy", "this service decides nothing, since it has no policy; start it with --policy FILE")
        }
        return routing
    }
}

extension HTTPFields {
    /// The decision for gateways that read no bodies; names that a header cannot hold are left out.
    fileprivate mutating func tell(_ decision: Decision) {
        func set(_ name: HTTPField.Name, _ value: String?) {
            guard let value, value.utf8.count <= 512, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                return
            }
            self[name] = value
        }
        set(.decision, decision.id)
        set(.decidedModel, decision.model)
        if !decision.fallbacks.isEmpty { set(.decidedFallbacks, decision.fallbacks.joined(separator: ", ")) }
        set(.decidedTaskType, decision.taskType)
        set(.decidedMode, decision.mode)
        set(.decidedCause, decision.cause.rawValue)
    }
}

extension HTTPField.Name {
    fileprivate static let decision = checked("x-tasktype-decision")
    fileprivate static let decidedModel = checked("x-tasktype-model")
    fileprivate static let decidedFallbacks = checked("x-tasktype-fallbacks")
    fileprivate static let decidedTaskType = checked("x-tasktype-task-type")
    fileprivate static let decidedMode = checked("x-tasktype-mode")
    fileprivate static let decidedCause = checked("x-tasktype-cause")
}

extension Policy {
    /// Names of models and of their providers.
    var callees: Set<String> { Set(models.map(\.name)).union(models.map(\.provider)) }
}

extension StoreError {
    /// What a gateway is told that reported something: nothing of it was counted.
    fileprivate var wireError: WireError {
        let message = "nothing of this was counted: \(message)"
        return kind == .refused
            ? WireError(422, "not_recorded", message)
            : WireError(503, kind == .overloaded ? "overloaded" : "state_unavailable", message, retryAfter: 1)
    }
}
