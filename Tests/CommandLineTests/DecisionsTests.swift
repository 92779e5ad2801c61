import Foundation
import TestSupport
import Testing

/// Decisions that the service recorded, and what `tasktype decisions` makes of them.
@Suite struct DecisionsTests {
    private let folder: ScratchFolder
    private let policy: String

    init() throws {
        folder = try ScratchFolder()
        policy = try folder.write(ServedPolicy.text, to: "policy.yaml")
    }

    private func serve(_ options: [String]) throws {
        let served = try ServedPolicy(folder, policy: policy, options: options)
        for index in 0..<10 {
            let body =
                #"{"id":"d\#(index)","text":"What is the capital of 4711?","mode":"\#(index < 7 ? "eco" : "sport")","metadata":{"project":"p\#(index % 2)"}}"#
            #expect(try served.ask("/v1/route", body).status == 200)
        }
        let reports = """
            {"reports":[{"id":"1","decision":"d0","model":"mini","cost":0.5,"failed":true},\
            {"id":"2","decision":"d0","model":"other","cost":1,"fallback":true}]}
            """
        for _ in 0..<2 { #expect(try served.ask("/v1/usage", reports).status == 200) }
        try served.stop()
    }

    private func summary(_ path: String) throws -> [String: Any] {
        try object(tasktype("decisions", path, "--format", "json", "--by", "model", "--by", "project").output)
    }

    private func check(_ summary: [String: Any]) {
        #expect(summary["decisions"] as? Int == 10)
        #expect(summary["calls"] as? Int == 2)
        #expect(summary["fallback_rate"] as? Double == 0.1)
        #expect(summary["cost_reported"] as? Double == 1.5)
        let models = summary["by_model"] as? [String: [String: Any]]
        #expect(models?["mini"]?["decisions"] as? Int == 7)
        #expect(models?["maxi"]?["share"] as? Double == 0.3)
        #expect((summary["by_project"] as? [String: Any])?.keys.sorted() == ["p0", "p1"])
    }

    @Test func `decisions go to a file without their text, and are summed up`() throws {
        let path = folder("decisions.jsonl")
        try serve(["--decisions", path])
        let text = String(decoding: try folder.content("decisions.jsonl"), as: UTF8.self)
        #expect(!text.contains("4711"))
        #expect(text.split(separator: "\n").count == 12, "ten decisions, and two calls once")
        check(try summary(path))
        let shown = try tasktype("decisions", path)
        #expect(shown.status == 0)
        for part in ["decisions             10", "saved", "mini", "simple, eco"] {
            #expect(shown.text.contains(part), "\(shown.text)")
        }
    }

    @Test func `answers of the baseline save nothing, however short they were`() throws {
        let path = folder("decisions.jsonl")
        let served = try ServedPolicy(folder, policy: policy, options: ["--decisions", path])
        #expect(try served.model(#"{"id":"d","text":"Hello","mode":"sport"}"#) == "maxi")
        let report =
            #"{"id":"1","decision":"d","model":"maxi","tokens":{"input":10,"output":3},"baseline_cost":77}"#
        #expect(try served.ask("/v1/usage", report).status == 200)
        try served.stop()
        let summary = try summary(path)
        let cost = 44.0 / 1_000_000
        #expect(summary["cost"] as? Double == cost, "10 tokens at 2 and 3 at 8")
        #expect(summary["savings"] as? Double == 0)
    }

    @Test func `in shadow it is told what routing would have saved`() throws {
        try folder.write(
            ServedPolicy.text + "\nrollout: {name: spring, stage: shadow, control: maxi}", to: "policy.yaml")
        let path = folder("decisions.jsonl")
        let served = try ServedPolicy(folder, policy: policy, options: ["--decisions", path])
        let body = #"{"text":"Hello","tokens":{"input":1000,"output":100}}"#
        for _ in 0..<3 { #expect(try served.model(body) == "maxi") }
        try served.stop()
        let summary = try summary(path)
        #expect(summary["not_routed"] as? Int == 3)
        let costs = ["not_routed_cost_estimated", "not_routed_cost_if_routed"].map { summary[$0] as? Double ?? 0 }
        let expected = [0.0084, 0.00042]
        for (cost, wanted) in zip(costs, expected) { #expect(abs(cost - wanted) < 1e-12) }
        #expect(try tasktype("decisions", path).text.contains("0.000420 USD, 95.0 % less"))
    }

    @Test func `decisions go to the state file where that is wanted, and texts too`() throws {
        let path = folder("state.sqlite")
        try serve(["--state", path, "--routing-decisions-in-state", "--routing-decisions-text"])
        check(try summary(path))
        let bytes = try folder.content("state.sqlite")
        #expect(bytes.range(of: Data("4711".utf8)) != nil)
    }

    @Test func `files that were set aside are summed up with the one that is written`() throws {
        let path = folder("decisions.jsonl")
        try serve(["--decisions", path, "--routing-decisions-size", "1500"])
        #expect(try folder.names().contains("decisions.jsonl.1"))
        check(try summary(path))
        let single = try object(tasktype("decisions", path, "--single", "--format", "json").output)
        #expect((single["decisions"] as? Int ?? 10) < 10)
    }

    @Test func `what is no file of decisions is refused, and bad options`() throws {
        expectRefusal(try tasktype("decisions", folder("none")), "none")
        expectRefusal(try tasktype("decisions", policy), "no recorded decisions")
        expectRefusal(try tasktype("decisions"), "file")
        expectRefusal(try tasktype("decisions", policy, "--by", "colour"), "colour")
        expectRefusal(try tasktype("decisions", policy, "--days", "0"), "--days")
    }
}
