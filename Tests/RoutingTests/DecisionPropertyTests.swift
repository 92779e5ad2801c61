import Routing
import TestSupport
import Testing

@Suite struct DecisionPropertyTests {
    /// 2,504 policies with four requests each, 10,016 decisions, in eight parts that run side by side.
    @Test(arguments: 0..<8)
    func `random policies decide as the plain reference does`(part: Int) throws {
        var causes: Set<Decision.Cause> = []
        var kinds: Set<String> = []
        for index in 0..<313 {
            let seed = UInt64(part * 313 + index)
            var random = RandomRouting(seed: seed)
            let policy = random.policy()
            let compiled = try CompiledPolicy(policy)
            for number in 0..<4 {
                let request = random.request(policy)
                let prediction = random.prediction(policy)
                let state = random.state(policy)
                let decision = compiled.decide(request, prediction: prediction, state: state)
                let expected = ReferenceRouter(
                    policy: policy, request: request, prediction: prediction, state: state
                ).decide()
                #expect(decision.answer == expected, "seed \(seed), request \(number): \(decision.json)")
                if decision.answer != expected { return }
                causes.insert(decision.cause)
                kinds.formUnion(decision.steps.map(\.kind.rawValue))
                if !decision.hedge.isEmpty { kinds.insert("hedged") }
                if decision.judge != nil { kinds.insert("judge") }
                if decision.refusal != nil { kinds.insert("refused") }
                if !decision.cascade.isEmpty { kinds.insert("cascaded") }
                if decision.fallbacks.count > 1 { kinds.insert("fallbacks") }
                if policy.rules.contains(where: { $0.name == expected.rule && $0.condition.asksLanguage }) {
                    kinds.insert("language")
                }
                if let rollout = decision.rollout { kinds.insert("arm " + rollout.arm.rawValue) }
                if decision.rollout?.isTakenBack == true { kinds.insert("taken back") }
                let names = [decision.model].compactMap(\.self) + decision.fallbacks + decision.hedge
                #expect(Set(names).count == names.count, "seed \(seed), request \(number): a model stands twice")
            }
        }
        #expect(causes.count == 11, "the random policies should reach every cause, not only \(causes)")
        let wanted: Set = [
            "rule", "classifier", "override", "table", "uncertainty", "budget", "tier", "capability", "context",
            "health",
            "cascade", "session", "hedge", "hedged", "judge", "refused", "cascaded", "fallbacks", "rollout",
            "arm routed", "arm control", "arm holdout", "arm shadow", "taken back",
            "language",
        ]
        #expect(wanted.isSubset(of: kinds), "never reached: \(wanted.subtracting(kinds).sorted())")
    }

    @Test func `equal arguments give equal decisions`() throws {
        var random = RandomRouting(seed: 99)
        let policy = random.policy()
        let (request, state) = (random.request(policy), random.state(policy))
        let prediction = random.prediction(policy)
        let first = try CompiledPolicy(policy).decide(request, prediction: prediction, state: state)
        let second = try CompiledPolicy(policy).decide(request, prediction: prediction, state: state)
        #expect(first == second)
        #expect(first.json == second.json)
    }
}

extension Policy.Condition {
    /// Whether the request's language is what decided: nothing else is asked.
    fileprivate var asksLanguage: Bool {
        if case .language = self { return true }
        return false
    }
}

extension Decision {
    var answer: ReferenceRouter.Answer {
        let rule = steps.first { $0.kind == .rule }?.outcome
        return .init(
            model: model, fallbacks: fallbacks, hedge: hedge, cascade: cascade, taskType: taskType, mode: mode,
            cause: cause.rawValue, rule: rule == "no match" ? nil : rule, cost: estimatedCost.chosen,
            baseline: estimatedCost.baseline, judge: judge?.model, refusedBy: refusal?.budget,
            rollout: rollout.map {
                .init(
                    arm: $0.arm.rawValue, share: $0.share, stage: $0.stage, model: $0.routedModel, cost: $0.routedCost,
                    takenBack: $0.isTakenBack)
            })
    }
}
