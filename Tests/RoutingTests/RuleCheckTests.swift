import Routing
import RoutingPolicyFile
import TestSupport
import Testing

@Suite struct RuleCheckTests {
    private func warnings(_ rules: String) -> [String] {
        let file = SamplePolicies.file("rules:\n" + rules)
        #expect(file.isSound, "\(file.issues)")
        return file.issues.map { "\($0.line ?? 0): \($0.message)" }
    }

    @Test func `a rule behind one that always applies is shadowed`() {
        let found = warnings(
            "- {name: all, then: {model: mini}}\n- {name: late, when: {literal: x}, then: {model: maxi}}")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("12: rules[1] `late` is shadowed by rules[0] `all`"), "\(found)")
    }

    @Test func `priority decides which rule shadows which`() {
        let found = warnings(
            "- {name: all, then: {model: mini}}\n- {name: early, priority: 1, when: {literal: x}, then: {model: maxi}}")
        #expect(found.isEmpty, "\(found)")
    }

    @Test(arguments: [
        ("{tokens: {at_least: 100}}", "{tokens: {at_least: 200, at_most: 300}}"),
        ("{literal: code}", "{literal: source code}"),
        ("{literal: code, ignore_case: true}", "{literal: My CODE}"),
        ("{metadata: {user: [a, b]}}", "{metadata: {user: b}, tools: true}"),
        ("{any: [{tags: x}, {tools: true}]}", "{tools: {at_least: 3}}"),
        ("{code_fence: true}", "{code_fence: swift}"),
        ("{none: [{tokens: {at_least: 10}}]}", "{tokens: {at_most: 8}}"),
        ("{none: [{metadata: {user: a}}]}", "{metadata: {user: b}}"),
        ("{regex: 'a+', images: true}", "{all: [{images: true}, {regex: 'a+'}, {literal: q}]}"),
    ])
    func `a narrower rule behind a wider one is shadowed`(wide: String, narrow: String) {
        let rules = { (first: String, second: String) in
            "- {name: one, when: \(first), then: {model: mini}}\n- {name: two, when: \(second), then: {model: maxi}}"
        }
        let found = warnings(rules(wide, narrow))
        #expect(found.count == 1 && found[0].contains("`two` is shadowed by rules[0] `one`"), "\(found)")
        #expect(warnings(rules(narrow, wide)).isEmpty)
    }

    @Test(arguments: [
        // What only several rules together leave no room for.
        (["{tools: true}", "{tools: false}", "{code_fence: true}"], [0, 1]),
        (["{tokens: {at_most: 100}}", "{tokens: {at_least: 101}}", "{tags: x}"], [0, 1]),
        (
            [
                "{metadata: {project: [x, y]}}", "{literal: q}", "{metadata: {project: z}}",
                "{metadata: {project: [x, z]}}",
            ], [0, 2]
        ),
        (
            ["{code_fence: true, tools: true}", "{code_fence: true, tools: false}", "{code_fence: swift, tags: x}"],
            [0, 1]
        ),
        (["{any: [{literal: a}, {literal: b}]}", "{none: [{literal: [a, b]}]}", "{images: true}"], [0, 1]),
        (["{tags: [x, y]}", "{none: [{tags: x}]}", "{language: de}"], [0, 1]),
        // One that always applies, though that is not how it is written.
        (["{tokens: {at_least: 0}}", "{tags: x}"], [0]),
        (["{any: [{literal: a}, {none: [{literal: a}]}]}", "{tags: x}"], [0]),
        // An expression that is a plain text.
        (["{literal: invoice}", "{regex: the invoice}"], [0]),
        (["{regex: invoice, ignore_case: true}", "{literal: The INVOICE}"], [0]),
    ])
    func `a rule that others leave no room for is reported, with them by name`(conditions: [String], by others: [Int]) {
        let rules = conditions.enumerated().map { index, condition in
            "- {name: r\(index), when: \(condition), then: {model: \(index == conditions.count - 1 ? "maxi" : "mini")}}"
        }
        let found = warnings(rules.joined(separator: "\n"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("rules[\(conditions.count - 1)] ") == true, "\(found)")
        for index in 0..<conditions.count - 1 {
            #expect(found.first?.contains("rules[\(index)] `r\(index)`") == others.contains(index), "\(found)")
        }
        // Without one of them the rule has room.
        let fewer = rules.enumerated().filter { $0.offset != others[0] }.map(\.element)
        #expect(warnings(fewer.joined(separator: "\n")).isEmpty)
    }

    @Test(arguments: [
        ["{tools: true}", "{tools: {at_least: 2}, images: true}"].reversed(),
        ["{tokens: {at_most: 100}}", "{tokens: {at_least: 102}}", "{tags: x}"],
        ["{metadata: {project: [x, y]}}", "{none: [{metadata: {project: [x, y, z]}}]}", "{literal: a}"],
        // A letter that other engines fold and RE2 does not.
        ["{literal: i, ignore_case: true}", "{literal: \u{130}, ignore_case: true}"],
        ["{regex: 'in.oice'}", "{literal: invoice}"],
    ])
    func `a rule that others leave room for is not reported`(conditions: [String]) {
        let rules = conditions.enumerated().map { "- {name: r\($0), when: \($1), then: {model: mini}}" }
        #expect(warnings(rules.joined(separator: "\n")).isEmpty)
    }

    @Test func `comparing hundreds of rules ends soon`() {
        let rules = (0..<300).map { index in
            "- {name: r\(index), when: {any: [{literal: 'a\(index)'}, {metadata: {u: 'u\(index)'}}], none: "
                + "[{tags: 't\(index)'}, {tokens: {at_least: \(index)}, images: true}]}, then: {model: mini}}"
        }
        #expect(warnings(rules.joined(separator: "\n")).isEmpty)
    }

    @Test func `rules of equal conditions and different outcomes contradict one another`() {
        let found = warnings(
            "- {name: one, when: {tags: [a, b]}, then: {model: mini}}\n- {name: two, when: {tags: [b, a]}, then: {model: maxi}}"
        )
        #expect(found.count == 1 && found[0].contains("`two` contradicts rules[0] `one`"), "\(found)")
    }

    @Test(arguments: [
        "{tokens: {at_least: 9}, all: [{tokens: {at_most: 8}}]}", "{metadata: {user: a}, all: [{metadata: {user: b}}]}",
        "{literal: x, none: [{literal: x}]}", "{tools: true, none: [{tools: {at_least: 1}}]}",
        "{literal: source code, none: [{literal: code}]}",
    ])
    func `a rule whose conditions exclude one another can never apply`(condition: String) {
        let found = warnings("- {name: one, when: \(condition), then: {model: mini}}")
        #expect(found.count == 1 && found[0].contains("`one` can never apply"), "\(found)")
    }

    /// A rule that is said to be shadowed must never be the one that applies.
    @Test func `what is reported of random rules is never contradicted by a request`() throws {
        var reported = 0
        for seed in 0..<1500 {
            var random = RandomRouting(seed: UInt64(seed) &+ 1_000_000)
            var policy = random.policy()
            policy.rules = (0..<random.number(2...6)).map { index in
                var outcome = Policy.Outcome()
                outcome.skipsClassifier = true
                return .init(
                    name: "r\(index)", priority: random.number(0...1), when: random.condition(2), then: outcome)
            }
            policy.overrides = .init()
            let found = policy.checks().filter { $0.path.hasPrefix("rules[") }
            reported += found.count
            guard !found.isEmpty else { continue }
            let compiled = try CompiledPolicy(policy)
            for _ in 0..<40 {
                let match = compiled.match(random.request(policy))
                guard let rule = match.rule else { continue }
                #expect(!found.contains { $0.path == "rules[\(rule)]" }, "seed \(seed): \(found), rule \(rule)")
            }
        }
        #expect(reported > 100, "only \(reported) findings were tested")
    }
}
