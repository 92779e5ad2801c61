import Foundation
import TestSupport
import Testing

/// `POST /v1/route` and what belongs to it, through the program.
@Suite struct ServedRoutingTests {
    private let folder: ScratchFolder
    private let policy: String

    init() throws {
        folder = try ScratchFolder()
        policy = try folder.write(ServedPolicy.text, to: "policy.yaml")
    }

    @Test func `the service decides as the command does`() throws {
        let served = try ServedPolicy(folder, policy: policy)
        let cases: [(body: String, options: [String], text: String)] = [
            ("", [], "Write a Python function that parses dates, with tests"),
            (#","mode":"sport""#, ["--mode", "sport"], "What is the capital of Norway?"),
            ("", [], "This is Top Secret"),
            (#","model_override":"maxi""#, ["--model-override", "maxi"], "Hello"),
            (#","minimum_tier":"large""#, ["--minimum-tier", "large"], "Hello"),
            (#","tags":["bulk"]"#, ["--tag", "bulk"], "Hello"),
            (#","headers":{"X-Team":"red"}"#, ["--header", "x-team=red"], "Hello"),
            (#","tokens":{"input":8500,"output":100}"#, ["--input-tokens", "8500", "--max-tokens", "100"], "Hello"),
            (#","tokens":20,"max_tokens":7"#, ["--input-tokens", "20", "--max-tokens", "7"], "Hello"),
            (#","metadata":{"project":"p","n":1}"#, ["--metadata", "project=p"], "Hello"),
            ("", [], ""),
        ]
        for (body, options, text) in cases {
            let answer = try served.ask("/v1/route", #"{"id":"1","text":"\#(text)"\#(body)}"#)
            #expect(answer.status == 200)
            let dry = try tasktype(["route", "--policy", policy, "--format", "jsonl"] + options + ["--", text])
            #expect(
                answer.json as NSDictionary == (try object(dry.output)) as NSDictionary, "\(body): \(answer.json)")
            #expect(answer.headers["x-tasktype-model"] == answer.json["model"] as? String)
            #expect(answer.headers["x-tasktype-decision"] == "1")
        }
        try served.stop()
    }

    @Test func `a mode may come in the policy's header, and headers of the call are what rules look at`() throws {
        let served = try ServedPolicy(folder, policy: policy)
        #expect(try served.model(#"{"text":"Hello"}"#) == "mini")
        #expect(try served.model(#"{"text":"Hello"}"#, headers: ["X-Mode: sport"]) == "maxi")
        #expect(try served.model(#"{"text":"Hello","mode":"eco"}"#, headers: ["X-Mode: sport"]) == "mini")
        #expect(try served.model(#"{"text":"Hello"}"#, headers: ["x-team: red"]) == "maxi")
        // A chat request goes as it is, whatever it calls its model.
        let chat = #"{"model":"gpt-9","messages":[{"role":"user","content":"top secret"}],"temperature":1}"#
        #expect(try served.model(chat) == "other")
        try served.stop()
    }

    @Test func `a new policy decides from one request to the next, and a broken one is refused`() throws {
        let served = try ServedPolicy(folder, policy: policy)
        let first = try #require(try served.digest())
        #expect(try served.model(#"{"text":"Hello"}"#) == "mini")
        try folder.write(ServedPolicy.text.replacing("balanced: mini", with: "balanced: other"), to: "policy.yaml")
        #expect(try served.sidecar.wait(timeLimit: 30) { try served.model(#"{"text":"Hello"}"#) == "other" })
        let second = try #require(try served.digest())
        #expect(second != first)
        try folder.write(ServedPolicy.text.replacing("mini,", with: "nobody,"), to: "policy.yaml")
        #expect(try served.sidecar.wait(timeLimit: 30) { try served.ask("/v1/policy").json["last_error"] != nil })
        #expect(try served.digest() == second)
        #expect(try served.model(#"{"text":"Hello"}"#) == "other")
        #expect(served.sidecar.errorsSoFar.contains("policy_rejected"))
        let metrics = try RawConnection(unixSocket: folder("socket"))
        metrics.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let text = metrics.rest() ?? ""
        #expect(text.contains("tasktype_policy_last_reload_success 0"))
        #expect(text.contains(#"tasktype_policy_reloads_total{outcome="rejected"} 1"#))
        // Back to a good one; a signal has it taken at once.
        try folder.write(ServedPolicy.text, to: "policy.yaml")
        served.sidecar.send(SIGHUP)
        #expect(try served.sidecar.wait(timeLimit: 30) { try served.digest() == first })
        #expect(try served.ask("/v1/policy").json["last_error"] == nil)
        try served.stop()
    }

    @Test func `while policies are swapped every decision is by one of them, whole`() throws {
        let served = try ServedPolicy(folder, policy: policy, options: ["--routing-watch-interval", "0"])
        // Either policy has one model for all; a mixture would name the other in its fallbacks or digest.
        func text(_ name: String) -> String {
            """
            version: 1
            tiers: [only]
            modes: [balanced]
            defaults: {task_type: simple}
            models:
              \(name)-1: {provider: a, tier: only, input_price: 1, output_price: 1, context_window: 9000}
              \(name)-2: {provider: b, tier: only, input_price: 1, output_price: 1, context_window: 9000}
            table: {simple: {balanced: \(name)-1}}
            """
        }
        var digests: [String: Set<String>] = [:]
        for round in 0..<30 {
            let name = round % 2 == 0 ? "left" : "right"
            try folder.write(text(name), to: "policy.yaml")
            served.sidecar.send(SIGHUP)
            for _ in 0..<5 {
                let json = try served.ask("/v1/route", #"{"text":"Hello"}"#).json
                let model = try #require(json["model"] as? String)
                let family = String(model.prefix { $0 != "-" })
                digests[family, default: []].insert(json["policy"] as? String ?? "")
                guard ["left", "right"].contains(family) else { continue }
                #expect(json["fallbacks"] as? [String] == ["\(family)-2"])
            }
        }
        #expect(digests["left"]?.count == 1 && digests["right"]?.count == 1, "\(digests)")
        try served.stop()
    }

    @Test func `a session stays with its model, and what is down is passed over`() throws {
        let served = try ServedPolicy(folder, policy: policy)
        #expect(try served.model(#"{"text":"Hello","session":"s","mode":"sport"}"#) == "maxi")
        let tool = """
            {"session":"s","messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"x"},\
            {"role":"tool","content":"42"}]}
            """
        #expect(try served.model(tool) == "maxi", "a tool's result stays where it was asked for")
        #expect(try served.model(tool.replacing(#""s""#, with: #""t""#)) == "mini")
        #expect(try served.ask("/v1/health-report", #"{"name":"a","status":"down"}"#).status == 200)
        let away = try served.ask("/v1/route", #"{"text":"Hello"}"#).json
        #expect(away["model"] as? String == "other")
        #expect(away["cause"] as? String == "health")
        #expect(try served.ask("/v1/policy").json["down"] as? [String] == ["a"])
        #expect(try served.ask("/v1/health-report", #"{"name":"a","status":"up"}"#).status == 200)
        #expect(try served.model(#"{"text":"Hello"}"#) == "mini")
        try served.stop()
    }

    @Test func `in shadow a tool's result is told of as routing would have answered it`() throws {
        try folder.write(
            ServedPolicy.text + "\nrollout: {name: spring, stage: shadow, control: maxi}", to: "policy.yaml")
        let served = try ServedPolicy(folder, policy: policy)
        let messages = #"{"role":"user","content":"Hello"}"#
        for more in ["", #",{"role":"assistant","content":"x"},{"role":"tool","content":"42"}"#] {
            let body = #"{"session":"s","messages":[\#(messages)\#(more)]}"#
            let answer = try served.ask("/v1/route", body).json
            #expect(answer["model"] as? String == "maxi")
            #expect((answer["rollout"] as? [String: Any])?["routed_model"] as? String == "mini", "\(answer)")
        }
        try served.stop()
    }

    @Test func `names that a gateway makes up leave room for the models that there are`() throws {
        try folder.write(ServedPolicy.text + "\nhealth: {minimum_calls: 4, cool_down_seconds: 600}", to: "policy.yaml")
        let served = try ServedPolicy(folder, policy: policy)
        for part in 0..<11 {
            let reports = (0..<1000).map { #"{"id":"\#(part)-\#($0)","model":"made-up-\#(part)-\#($0)","cost":0}"# }
            let body = #"{"reports":[\#(reports.joined(separator: ","))]}"#
            #expect(try served.ask("/v1/usage", body).status == 200)
        }
        for index in 0..<4 {
            let body = #"{"id":"f\#(index)","model":"mini","cost":0,"failed":true}"#
            #expect(try served.ask("/v1/usage", body).status == 200)
        }
        #expect((try served.ask("/v1/policy").json["down"] as? [String])?.contains("mini") == true)
        try served.stop()
    }

    @Test func `failed calls bring a model down, by the policy's bounds`() throws {
        try folder.write(
            ServedPolicy.text
                + "\nhealth: {error_rate: 0.5, minimum_calls: 4, window_seconds: 60, cool_down_seconds: 600}",
            to: "policy.yaml")
        let served = try ServedPolicy(folder, policy: policy)
        for (index, failed) in [false, true, true].enumerated() {
            let body = #"{"id":"c\#(index)","model":"mini","cost":0,"failed":\#(failed)}"#
            #expect(try served.ask("/v1/usage", body).status == 200)
            #expect(try served.model(#"{"text":"Hello"}"#) == "mini")
        }
        // The third call once more is no fourth call.
        _ = try served.ask("/v1/usage", #"{"id":"c2","model":"mini","cost":0,"failed":true}"#)
        #expect(try served.model(#"{"text":"Hello"}"#) == "mini")
        _ = try served.ask("/v1/usage", #"{"id":"c3","model":"mini","cost":0,"failed":true}"#)
        #expect(try served.model(#"{"text":"Hello"}"#) == "other")
        try served.stop()
    }

    @Test(arguments: [
        ("/v1/route", "{", 400, "invalid_json"), ("/v1/route", "{}", 422, "missing_field"),
        ("/v1/route", #"{"text":"a","messages":[]}"#, 422, "ambiguous_request"),
        ("/v1/route", #"{"text":"a","tags":"x"}"#, 422, "wrong_type"),
        ("/v1/route", #"{"text":"a","tokens":-1}"#, 422, "wrong_type"),
        ("/v1/route", #"{"text":"a","mode":1}"#, 422, "wrong_type"),
        ("/v1/route", #"{"text":"a","metadata":{"a":[]}}"#, 422, "wrong_type"),
        ("/v1/route", #"{"text":"a","mode":"x","mode":"y"}"#, 422, "duplicate_field"),
        ("/v1/usage", "{}", 422, "missing_field"), ("/v1/usage", #"{"id":""}"#, 422, "missing_field"),
        ("/v1/usage", #"{"id":"1","cost":-1}"#, 422, "out_of_range"),
        ("/v1/usage", #"{"id":"1","cost":1e999}"#, 422, "wrong_type"),
        ("/v1/usage", #"{"id":"1","cost":1e13}"#, 422, "out_of_range"),
        ("/v1/usage", #"{"id":"1","model":"unknown","tokens":{"input":5}}"#, 422, "out_of_range"),
        ("/v1/usage", #"{"id":"1","model":"mini","tokens":{"input":5,"cached_input":6}}"#, 422, "out_of_range"),
        ("/v1/usage", #"{"reports":[{"id":"1","cost":1},{"cost":1}]}"#, 422, "missing_field"),
        ("/v1/health-report", #"{"name":"nobody","status":"down"}"#, 422, "unknown_name"),
        ("/v1/health-report", #"{"name":"mini","status":"ill"}"#, 422, "out_of_range"),
    ])
    func `bad calls are refused by name`(path: String, body: String, status: Int, code: String) throws {
        let served = try Self.shared.get()
        let answer = try served.ask(path, body)
        #expect(answer.status == status)
        #expect((answer.json["error"] as? [String: Any])?["code"] as? String == code, "\(answer.json)")
    }

    private static let shared: Result<SharedPolicy, any Error> = Result {
        let folder = try ScratchFolder()
        let policy = try SharedPolicy(folder: folder)
        // Static values are never deinitialised, so the program is ended when the tests end.
        atexit { (try? ServedRoutingTests.shared.get())?.end() }
        return policy
    }

    private final class SharedPolicy: @unchecked Sendable {
        // Sendable: it is only asked, over a connection of its own each time.
        let folder: ScratchFolder
        let served: ServedPolicy
        init(folder: ScratchFolder) throws {
            self.folder = folder
            served = try ServedPolicy(folder, policy: folder.write(ServedPolicy.text, to: "policy.yaml"))
        }
        func ask(_ path: String, _ body: String) throws -> (status: Int, headers: [String: String], json: [String: Any])
        {
            try served.ask(path, body)
        }
        func end() {
            served.sidecar.send(SIGKILL)
            try? FileManager.default.removeItem(atPath: folder.path)
        }
    }
}
