import Routing
import RoutingPolicyFile
import TestSupport
import Testing

@Suite struct PolicyFileTests {
    @Test func `the base policy is sound and means what it says`() throws {
        let file = SamplePolicies.file()
        #expect(file.issues.isEmpty, "\(file.issues)")
        let policy = try #require(file.policy)
        #expect(policy.models.map(\.name) == ["mini", "maxi"])
        #expect(policy.table[0].models == ["eco": ["mini"], "sport": ["maxi", "mini"]])
        #expect(policy.models[1].outputPrice == 8)
        #expect(file.digest.hasPrefix("sha256:") && file.digest.count == 71)
    }

    /// Lines appended to the base policy, whose last line is its 9th.
    @Test(arguments: [
        ("tier: [x]", 10, "", "has no key `tier`; did you mean `tiers`?"),
        ("fallback: {limit: 1}", 10, "", "did you mean `fallbacks`?"),
        ("hedge: {mode: [sport]}", 10, "hedge", "did you mean `modes`?"),
        ("budgets:\n- {name: b, period: day, limit: 0}", 11, "budgets[0].limit", "above 0"),
        ("budgets:\n- {name: b, period: week, limit: 1}", 11, "budgets[0].period", "day, month"),
        ("budgets:\n- {name: b, period: day, limit: 1, steps: [{at: 2, tiers_down: 1}]}", 11, "steps[0].at", "0 to 1"),
        ("budgets:\n- {name: b, period: day, limit: 1, steps: [{at: 0.5}]}", 11, "steps[0]", "one of"),
        ("hedge: {modes: [sprot]}", 10, "hedge.modes[0]", "did you mean `sport`?"),
        ("hedge: {modes: 3}", 10, "hedge.modes", "`3`, which is no mode"),
        ("sessions: {upward: maybe}", 10, "sessions.upward", "`true` or `false`"),
        ("sessions: {idle_seconds: ten}", 10, "sessions.idle_seconds", "must be a number"),
        ("cascade: {limit: 1}", 10, "cascade.limit", "2 to 20"),
        ("health: {error_rate: 0}", 10, "health.error_rate", "every model down"),
        ("uncertainty: {action: judge}", 10, "uncertainty", "needs a model"),
        ("uncertainty: {action: tierup}", 10, "uncertainty.action", "did you mean `tier_up`?"),
        ("overrides: {order: [request, request]}", 10, "overrides.order[1]", "repeats `request`"),
        ("overrides:\n  user_tiers:\n    free: {tier_ceiling: smal}", 12, "tier_ceiling", "did you mean `small`?"),
        (
            "overrides:\n  projects:\n    x: {tier_floor: large, tier_ceiling: small}", 12, "projects.x",
            "above its tier_ceiling"
        ),
        ("rules:\n- {name: r, then: {}}", 11, "rules[0].then", "says nothing"),
        ("rules:\n- {name: r, when: {literal: x}}", 11, "rules[0]", "has no `then`"),
        (
            "rules:\n- {name: r, when: {regex: 'a(b'}, then: {model: mini}}", 11, "rules[0].when",
            "is not a regular expression"
        ),
        ("rules:\n- {name: r, when: {regex: '(a)\\1'}, then: {model: mini}}", 11, "rules[0].when", "back-references"),
        ("rules:\n- {name: r, when: {regex: '(?=a)'}, then: {model: mini}}", 11, "rules[0].when", "look-around"),
        (
            "rules:\n- {name: r, when: {regex: '((a{100}){100}){9}'}, then: {model: mini}}", 11, "rules[0].when",
            "repetition"
        ),
        ("rules:\n- {name: r, when: {regex: '\\pL{999}'}, then: {model: mini}}", 11, "rules[0].when", "too large"),
        ("rules:\n- {name: r, when: {literal: ''}, then: {model: mini}}", 11, "rules[0].when", "is empty"),
        (
            "rules:\n- {name: r, when: {script: latin}, then: {model: mini}}", 11, "rules[0].when",
            "did you mean `Latin`?"
        ),
        ("rules:\n- {name: r, when: {tokens: 3}, then: {model: mini}}", 11, "rules[0].when.tokens", "at_least"),
        ("rules:\n- {name: r, when: {any: []}, then: {model: mini}}", 11, "rules[0].when", "empty `any`"),
        ("rules:\n- {name: r, when: {ignore_case: true}, then: {model: mini}}", 11, "ignore_case", "without `literal`"),
        ("rules:\n- {name: r, then: {model: mnii}}", 11, "rules[0].then.model", "did you mean `mini`?"),
        ("rules:\n- {name: r, then: {tier_floor: large, model: mini}}", 11, "rules[0].then", "outside its own"),
        (
            "rules:\n- {name: r, then: {model: mini}}\n- {name: r, then: {model: maxi}}", 12, "rules[1].name",
            "repeats `r`"
        ),
        ("modes: [eco]", 3, "", "more than once"),
        ("fallbacks:", 10, "fallbacks", "has no value"),
        ("fallbacks: [", nil, "", "not valid YAML"),
        ("date: yesterday", 10, "date", "2026-02-01"),
    ])
    func `a mistake is reported with its line, its key and what to do`(
        lines: String, line: Int?, key: String, message: String
    ) throws {
        let file = SamplePolicies.file(lines)
        #expect(file.policy == nil)
        let found = file.issues.first { $0.message.contains(message) && $0.path.contains(key) && $0.severity == .error }
        let issue = try #require(found, "\(file.issues)")
        if let line { #expect(issue.line == line, "\(issue)") }
        #expect(file.issues.allSatisfy { $0.severity == .error ? $0.line != nil : true }, "\(file.issues)")
    }

    /// Parts of the base policy, and what stands there instead.
    @Test(arguments: [
        ("eco: mini", "eco: mnii", "table.simple.eco[0]", "did you mean `mini`?"),
        ("eco: mini", "eko: mini", "table.simple.eko", "did you mean `eco`?"),
        ("eco: mini", "eko: mini", "table.simple", "has no models for the mode `eco`"),
        ("eco: mini", "eco: []", "table.simple.eco", "is empty"),
        ("input_price: 0.1", "input_price: -0.1", "models.mini.input_price", "0 or more"),
        ("input_price: 0.1", "input_price: nan", "models.mini.input_price", "must be a number"),
        ("input_price: 0.1", "input_prize: 0.1", "models.mini", "did you mean `input_price`?"),
        ("input_price: 0.1, ", "", "models.mini", "has no `input_price`"),
        ("context_window: 1000", "context_window: 0", "models.mini.context_window", "above 0"),
        ("context_window: 1000", "context_window: 0x10", "models.mini.context_window", "whole number"),
        ("tier: small", "tier: tiny", "models.mini.tier", "there are `large`, `small`"),
        ("mode: eco", "mode: echo", "defaults.mode", "did you mean `eco`?"),
        ("task_type: simple", "task_type: code", "defaults.task_type", "there are `simple`"),
        ("version: 1", "version: 2", "version", "reads version 1"),
        ("version: 1\n", "", "", "has no `version`"),
        (
            "context_window: 1000", "context_window: 1000, fallbacks: [maxi, mini]", "models.mini.fallbacks",
            "`mini` → `mini`"
        ),
    ])
    func `a mistake in the catalogue or the table is reported`(
        part: String, instead: String, key: String, message: String
    ) throws {
        let text = SamplePolicies.base.replacing(part, with: instead)
        #expect(text != SamplePolicies.base)
        let file = PolicyFile(bytes: Array(text.utf8))
        #expect(file.policy == nil)
        #expect(
            file.issues.contains { $0.path == key && $0.message.contains(message) && $0.line != nil },
            "\(file.issues)")
    }

    @Test func `all mistakes are reported at once, by line`() {
        let file = SamplePolicies.file("hedge: {mode: x}\ncascade: {limit: many}\nsessions: {up: true}")
        #expect(file.issues.compactMap(\.line) == [10, 11, 12])
    }

    @Test func `circles of fallbacks are named model by model`() throws {
        let text = SamplePolicies.base
            .replacing("context_window: 1000", with: "context_window: 1000, fallbacks: maxi")
            .replacing("context_window: 9000", with: "context_window: 9000, fallbacks: [mini]")
        let issues = PolicyFile(bytes: Array(text.utf8)).issues
        #expect(issues.map(\.path) == ["models.mini.fallbacks"])
        #expect(issues[0].message.contains("`mini` → `maxi` → `mini`"), "\(issues)")
    }

    @Test(arguments: ["", "# nothing", "- a", "text", "\u{0}", "a: &x [*x]", "{", "? [a]\n: b"])
    func `what is no policy is refused with a message`(text: String) {
        let file = PolicyFile(bytes: Array(text.utf8))
        #expect(file.policy == nil)
        #expect(!file.issues.isEmpty)
    }

    @Test func `bytes that are not UTF-8, deep nesting and aliases of aliases are refused`() {
        #expect(PolicyFile(bytes: [0xFF, 0xFE]).policy == nil)
        let deep = String(repeating: "{all: [", count: 40) + String(repeating: "]}", count: 40)
        #expect(SamplePolicies.file("rules:\n- {name: r, when: \(deep), then: {model: mini}}").policy == nil)
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            let alias = "*a\(level - 1)"
            bomb += "a\(level): &a\(level) [" + Array(repeating: alias, count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(PolicyFile(bytes: Array(bomb.utf8)).policy == nil)
    }

    @Test func `a byte-order mark in front is read over`() {
        let plain = PolicyFile(bytes: Array(SamplePolicies.base.utf8))
        let marked = PolicyFile(bytes: [0xEF, 0xBB, 0xBF] + Array(SamplePolicies.base.utf8))
        #expect(marked.policy != nil && marked.policy == plain.policy, "\(marked.issues)")
    }

    @Test func `files that were cut or changed at random never trap`() {
        var random = SplitMix64(seed: 7)
        let bytes = Array(
            (SamplePolicies.base + "\nrules:\n- {name: r, when: {regex: 'a+'}, then: {model: mini}}\n").utf8)
        for _ in 0..<500 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                if Bool.random(using: &random) {
                    changed.remove(at: place)
                } else {
                    changed[place] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let file = PolicyFile(bytes: changed)
            #expect(file.isSound || !file.issues.isEmpty)
            if let policy = file.policy { #expect(throws: Never.self) { try CompiledPolicy(policy) } }
        }
    }
}
