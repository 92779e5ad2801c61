import Foundation
import TestSupport
import Testing

/// Answers checked by the program, with a policy and without.
@Suite struct ServedCheckTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private static let checks = #"""

        cascade: {limit: 2}
        checks:
        - {task_types: simple, standard_refusals: true, characters: {at_least: 2}}
        - task_types: code
          json_schema: |
            {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
        """#

    @Test func `an answer is checked by the policy and by the call, and the next model is named`() throws {
        let policy = try folder.write(ServedPolicy.text + Self.checks, to: "policy.yaml")
        let served = try ServedPolicy(folder, policy: policy)
        func check(_ body: String) throws -> (status: Int, json: [String: Any]) {
            let answer = try served.ask("/v1/check", body)
            return (answer.status, answer.json)
        }
        let good = try check(#"{"id":"a","answer":"{\"total\":1}","task_type":"code","cascade":["maxi"]}"#).json
        #expect(good["passed"] as? Bool == true && good["next"] is NSNull && good["id"] as? String == "a")
        #expect(good["policy"] as? String == (try served.digest()))

        let bad = try check(#"{"answer":"{\"total\":\"1\"}","task_type":"code","cascade":["other","maxi"]}"#).json
        #expect(bad["passed"] as? Bool == false && bad["next"] as? String == "other")
        #expect(bad["cascade"] as? [String] == ["maxi"])
        let results = try #require(bad["checks"] as? [[String: Any]])
        #expect(results.count == 1 && results[0]["check"] as? String == "json_schema")
        #expect(results[0]["reason"] as? String == "in the answer, /total is a string, but must be number")

        let last = try check(#"{"answer":"I cannot help with that.","task_type":"simple"}"#).json
        #expect(last["passed"] as? Bool == false && last["next"] is NSNull)

        let both = try check(
            #"{"answer":"yes","task_type":"simple","second_answer":"Yes.","log_probabilities":[-0.1,null,-0.3],"#
                + #""checks":{"minimum_agreement":1,"minimum_log_probability":-0.2,"json_schema":{"type":"string"}}}"#
        ).json
        let kinds = (both["checks"] as? [[String: Any]])?.map { "\($0["check"] ?? "")=\($0["passed"] ?? "")" }
        #expect(
            kinds?.sorted() == ["agreement=1", "characters=1", "json_schema=0", "log_probability=1", "refusal=1"])

        for (body, status, field) in [
            (#"{"answer":"x"}"#, 422, "task_type"), (#"{"task_type":"code"}"#, 422, "answer"),
            (#"{"answer":"x","task_type":"art"}"#, 422, "task_type"),
            (#"{"answer":"x","task_type":"code","mode":"fast"}"#, 422, "mode"),
            (#"{"answer":"x","checks":{"lenght":1}}"#, 422, "checks.lenght"),
            (#"{"answer":"x","checks":{"json_schema":{"format":"date"}}}"#, 422, "checks.json_schema"),
            (#"{"answer":"x","checks":{"refusal_patterns":["("]}}"#, 422, "checks.refusal_patterns"),
            (#"{"answer":"x","checks":{"characters":{"at_least":3,"at_most":1}}}"#, 422, "checks.characters"),
            (#"{"answer":7,"task_type":"code"}"#, 422, "answer"),
        ] {
            let refused = try check(body)
            #expect(refused.status == status, "\(body): \(refused.json)")
            #expect((refused.json["error"] as? [String: Any])?["field"] as? String == field, "\(refused.json)")
        }
        let metrics = try served.client.text("/metrics")
        #expect(metrics.contains(#"tasktype_answer_checks_total{check="json_schema",result="failed"} 2"#))
        try served.stop()
    }

    @Test func `a service without a policy checks what a call asks for`() throws {
        let socket = folder("socket")
        let sidecar = try ProgramRunner.start(
            ["serve", "--listen-unix-socket", socket, "--listen-port", "none", "--log-level", "notice"])
        #expect(try sidecar.wait(timeLimit: 60) { (try? RawConnection(unixSocket: socket)) != nil })
        let client = ServedPolicy.Client(socket: socket)
        let passed = try client.ask(
            "/v1/check", #"{"answer":"[1]","checks":{"json_schema":{"items":{"type":"number"}}}}"#)
        #expect(passed.status == 200 && passed.json["passed"] as? Bool == true)
        #expect(passed.json["policy"] == nil)
        let nothing = try client.ask("/v1/check", #"{"answer":"[1]"}"#)
        #expect(nothing.status == 422)
        #expect(try client.ask("/v1/outcomes", #"{"id":"1","task_type":"code","thumb":"up"}"#).status == 404)
        sidecar.send(SIGTERM)
        #expect(try sidecar.wait(timeLimit: 60).status == 0)
    }
}

extension ServedPolicy.Client {
    /// The body of an answer that is no JSON.
    func text(_ path: String) throws -> String {
        let connection = try RawConnection(unixSocket: socket)
        connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        guard let response = connection.response() else { throw ProgramFailure(description: "no answer") }
        return response.body
    }
}
