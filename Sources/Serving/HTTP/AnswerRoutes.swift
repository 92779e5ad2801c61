import Hummingbird
import JSONCoding
import NIOCore
import Routing
import RoutingStore
import Telemetry

extension RouteTable {
    /// Checks of answers, and what became of decisions.
    func addAnswers(to router: Router<BasicRequestContext>) {
        let core = core
        post(.check, router) { exchange, request, _ throws(WireError) in
            let body = try await exchange.readJSON(request)
            return try AnswerCheck(CheckCall(body.readableBytesUInt8Span), core).answer()
        }
        post(.outcomes, router) { exchange, request, _ throws(WireError) in
            let routing = try core.routingService()
            let body = try await exchange.readJSON(request)
            let reports = try OutcomeCall.decode(body.readableBytesUInt8Span, limit: core.wireLimits.batchSize)
            return try await Self.receipt { () throws(StoreError) in try await routing.take(reports) }
        }
        get(.rollout, router) { _ throws(WireError) in
            let routing = try core.routingService()
            return Exchange.Answer { routing.writeRollout(to: &$0) }
        }
    }
}

/// The checks of one answer: those of the policy that concern its task type and mode, and those of the call.
struct AnswerCheck {
    private let call: CheckCall
    private let policy: CompiledPolicy?
    private let metrics: RoutingMetrics
    private let own: AnswerChecker?

    init(_ call: CheckCall, _ core: ServiceCore) throws(WireError) {
        self.call = call
        policy = core.routing?.policy.current
        metrics = core.metrics.routing
        guard call.checks != nil || policy != nil else {
            throw WireError(
                422, "missing_field",
                "there is nothing to check by: send `checks`, or start the service with a policy that has some",
                field: "checks")
        }
        do throws(AnswerChecker.Failure) {
            own = try call.checks.map { checks throws(AnswerChecker.Failure) in try AnswerChecker([checks]) }
        } catch {
            let field = "checks.\(error.path)"
            throw WireError(422, "invalid_check", "`\(field)` \(error.message)", field: field)
        }
    }

    func answer() throws(WireError) -> Exchange.Answer {
        var verdict = try byPolicy()
        verdict.results += own?.check(call.answer, taskType: "", mode: "").results ?? []
        for result in verdict.results { metrics.checked(result.check.rawValue, passed: result.reason == nil) }
        let following = verdict.passed ? [] : call.cascade
        return Exchange.Answer { json in
            json.object { json in
                if let id = call.id {
                    json.key("id")
                    json.value(id)
                }
                json.key("passed")
                json.value(verdict.passed)
                json.key("checks")
                json.array { json in for result in verdict.results { Self.write(result, to: &json) } }
                json.key("next")
                if let next = following.first { json.value(next) } else { json.null() }
                json.key("cascade")
                json.array { json in for model in following.dropFirst() { json.value(model) } }
                if let policy {
                    json.key("policy")
                    json.value(policy.digest)
                }
            }
        }
    }

    private func byPolicy() throws(WireError) -> AnswerVerdict {
        guard let policy else { return AnswerVerdict() }
        guard let taskType = call.taskType else {
            guard call.checks == nil else { return AnswerVerdict() }
            throw WireError(
                422, "missing_field",
                "`task_type` is missing, by which the policy's checks are chosen; send the decision's",
                field: "task_type")
        }
        let mode = call.mode ?? policy.policy.defaultMode
        guard policy.policy.table.contains(where: { $0.taskType == taskType }) else {
            throw WireError(
                422, "unknown_name", "the policy has no task type \(quoted(taskType)); send the decision's",
                field: "task_type")
        }
        guard policy.policy.modes.contains(mode) else {
            throw WireError(
                422, "unknown_name", "the policy has no mode \(quoted(mode)); send the decision's", field: "mode")
        }
        return policy.answerChecker.check(call.answer, taskType: taskType, mode: mode)
    }

    private static func write(_ result: AnswerVerdict.Result, to json: inout JSONWriter) {
        json.object { json in
            json.key("check")
            json.value(result.check.rawValue)
            json.key("passed")
            json.value(result.reason == nil)
            if let reason = result.reason {
                json.key("reason")
                json.value(reason)
            }
            if let value = result.value {
                json.key("value")
                json.value(value)
            }
        }
    }
}
