import Foundation
import TestSupport
import Testing

@Suite struct RouteTests {
    private let folder: ScratchFolder
    private let policy: String

    init() throws {
        folder = try ScratchFolder()
        policy = try folder.write(Self.text, to: "policy.yaml")
    }

    private static let text = """
        version: 1
        tiers: [small, large]
        defaults: {task_type: simple}
        modes: [eco, balanced, sport]
        models:
          mini: {provider: a, tier: small, input_price: 0.1, output_price: 0.4, context_window: 8000, capabilities: tools}
          other: {provider: b, tier: small, input_price: 0.2, output_price: 0.8, context_window: 8000}
          maxi: {provider: b, tier: large, input_price: 2, output_price: 8, context_window: 9000}
        table:
          simple: {eco: mini, balanced: mini, sport: maxi}
        rules:
        - {name: german, when: {language: de}, then: {model: maxi}}
        - {name: secret, when: {literal: top secret, ignore_case: true}, then: {model: other}}
        budgets:
        - {name: daily, period: day, limit: 10, steps: [{at: 0.5, tier_ceiling: small}], hard_stop: true}
        """

    private func decision(_ arguments: String...) throws -> [String: Any] {
        let result = try tasktype(["route", "--policy", policy, "--format", "jsonl"] + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return try object(result.output)
    }

    @Test func `a decision follows table, rule and mode`() throws {
        let plain = try decision("--", "Hello there")
        #expect(plain["model"] as? String == "mini")
        #expect(plain["fallbacks"] as? [String] == ["other"])
        #expect(plain["mode"] as? String == "balanced")
        #expect((plain["policy"] as? String)?.hasPrefix("sha256:") == true)
        #expect((plain["model_revision"] as? String)?.hasPrefix("sha256:") == true)
        #expect(try decision("--mode", "sport", "--", "Hello")["model"] as? String == "maxi")
        let ruled = try decision("--", "This is TOP secret")
        #expect(ruled["model"] as? String == "other")
        #expect(ruled["cause"] as? String == "rule")
    }

    @Test func `what is down and what is spent is taken into account`() throws {
        let down = try decision("--down", "a", "--", "Hello")
        #expect(down["model"] as? String == "other")
        #expect(down["cause"] as? String == "health")
        #expect(try decision("--mode", "sport", "--spent", "daily=5", "--", "Hello")["cause"] as? String == "budget")
        let spent = try decision("--spent", "daily=10", "--", "Hello")
        #expect(spent["model"] is NSNull)
        #expect((spent["refused"] as? [String: Any])?["budget"] as? String == "daily")
    }

    @Test func `text output names model, steps and cost`() throws {
        let result = try tasktype("route", "--policy", policy, "--", "Hello")
        #expect(result.status == 0, "\(result.errors)")
        for part in ["model      mini", "fallbacks  other", "rule: no match", "table: mini", "budget: within", "USD"] {
            #expect(result.text.contains(part), "\(result.text)")
        }
    }

    @Test func `requests are read from standard input and from files with messages`() throws {
        let lines = try tasktype(
            ["route", "--policy", policy, "--format", "jsonl"], input: Data("Hello\ntop secret\n".utf8))
        #expect(lines.lines.count == 2)
        #expect(lines.lines.last?.contains(#""model":"other""#) == true)
        let file = try folder.write(
            #"{"id":"q7","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function"}]}"# + "\n",
            to: "in.jsonl")
        let result = try tasktype("route", "--policy", policy, "--input", file, "--format", "json", "--mode", "sport")
        let list = try #require(try JSONSerialization.jsonObject(with: result.output) as? [[String: Any]])
        #expect(list.count == 1)
        #expect(list[0]["id"] as? String == "q7")
        #expect(list[0]["model"] as? String == "mini", "only mini can use tools")
    }

    @Test(arguments: [
        (["--mode", "turbo"], "--mode turbo"), (["--down", "nobody"], "--down nobody"),
        (["--model-override", "x"], "--model-override x"), (["--spent", "weekly=1"], "--spent weekly"),
        (["--spent", "daily=-1"], "0 or more"), (["--metadata", "novalue"], "="), (["--tools=-1"], "negative"),
    ])
    func `a name that the policy does not have is refused`(options: [String], message: String) throws {
        expectRefusal(try tasktype(["route", "--policy", policy] + options + ["--", "Hello"]), message)
    }

    @Test func `a policy that cannot be read or used is refused`() throws {
        expectRefusal(try tasktype("route", "--policy", folder("none.yaml"), "--", "x"), "does not exist")
        let broken = try folder.write(Self.text.replacingOccurrences(of: "eco: mini", with: "eco: mnii"), to: "b.yaml")
        expectRefusal(try tasktype("route", "--policy", broken, "--", "x"), "b.yaml:10:", "did you mean `mini`?")
        expectRefusal(try tasktype("route", "--", "x"), "--policy")
    }

    @Test func `without a classifier the default task type is used, and strict refuses`() throws {
        let model = try folder.write("no model", to: "bad.safetensors")
        let result = try tasktype("route", "--policy", policy, "--model", model, "--format", "jsonl", "--", "Hello")
        #expect(result.status == 0)
        #expect(result.text.contains(#"{"step":"classifier","outcome":"no answer"}"#))
        #expect(result.errors.contains("without the classifier"))
        expectRefusal(
            try tasktype("route", "--policy", policy, "--model", model, "--strict", "--", "Hello"), "bad.safetensors")
    }

    @Test func `policy check lists what is wrong and sets the status`() throws {
        let sound = try tasktype("policy", "check", policy)
        #expect(sound.status == 0, "\(sound.text)")
        #expect(sound.text.contains("is sound: 3 models, 1 task types, 3 modes, 2 rules, 1 budgets"))
        let shadowed = try folder.write(
            Self.text.replacingOccurrences(of: "rules:", with: "rules:\n- {name: all, then: {model: mini}}"),
            to: "s.yaml")
        let warned = try tasktype("policy", "check", shadowed)
        #expect(warned.status == 0)
        #expect(
            warned.text.contains("s.yaml:13:3: warning: rules[1] `german` is shadowed by rules[0] `all`"),
            "\(warned.text)")
        #expect(try tasktype("policy", "check", "--strict", shadowed).status == 1)
        let broken = try folder.write(Self.text + "\nbudget: []\n", to: "b.yaml")
        let refused = try tasktype("policy", "check", "--format", "json", broken)
        #expect(refused.status == 2)
        let report = try object(refused.output)
        #expect(report["sound"] as? Bool == false)
        let issue = try #require((report["issues"] as? [[String: Any]])?.first)
        #expect(issue["line"] as? Int == 16)
        #expect((issue["message"] as? String)?.contains("did you mean `budgets`?") == true)
        expectRefusal(try tasktype("policy", "check", folder("none.yaml")), "none.yaml", "does not exist")
    }

    @Test func `the example policy is sound without a warning`() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Examples/policy.yaml").path
        let result = try tasktype("policy", "check", "--strict", path)
        #expect(result.status == 0, "\(result.text)")
    }
}
