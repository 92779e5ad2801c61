import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore
import Routing
import RoutingStore

extension RouteTable {
    /// Decisions, and what gateways report.
    func addRouting(to router: Router<BasicRequestContext>) {
        let (core, pool) = (core, pool)
        post(.route, router) { exchange, request, _ throws(WireError) in
            let routing = try core.routingService()
            let body = try await exchange.readJSON(request)
            let call = try RouteReader.decode(body.readableBytesUInt8Span)
            let pending = RoutingExchange(
                call, core: core, routing: routing, policy: routing.policy.current,
                headers: Self.headers(of: request), id: RoutingExchange.newID())
            let decision = try await pending.decision(on: pool)
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
