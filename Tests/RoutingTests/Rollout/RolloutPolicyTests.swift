import Routing
import RoutingPolicyFile
import TestSupport
import Testing

@Suite struct RolloutPolicyTests {
    @Test(
        arguments: [
            ("rollout: {stage: canary, control: maxi}", "rollout has no `name`; add it"),
            ("rollout: {name: a}", "has no control for `simple`"),
            ("rollout: {name: a, control: mxi}", "did you mean `maxi`?"),
            ("rollout: {name: a, control: maxi, stage: canry}", "did you mean `canary`?"),
            ("rollout: {name: a, control: maxi, steps: [0.5, 0.2]}", "steps[1] must be above the share before"),
            ("rollout: {name: a, control: maxi, steps: [0, 0.2]}", "steps[0] is 0.0, but must be above 0"),
            ("rollout: {name: a, control: maxi, steps: []}", "rollout.steps is empty"),
            ("rollout: {name: a, control: maxi, holdout: 1}", "rollout.holdout is 1.0"),
            ("rollout: {name: a, control: maxi, by: []}", "rollout.by is empty"),
            ("rollout: {name: a, control: maxi, gate: {margin: -1}}", "rollout.gate.margin is -1.0"),
            ("rollout: {name: a, control: maxi, gate: {false_alarm_rate: 0}}", "above 0 and below 1"),
            ("rollout: {name: a, control: maxi, gate: {measures: [thumbs]}}", "did you mean `thumb`?"),
            ("rollout: {name: a, control: maxi, task_types: {code: {stage: shadow}}}", "is no task type"),
            ("checks: [{}]", "checks[0] asks nothing of an answer"),
            ("checks: [{characters: {at_least: 5, at_most: 2}}]", "exchange them"),
            ("checks: [{minimum_log_probability: 0.5}]", "logarithms of probabilities are 0 or below"),
            ("checks: [{minimum_agreement: 2}]", "must be from 0 to 1"),
            ("checks: [{refusal_patterns: ['a(?=b)']}]", "checks[0].refusal_patterns has `a(?=b)`"),
            ("checks: [{required_terms: ['']}]", "has ``, but each must have from 1 to 1000 bytes"),
            ("checks: [{json_schema: '{\"format\":\"date\"}'}]", "the schema's /format is not checked here"),
            ("checks: [{json_schema: '{'}]", "the schema is not JSON"),
            ("checks: [{task_types: [art], standard_refusals: true}]", "is no task type"),
        ])
    func `a mistake in checks or rollout is named with its place`(lines: String, words: String) {
        let file = SamplePolicies.file(lines)
        let errors = file.issues.filter { $0.severity == .error }
        #expect(errors.contains { $0.message.contains(words) && $0.line == 10 }, "\(file.issues)")
    }

    @Test(
        arguments: [
            ("rollout: {name: a, control: maxi, stage: canary}", "nothing is left to compare with"),
            ("checks: [{standard_refusals: true}]", "POST /v1/check alone"),
            ("checks: [{ignore_case: true, characters: {at_least: 1}}]", "has no effect without"),
            (
                "rollout: {name: a, control: maxi, gate: {require: not_worse, margin: 0}}", "proof that routed answers"
            ),
        ])
    func `what has no effect is warned of`(lines: String, words: String) {
        let file = SamplePolicies.file(lines)
        #expect(file.isSound)
        #expect(file.issues.contains { $0.severity == .warning && $0.message.contains(words) }, "\(file.issues)")
    }

    @Test func `a rollout is read as it is written`() throws {
        let file = SamplePolicies.file(
            """
            rollout:
              name: first
              stage: canary
              control: maxi
              by: session
              holdout: 0.05
              steps: [0.1, 1]
              advance: false
              gate: {minimum_outcomes: 10, minimum_days: 1.5, require: not_worse, margin: 0.03, measures: error}
              task_types: {simple: {stage: shadow, steps: 0.3}}
            """)
        let rollout = try #require(file.policy?.rollout)
        #expect(rollout.units == ["session"] && rollout.holdout == 0.05 && !rollout.advances)
        #expect(rollout.plan.steps == [0.1, 1] && rollout.plan.control == "maxi" && rollout.plan.stage == .canary)
        let own = rollout.plan(for: "simple")
        #expect(own.stage == .shadow && own.steps == [0.3] && own.control == "maxi")
        #expect(rollout.gate.minimumOutcomes == 10 && rollout.gate.minimumDays == 1.5)
        #expect(rollout.gate.requirement == .notWorse && rollout.gate.measures == [.error])
    }

    @Test func `checks of a policy are made on answers in their part of the table`() throws {
        let policy = try SamplePolicies.compiled(
            """
            cascade: {limit: 2}
            checks:
              - task_types: simple
                standard_refusals: true
                json_schema: |
                  {"type": "object", "required": ["total"]}
            """)
        let verdict = policy.answerChecker.check(Answer("{}"), taskType: "simple", mode: "eco")
        #expect(verdict.results.map(\.check) == [.refusal, .jsonSchema] && !verdict.passed)
    }
}
