import Foundation
import Routing
import RoutingPolicyFile
import TaskType
import TestSupport
import Testing

@Suite struct RolloutDecisionTests {
    @Test func `a shadow says what it would have done and changes nothing`() throws {
        let policy = try SamplePolicies.compiled(
            """
            rollout: {name: first, control: maxi}
            budgets: [{name: b, period: day, limit: 1, hard_stop: true}]
            """)
        var request = RoutingRequest(text: "hello")
        request.id = "1"
        let decision = policy.decide(request, prediction: .sure("simple"), state: RoutingState())
        #expect(decision.model == "maxi" && decision.cause == .rollout)
        #expect(decision.rollout?.arm == .shadow && decision.rollout?.routedModel == "mini")
        #expect(
            decision.json.contains(
                #""rollout":{"arm":"shadow","name":"first","share":0.0,"stage":1,"routed_model":"mini","#))
        #expect(decision.steps.last == .init(.rollout, "maxi", by: "shadow"))
        // A spent budget would have refused; before routing nobody refused.
        var state = RoutingState()
        state.budgets.spend(2, metadata: [:], budgets: policy.policy.budgets, at: 0)
        let spent = policy.decide(request, prediction: .sure("simple"), state: state)
        #expect(spent.model == "maxi" && spent.refusal == nil && spent.rollout?.routedModel == nil)
    }

    @Test func `a spent budget refuses in every arm of a canary`() throws {
        let policy = try SamplePolicies.compiled(
            """
            rollout: {name: first, control: maxi, stage: canary, steps: 0.5}
            budgets: [{name: b, period: day, limit: 1, hard_stop: true}]
            """)
        var state = RoutingState()
        state.budgets.spend(2, metadata: [:], budgets: policy.policy.budgets, at: 0)
        for user in ["a", "b", "c", "d", "e"] {
            var request = RoutingRequest(text: "hello")
            request.metadata["user"] = user
            let decision = policy.decide(request, prediction: .sure("simple"), state: state)
            #expect(decision.model == nil && decision.refusal != nil)
        }
    }

    @Test func `a model that the request names is no part of the rollout`() throws {
        let policy = try SamplePolicies.compiled("rollout: {name: first, control: maxi}")
        var request = RoutingRequest(text: "hello")
        request.modelOverride = "mini"
        let decision = policy.decide(request, prediction: .sure("simple"), state: RoutingState())
        #expect(decision.model == "mini" && decision.rollout == nil)
    }

    @Test func `task types go their own way`() throws {
        let file = SamplePolicies.base.replacingOccurrences(
            of: "  simple: {eco", with: "  code: {eco: mini, sport: mini}\n  simple: {eco")
        let more =
            "\nrollout: {name: f, control: maxi, stage: canary, steps: 1, task_types: {code: {stage: shadow, control: mini}}}"
        let policy = try CompiledPolicy(try #require(PolicyFileText.read(file + more)))
        let simple = policy.decide(RoutingRequest(text: "x"), prediction: .sure("simple"), state: RoutingState())
        let code = policy.decide(RoutingRequest(text: "x"), prediction: .sure("code"), state: RoutingState())
        #expect(simple.rollout?.arm == .routed && code.rollout?.arm == .shadow)
        #expect(code.model == "mini")
    }

    @Test func `a task type that was taken back goes to the model of before`() throws {
        let policy = try SamplePolicies.compiled("rollout: {name: first, control: maxi, stage: canary, steps: 1}")
        let rollout = try #require(policy.policy.rollout)
        var state = RoutingState()
        _ = state.rollout.follow(rollout, taskTypes: ["simple"], at: 0)
        var decision = policy.decide(RoutingRequest(text: "x"), prediction: .sure("simple"), state: state)
        #expect(decision.rollout?.arm == .routed)
        for index in 0..<200 {
            for arm in [Decision.Rollout.Arm.routed, .holdout] {
                let score = arm == .routed && index % 2 == 0 ? 0.0 : 1
                _ = state.rollout.record(
                    ReportedOutcome(
                        taskType: "simple", rollout: .init(name: "first", arm: arm, share: 1, stage: 1),
                        scores: [.thumb: score]),
                    rollout)
            }
        }
        #expect(state.rollout.advance(rollout, at: 1).map(\.kind) == [.takenBack])
        decision = policy.decide(RoutingRequest(text: "x"), prediction: .sure("simple"), state: state)
        #expect(decision.model == "maxi" && decision.rollout?.arm == .control && decision.rollout?.isTakenBack == true)
        #expect(decision.json.contains(#""taken_back":true"#))
    }

    /// Random policies, requests and states: the routed arm is the decision without a rollout, every other the control.
    @Test func `a rollout adds an arm to a decision and takes nothing else from it`() throws {
        var routing = RandomRouting(seed: 0xA11)
        var arms: [Decision.Rollout.Arm: Int] = [:]
        for _ in 0..<600 {
            var plain = routing.policy()
            guard !plain.checks().contains(where: { $0.severity == .error }) else { continue }
            plain.rollout = nil
            var rolled = plain
            var rollout = Policy.Rollout(name: "r")
            rollout.plan.stage = routing.pick([.shadow, .canary, .canary, .canary])
            rollout.plan.control = routing.pick(plain.models.map(\.name))
            rollout.plan.steps = [0.5]
            rollout.holdout = 0.2
            rolled.rollout = rollout
            let (one, other) = (try CompiledPolicy(plain), try CompiledPolicy(rolled))
            for _ in 0..<4 {
                var request = routing.request(plain)
                request.metadata["user"] = "\(routing.number(0...1_000_000))"
                var state = routing.state(plain)
                if let session = state.sessions.sessions["s"] {
                    // A session that no rollout has touched, which is the same to both.
                    state.sessions.record(
                        "s", model: session.model, inputTokens: session.cachedTokens, at: session.lastUsed)
                }
                let prediction = Prediction.sure(routing.pick(plain.table.map(\.taskType)))
                let before = one.decide(request, prediction: prediction, state: state)
                var after = other.decide(request, prediction: prediction, state: state)
                guard let record = after.rollout else {
                    #expect(request.modelOverride != nil)
                    #expect(after == before)
                    continue
                }
                arms[record.arm, default: 0] += 1
                if record.arm == .routed {
                    after.rollout = nil
                    #expect(after == before)
                } else {
                    #expect(record.routedModel == before.model)
                    #expect(Array(after.steps.prefix(before.steps.count)) == before.steps)
                    if before.refusal == nil || record.arm == .shadow {
                        #expect(after.model == rollout.plan.control && after.refusal == nil)
                        #expect(!after.fallbacks.contains(rollout.plan.control ?? ""))
                    } else {
                        #expect(after.model == nil)
                    }
                }
            }
        }
        #expect(arms.count == 4 && arms.values.allSatisfy { $0 > 50 }, "\(arms)")
    }
}

enum PolicyFileText {
    static func read(_ text: String) -> Policy? { PolicyFile(bytes: Array(text.utf8)).policy }
}
