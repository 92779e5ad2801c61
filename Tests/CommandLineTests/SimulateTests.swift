import Foundation
import TestSupport
import Testing

@Suite struct SimulateTests {
    private let folder: ScratchFolder
    private let policy: String
    private let traffic: String

    init() throws {
        folder = try ScratchFolder()
        policy = try folder.write(Self.text, to: "policy.yaml")
        traffic = try folder.write(
            "task_type,requests,input_tokens,output_tokens,team\nsimple,700,500,200,a\ncode,300,500,200,b\n",
            to: "log.csv")
    }

    private static let text = """
        version: 1
        tiers: [small, large]
        defaults: {task_type: code, baseline: maxi, mode: eco}
        modes: [eco, sport]
        models:
          mini: {provider: a, tier: small, input_price: 0.15, output_price: 0.6, context_window: 8000,
            quality: {simple: 0.9, code: 0.6}}
          maxi: {provider: b, tier: large, input_price: 2.5, output_price: 10, context_window: 9000,
            quality: {simple: 0.95, code: 0.9}}
        table: # by hand
          simple: {eco: mini, sport: maxi}
          code: {eco: maxi, sport: maxi}
        """

    @Test func `costs are worked out and compared in text, JSON and HTML`() throws {
        let text = try tasktype("simulate", "--traffic", traffic, "--policy", policy)
        #expect(text.status == 0, "\(text.errors)")
        #expect(text.errors.contains("columns not used: `team`"))
        for part in ["always maxi", "3.25", "1.11", "65.8 %", "simple 70.0 %"] {
            #expect(text.text.contains(part), "\(part)\n\(text.text)")
        }
        let json = try object(
            tasktype(
                "simulate", "--traffic", traffic, "--policy", policy, "--against", policy, "--accuracy", "0.9",
                "--format",
                "json", "--recommend", "0.9"
            ).output)
        #expect((json["requests"] as? Double) == 1000)
        let arm = try #require(json["policy"] as? [String: Any])
        #expect((arm["mistakes"] as? [Any])?.count == 2)
        #expect((json["against"] as? [String: Any])?["cost"] as? Double == arm["cost"] as? Double)
        #expect(json["recommendation"] != nil)
        let page = folder.path + "/r.html"
        let html = try tasktype(
            "simulate", "--traffic", traffic, "--policy", policy, "--format", "html", "--output", page)
        #expect(html.status == 0, "\(html.errors)")
        #expect(try String(contentsOfFile: page, encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
    }

    @Test func `texts can be classified in place of recorded predictions`() throws {
        let log = try folder.write(
            "text,output_tokens\nWrite a Python function that parses dates,300\nhi,5\n", to: "texts.csv")
        let arguments = ["simulate", "--traffic", log, "--policy", policy]
        let result = try tasktype(arguments + ["--classify"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text.contains("code 50.0 %") && result.text.contains("its mistakes do not show"))
        let without = try tasktype(arguments)
        #expect(without.status == 2)
        #expect(without.errors.contains("there is no column task_type"), "\(without.errors)")
    }

    @Test func `a confusion matrix comes from an evaluation or from CSV`() throws {
        let csv = try folder.write("truth,predicted,count\nsimple,simple,8\nsimple,code,2\ncode,code,5\n", to: "c.csv")
        let evaluation = try folder.write(
            #"{"rows":15,"confusion":{"labels":["code","simple"],"matrix":[[5,0],[2,8]]}}"#, to: "e.json")
        let first = try tasktype("simulate", "--traffic", traffic, "--policy", policy, "--confusion", csv)
        let second = try tasktype("simulate", "--traffic", traffic, "--policy", policy, "--confusion", evaluation)
        #expect(first.status == 0 && second.status == 0, "\(first.errors) \(second.errors)")
        #expect(first.text.contains("recognises 86.0 %"))
        #expect(first.text == second.text)
    }

    @Test(arguments: [
        (["--mode", "fast"], "the policy has no mode `fast`"), (["--accuracy", "2"], "--accuracy must be 0 to 1"),
        (["--mix", "simple=1,poems=1"], "--mix asks for task types"), (["--mix", "simple"], "is no share"),
        (["--confusion", "/none"], "cannot be opened"), (["--classifier-cost=-1"], "must be a number, 0 or more"),
        (["--against", "/none.yaml"], "cannot be read"), (["--recommend", "7"], "--recommend must be 0 to 1"),
    ])
    func `bad options end in one sentence`(options: [String], part: String) throws {
        let result = try tasktype(["simulate", "--traffic", traffic, "--policy", policy] + options)
        #expect(result.status == 2)
        #expect(result.errors.contains(part), "\(result.errors)")
        #expect(result.text.isEmpty)
    }

    @Test func `bad traffic ends in one sentence`() throws {
        for (text, part) in [
            ("task_type,input_tokens,output_tokens\ncdoe,1,2\n", "did you mean `code`?"),
            ("task_type,input_tokens,output_tokens,mode\ncode,1,2,fast\n", "no mode `fast`"),
            ("task_type,input_tokens,output_tokens\ncode,1\n", ":2:1: the row has 2 fields"),
        ] {
            let path = try folder.write(text, to: "bad.csv")
            let result = try tasktype("simulate", "--traffic", path, "--policy", policy)
            #expect(result.status == 2)
            #expect(result.errors.contains(part), "\(result.errors)")
        }
    }

    @Test func `calibrate says what changes and why, and writes only the table's words`() throws {
        let results = try folder.write(
            "task_type,model,quality,requests\nsimple,mini,0.9,1000\nsimple,maxi,0.95,1000\ncode,mini,0.6,1000\ncode,maxi,0.9,1000\n",
            to: "results.csv")
        let arguments = ["policy", "calibrate", policy, "--benchmark", results]
        let dry = try tasktype(arguments + ["--min-quality", "sport=0.85"])
        #expect(dry.status == 0, "\(dry.errors)")
        #expect(dry.text.contains("simple, sport: maxi → mini") && dry.text.contains("code, sport: maxi stays"))
        #expect(dry.text.contains("    sport: mini"))
        #expect(try String(contentsOfFile: policy, encoding: .utf8) == Self.text)
        let written = folder.path + "/new.yaml"
        let result = try tasktype(arguments + ["--min-quality", "sport=0.85", "--output", written, "--format", "json"])
        #expect(result.status == 0, "\(result.errors)")
        #expect((try object(result.output)["cells"] as? [[String: Any]])?.first?["changed"] as? Bool == true)
        #expect(
            try String(contentsOfFile: written, encoding: .utf8)
                == Self.text.replacingOccurrences(of: "{eco: mini, sport: maxi}", with: "{eco: mini, sport: mini}"))
        let unmet = try tasktype(arguments + ["--min-quality", "code/eco=0.99"])
        #expect(unmet.status == 1)
        #expect(unmet.text.contains("maxi stays, the goal is not met"))
        for (options, part) in [
            ([], "Give a goal"), (["--min-quality", "fast=0.9"], "no mode `fast`"),
            (["--min-quality", "eco=9"], "the number from 0 to 1"),
            (["--max-cost", "poems/eco=1"], "no task type `poems`"),
        ] {
            let result = try tasktype(arguments + options)
            #expect(result.status == 2)
            #expect(result.errors.contains(part), "\(result.errors)")
        }
    }

    @Test func `a layout that cannot be edited is said, with the lines to paste`() throws {
        let aliased = try folder.write(
            Self.text.replacingOccurrences(of: "{eco: mini, sport: maxi}", with: "{eco: mini, sport: &m maxi}"),
            to: "aliased.yaml")
        let results = try folder.write("task_type,model,quality,requests\nsimple,mini,0.9,1000\n", to: "r.csv")
        let target = folder.path + "/never.yaml"
        let result = try tasktype(
            "policy", "calibrate", aliased, "--benchmark", results, "--min-quality", "simple/sport=0.5", "--output",
            target)
        #expect(result.status == 2)
        #expect(result.errors.contains("nothing was written") && result.errors.contains("    sport: mini"))
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test func `routers are measured on outcomes`() throws {
        let outcomes = try folder.write(
            "prompt,weak,strong,mine\nWhat is 2+2?,1,1,0.1\nProve that there are infinitely many primes,0,1,0.9\nhi,1,1,0\nSolve x^2=2 step by step,0,1,0.7\n",
            to: "o.csv")
        let result = try tasktype("evaluate-routing", outcomes, "--score", "mine", "--bootstrap", "50")
        #expect(result.status == 0, "\(result.errors)")
        for name in ["mine", "classifier", "length", "oracle", "random"] { #expect(result.text.contains(name)) }
        let json = try object(
            tasktype("evaluate-routing", outcomes, "--no-classifier", "--score", "mine", "--format", "json").output)
        let routers = try #require(json["routers"] as? [[String: Any]])
        #expect(routers.map { $0["name"] as? String } == ["mine", "oracle", "random"])
        #expect(routers[2]["apgr"] as? Double == 0.5)
        for (options, part) in [
            (["--strong", "gpt"], "no column `gpt`"), (["--strong-labels", "poems"], "no label `poems`"),
            (["--cost", "weak"], "write it like"), (["--bootstrap=-1"], "--bootstrap must be"),
        ] {
            let result = try tasktype(["evaluate-routing", outcomes] + options)
            #expect(result.status == 2)
            #expect(result.errors.contains(part), "\(result.errors)")
        }
    }
}
