import Conversation
import Foundation
import Routing
import RoutingPolicyFile
import TaskType
import Testing

@Suite struct DecisionTests {
    private func example() throws -> CompiledPolicy {
        let file = try PolicyFile(path: SamplePolicies.example)
        #expect(file.issues.isEmpty, "\(file.issues)")
        return try CompiledPolicy(try #require(file.policy), digest: file.digest)
    }

    @Test(arguments: [
        ("simple", ["groq-llama-8b", "groq-llama-8b", "claude-opus-4-7"]),
        ("code", ["codestral", "codestral", "mistral-medium-3-5"]),
        ("reasoning", ["groq-llama-8b", "groq-qwen-32b", "claude-opus-4-7"]),
        ("complex", ["groq-llama-70b", "gpt-5-4", "gemini-3-pro"]),
    ])
    func `the example has the published table`(task: String, models: [String]) throws {
        let policy = try example()
        for (mode, model) in zip(["eco", "balanced", "sport"], models) {
            var request = RoutingRequest(text: "Hello")
            request.mode = mode
            let decision = policy.decide(request, prediction: .sure(task), state: .init())
            #expect(decision.model == model)
            #expect(decision.cause == .table)
            let tier = policy.policy.models.first { $0.name == model }?.tier
            #expect(!(decision.fallbacks + decision.hedge).isEmpty)
            for fallback in decision.fallbacks + decision.hedge {
                #expect(policy.policy.models.first { $0.name == fallback }?.tier == tier)
            }
        }
    }

    @Test func `a decision is written as the contract has it`() throws {
        let policy = try SamplePolicies.compiled("budgets:\n- {name: b, period: day, limit: 5, hard_stop: true}")
        var request = RoutingRequest(text: "Say \"hi\"")
        request.id = "01J"
        request.mode = "sport"
        request.inputTokens = 500
        let decision = policy.decide(
            request, prediction: .sure("simple", 0.97), state: .init(), modelRevision: "sha256:ab")
        #expect(
            decision.json
                == #"{"id":"01J","model":"maxi","fallbacks":[],"hedge":[],"task_type":"simple","mode":"sport","cause":"table","#
                + #""steps":[{"step":"classifier","outcome":"simple","confidence":0.97},{"step":"table","outcome":"maxi"},"#
                + #"{"step":"budget","outcome":"within"}],"estimated_cost":{"chosen":0.005,"baseline":0.005,"currency":"USD"},"#
                + #""tokens":{"input":500,"output":500},"policy":"\#(policy.digest)","model_revision":"sha256:ab"}"#)
    }

    @Test func `a spent budget refuses and says when to come back`() throws {
        let policy = try SamplePolicies.compiled("budgets:\n- {name: b, period: day, limit: 5, hard_stop: true}")
        var state = RoutingState(now: 86_400 * 10 + 80_000)
        state.budgets.spend(5, metadata: [:], budgets: policy.policy.budgets, at: state.now)
        let decision = policy.decide(RoutingRequest(text: "x"), prediction: .sure("simple"), state: state)
        #expect(decision.model == nil)
        #expect(decision.refusal?.budget == "b")
        #expect(decision.refusal?.retryAfterSeconds == 6400)
        #expect(decision.json.contains(#""model":null"#) && decision.json.contains(#""refused":{"budget":"b""#))
        state.now += 6400
        #expect(policy.decide(RoutingRequest(text: "x"), prediction: .sure("simple"), state: state).model == "mini")
    }

    @Test func `the judge's prompt comes with an uncertain decision only`() throws {
        let policy = try SamplePolicies.compiled("uncertainty: {action: judge, model: mini, prompt: Which kind?}")
        var unsure = Prediction.sure("simple")
        unsure.isUncertain = true
        let decision = policy.decide(RoutingRequest(text: "x"), prediction: unsure, state: .init())
        #expect(decision.judge?.model == "mini")
        #expect(decision.judge?.prompt == "Which kind?")
        #expect(policy.decide(RoutingRequest(text: "x"), prediction: .sure("simple"), state: .init()).judge == nil)
    }

    @Test func `a session stays while its cache is worth more than a cheaper model`() throws {
        let text = SamplePolicies.base.replacing("input_price: 2,", with: "input_price: 2, cached_input_price: 0.02,")
            .replacing("context_window: 1000", with: "context_window: 9000")
        let file = PolicyFile(bytes: Array((text + "\nsessions: {}").utf8))
        let policy = try CompiledPolicy(try #require(file.policy, "\(file.issues)"))
        var request = RoutingRequest(text: "x")
        request.session = "s"
        request.inputTokens = 8000
        request.maximumOutputTokens = 1
        var state = RoutingState(now: 100)
        state.sessions.record("s", model: "maxi", inputTokens: 8000, at: 90)
        let kept = policy.decide(request, prediction: .sure("simple"), state: state)
        #expect(kept.model == "maxi" && kept.cause == .session)
        #expect(abs(kept.estimatedCost.chosen - (8000 * 0.02 + 8) / 1e6) < 1e-12)
        state.sessions.record("s", model: "maxi", inputTokens: 10, at: 90)
        #expect(policy.decide(request, prediction: .sure("simple"), state: state).model == "mini")
        request.isNewRequest = false
        #expect(policy.decide(request, prediction: .sure("simple"), state: state).model == "maxi")
    }

    @Test func `a shadow goes on from what routing would have done, not from what answered`() throws {
        let policy = try SamplePolicies.compiled(
            "sessions: {}\nrollout: {name: r, stage: shadow, control: maxi, by: [session]}")
        var request = RoutingRequest(text: "x")
        request.session = "s"
        request.isNewRequest = false
        var state = RoutingState(now: 100)
        state.sessions.record("s", model: "maxi", routedModel: "mini", inputTokens: 10, at: 90)
        let decision = policy.decide(request, prediction: .sure("simple"), state: state)
        #expect(decision.model == "maxi" && decision.rollout?.routedModel == "mini")
        // Once the user is routed, the session is where it really was.
        let routed = try SamplePolicies.compiled(
            "sessions: {}\nrollout: {name: r, stage: canary, control: maxi, by: [session], holdout: 0, steps: [1]}")
        #expect(routed.decide(request, prediction: .sure("simple"), state: state).model == "maxi")
    }

    @Test func `of several budgets that are spent the one that lasts longest says when to come back`() throws {
        let policy = try SamplePolicies.compiled(
            """
            budgets:
            - {name: day, period: day, limit: 1, hard_stop: true}
            - {name: month, period: month, limit: 2, hard_stop: true}
            """)
        var state = RoutingState(now: 86_400 * 5)
        state.budgets.spend(1.5, metadata: [:], budgets: policy.policy.budgets, at: state.now)
        func refusal() throws -> Decision.Refusal {
            try #require(
                policy.decide(RoutingRequest(text: "x"), prediction: .sure("simple"), state: state).refusal)
        }
        #expect(try refusal().budget == "day")
        state.budgets.spend(1, metadata: [:], budgets: policy.policy.budgets, at: state.now)
        #expect(try refusal().budget == "month")
        #expect(try refusal().retryAfterSeconds == 86_400 * 26)
    }

    @Test func `rules see the script and the language of the ask`() throws {
        let policy = try SamplePolicies.compiled(
            """
            rules:
            - {name: cyrillic, when: {script: Cyrillic}, then: {model: maxi}}
            - {name: german, when: {language: de}, then: {model: maxi}}
            """)
        func rule(_ text: String) -> Int? { policy.match(RoutingRequest(text: text)).rule }
        #expect(rule("Напиши функцию на питоне") == 0)
        #expect(rule("Bitte schreibe mir eine Geschichte und erkläre, wie das ist") == 1)
        #expect(rule("Please tell me what this is") == nil)
        #expect(rule("") == nil)
    }

    @Test(arguments: [
        ("```swift\nlet a = 1\n```", [0, 1]), ("see:\n  ~~~ c++ {.x}\n~~~", [0, 2]), ("```\nplain\n```", [0]),
        ("inline ``` swift", []), ("```swiftly\n```", [0]), ("```C++", [0, 2]), ("    ```swift", []),
    ])
    func `fences of code are found, with their language`(text: String, rules: [Int]) throws {
        let conditions = ["true", "swift", "c++"]
        for (index, condition) in conditions.enumerated() {
            let policy = try SamplePolicies.compiled(
                "rules:\n- {name: r, when: {code_fence: \(condition)}, then: {model: maxi}}")
            #expect((policy.match(RoutingRequest(text: text)).rule != nil) == rules.contains(index), "\(condition)")
        }
    }

    @Test func `patterns that make other engines slow do not`() throws {
        let policy = try SamplePolicies.compiled(
            "rules:\n- {name: r, when: {regex: ['(a*)*b$', '(x+x+)+y', '(.*?,){20}P']}, then: {model: maxi}}")
        // A backtracking engine would need 2^100000 steps.
        let text = String(repeating: "a", count: 100_000) + String(repeating: "x", count: 100_000)
        #expect(policy.match(RoutingRequest(text: text)).rule == nil)
        #expect(policy.match(RoutingRequest(text: text + "y")).rule == 0)
    }

    @Test func `tokens are those of the whole conversation`() {
        let messages = [
            Message(role: .system, text: String(repeating: "s", count: 400)),
            Message(role: .user, text: String(repeating: "u", count: 40)),
            Message(role: .assistant, text: String(repeating: "a", count: 80)), Message(role: .user, text: "日本語?"),
        ]
        let request = RoutingRequest(Ask(.conversation(messages, toolCount: 2)))
        #expect(request.text == "日本語?")
        #expect(request.toolCount == 2)
        #expect(abs((request.inputTokens ?? 0) - (100 + 10 + 20 + 4)) <= 1)
    }

    @Test func `counts at the ends of their range do not trap`() throws {
        let policy = try SamplePolicies.compiled()
        for tokens in [Int.min, -1, 0, Int.max] {
            var request = RoutingRequest(text: "x")
            request.inputTokens = tokens
            request.maximumOutputTokens = tokens
            let decision = policy.decide(request, prediction: nil, state: .init(now: .nan))
            #expect(decision.model != nil)
            #expect(decision.estimatedCost.chosen >= 0)
        }
    }
}
