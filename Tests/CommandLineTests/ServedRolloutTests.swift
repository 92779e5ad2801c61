import Foundation
import TestSupport
import Testing

/// Rollouts as gateways meet them: decisions with their arms, outcomes that outlast the program.
@Suite struct ServedRolloutTests {
    private let folder: ScratchFolder
    private let policy: String
    private var state: [String] { ["--state", folder("state.sqlite")] }

    private static let rollout = """

        rollout:
          name: spring
          stage: canary
          control: maxi
          holdout: 0.2
          steps: [0.5, 1]
          gate: {minimum_outcomes: 20, minimum_days: 0, measures: [thumb, error]}
        """

    init() throws {
        folder = try ScratchFolder()
        policy = try folder.write(ServedPolicy.text + Self.rollout, to: "policy.yaml")
    }

    /// A decision about code for a user; by default in eco, whose model is not the control's.
    private func decide(_ served: ServedPolicy, user: String, mode: String = "eco") throws -> [String: Any] {
        try served.ask(
            "/v1/route",
            #"{"text":"Write a Python function that parses dates and add pytest tests for it","mode":"\#(mode)","metadata":{"user":"\#(user)"}}"#
        ).json
    }

    private func tell(
        _ served: ServedPolicy, _ arm: String, good: Int, of count: Int, stage: Int = 1, prefix: String = ""
    ) throws -> [String: Any] {
        let outcomes = (0..<count).map { index in
            #"{"id":"\#(prefix)\#(arm)\#(index)","task_type":"code","thumb":"\#(index < good ? "up" : "down")","#
                + #""rollout":{"name":"spring","arm":"\#(arm)","stage":\#(stage),"share":0.5}}"#
        }
        let answer = try served.ask("/v1/outcomes", #"{"outcomes":[\#(outcomes.joined(separator: ","))]}"#)
        #expect(answer.status == 200, "\(answer.json)")
        return answer.json
    }

    /// Outcomes of the present stage by arm.
    private func counts(_ served: ServedPolicy, of taskType: String, by measure: String) throws -> [String: Int] {
        let status = try served.ask("/v1/rollout").json
        let type = (status["task_types"] as? [String: [String: Any]])?[taskType]
        let arms = (type?["measures"] as? [String: [String: Any]])?[measure]
        return ["control", "routed"].reduce(into: [:]) { counts, arm in
            counts[arm] = (arms?[arm] as? [String: Any])?["outcomes"] as? Int
        }
    }

    @Test func `users keep their arms over a restart, and each arm answers as it should`() throws {
        var arms: [[String]] = []
        for round in 0..<2 {
            let served = try ServedPolicy(folder, policy: policy, options: state, name: "s\(round)")
            arms.append(
                try (0..<30).map { number in
                    let decision = try decide(served, user: "u\(number)")
                    let rollout = try #require(decision["rollout"] as? [String: Any])
                    let arm = try #require(rollout["arm"] as? String)
                    #expect(decision["model"] as? String == (arm == "routed" ? "mini" : "maxi"))
                    #expect(rollout["routed_model"] as? String == (arm == "routed" ? nil : "mini"))
                    #expect(rollout["stage"] as? Int == 1 && rollout["share"] as? Double == 0.5)
                    return arm
                })
            try served.stop()
        }
        #expect(arms[0] == arms[1])
        #expect(Set(arms[0]) == ["routed", "control", "holdout"])
    }

    @Test func `a task type whose answers get worse is taken back, told of, and stays so after a restart`() throws {
        let first = try ServedPolicy(folder, policy: policy, options: state, name: "first")
        _ = try tell(first, "control", good: 58, of: 60)
        let receipt = try tell(first, "routed", good: 10, of: 60)
        #expect(receipt["recorded"] as? Int == 60 && receipt["durable"] as? Bool == true)
        for user in ["a", "b", "c"] {
            let decision = try decide(first, user: user)
            #expect(decision["model"] as? String == "maxi")
            #expect((decision["rollout"] as? [String: Any])?["taken_back"] as? Bool == true)
        }
        let metrics = try first.client.text("/metrics")
        #expect(metrics.contains(#"tasktype_rollout_events_total{event="taken_back",task_type="code"} 1"#))
        #expect(metrics.contains(#"tasktype_rollout_share{task_type="code"} 0"#))
        #expect(metrics.contains(#"tasktype_rollout_share{task_type="simple"} 0.5"#))
        try first.stop()
        #expect(first.sidecar.errorsSoFar.contains("rollout spring: code: taken back, since thumb dropped"))

        let second = try ServedPolicy(folder, policy: policy, options: state, name: "second")
        let decision = try decide(second, user: "a")
        #expect((decision["rollout"] as? [String: Any])?["taken_back"] as? Bool == true)
        // Another name begins anew.
        try folder.write(
            ServedPolicy.text + Self.rollout.replacing("name: spring", with: "name: summer"), to: "policy.yaml")
        #expect(
            try second.sidecar.wait(timeLimit: 30) {
                let rollout = try decide(second, user: "a")["rollout"] as? [String: Any]
                return rollout?["name"] as? String == "summer" && rollout?["taken_back"] == nil
            })
        try second.stop()
    }

    @Test func `a step is taken when the gate is passed, and stays taken after a restart`() throws {
        let first = try ServedPolicy(folder, policy: policy, options: state, name: "first")
        _ = try tell(first, "control", good: 19, of: 20)
        _ = try tell(first, "routed", good: 19, of: 20)
        var rollout = try #require(try decide(first, user: "a")["rollout"] as? [String: Any])
        #expect(rollout["share"] as? Double == 1 && rollout["stage"] as? Int == 2)
        // What was decided before counts no more; what is decided now does.
        _ = try tell(first, "routed", good: 0, of: 30, stage: 1, prefix: "late")
        _ = try tell(first, "routed", good: 3, of: 3, stage: 2, prefix: "new")
        #expect(try counts(first, of: "code", by: "thumb") == ["control": 0, "routed": 3])
        try first.stop()
        let second = try ServedPolicy(folder, policy: policy, options: state, name: "second")
        rollout = try #require(try decide(second, user: "a")["rollout"] as? [String: Any])
        #expect(rollout["share"] as? Double == 1 && rollout["stage"] as? Int == 2)
        #expect(try counts(second, of: "code", by: "thumb") == ["control": 0, "routed": 3])
        try second.stop()
    }

    @Test func `no outcome that was acknowledged is lost by a kill, and none is counted twice`() throws {
        // No stage ends meanwhile, so that all of them belong to the present one.
        try folder.write(
            ServedPolicy.text + Self.rollout.replacing("outcomes: 20", with: "outcomes: 100000"), to: "policy.yaml")
        var acknowledged: Set<String> = []
        for round in 0..<2 {
            let served = try ServedPolicy(folder, policy: policy, options: state, name: "s\(round)")
            let told = ServedStateTests.Told()
            let client = served.client
            for sender in 0..<3 {
                Thread {
                    var index = 0
                    while true {
                        let id = "\(round)-\(sender)-\(index)"
                        let body =
                            #"{"id":"\#(id)","task_type":"simple","error":\#(index % 10 == 0),"#
                            + #""rollout":{"name":"spring","arm":"\#(index % 2 == 0 ? "routed" : "holdout")","stage":1}}"#
                        guard let answer = try? client.ask("/v1/outcomes", body), answer.status == 200 else { break }
                        told.add(id)
                        index += 1
                    }
                    told.end()
                }.start()
            }
            _ = try served.sidecar.wait(timeLimit: 60) { told.ids.count > 12 + 9 * round }
            served.sidecar.send(SIGKILL)
            _ = try served.sidecar.wait(timeLimit: 60)
            told.waitForEnds(3)
            acknowledged.formUnion(told.ids)
        }
        let last = try ServedPolicy(folder, policy: policy, options: state, name: "last")
        // Of each sender and round one may have been kept without anybody's being told.
        let counted = try counts(last, of: "simple", by: "error").values.reduce(0, +)
        #expect((acknowledged.count...acknowledged.count + 6).contains(counted), "\(counted) of \(acknowledged.count)")
        for id in acknowledged {
            let body = #"{"id":"\#(id)","task_type":"simple","error":false}"#
            let answer = try last.ask("/v1/outcomes", body)
            #expect(answer.json["duplicates"] as? Int == 1, "\(id) was acknowledged, and lost")
        }
        try last.stop()
    }

    @Test func `a user counts once, also after a restart, and latency is compared where the gate says so`() throws {
        try folder.write(
            ServedPolicy.text
                + Self.rollout.replacing("[thumb, error]", with: "[thumb], latency: {limit: 2, margin: 0.1}"),
            to: "policy.yaml")
        var arms: Set<String> = []
        for round in 0..<2 {
            let served = try ServedPolicy(folder, policy: policy, options: state, name: "s\(round)")
            for user in 0..<6 {
                let decision = try decide(served, user: "u\(user)")
                let rollout = try #require(decision["rollout"] as? [String: Any])
                let unit = try #require(rollout["unit"] as? String)
                arms.insert(try #require(rollout["arm"] as? String))
                for number in 0..<3 {
                    let body: [String: Any] = [
                        "id": "\(round)-\(unit)-\(number)", "task_type": "code", "rollout": rollout, "thumb": "up",
                        "latency_seconds": number == 0 ? 1.5 : 9, "cost": 0.1,
                    ]
                    let bytes = try JSONSerialization.data(withJSONObject: body)
                    let answer = try served.ask("/v1/outcomes", String(decoding: bytes, as: UTF8.self))
                    #expect(answer.json["recorded"] as? Int == 1, "\(answer.json)")
                }
            }
            for measure in ["thumb", "latency"] {
                let counts = try counts(served, of: "code", by: measure)
                #expect(counts.values.reduce(0, +) == 6, "\(counts)")
            }
            let status = try served.ask("/v1/rollout").json
            let type = (status["task_types"] as? [String: [String: Any]])?["code"]
            let measures = try #require(type?["measures"] as? [String: [String: Any]])
            #expect(measures["cost"] == nil)
            for arm in ["control", "routed"] {
                let mean = (measures["latency"]?[arm] as? [String: Any])?["mean"] as? Double
                #expect(mean == nil || mean == 1, "a user's first outcome was in time")
            }
            let metrics = try served.client.text("/metrics")
            #expect(
                metrics.contains(
                    #"tasktype_rollout_outcomes_total{reception="repeated"} \#(round == 0 ? 12 : 18)"#))
            try served.stop()
        }
        #expect(arms.contains("routed") && arms.count > 1)
    }

    @Test func `outcomes are refused with the field at fault, all or none of them`() throws {
        let served = try ServedPolicy(folder, policy: policy, options: state)
        for (body, field) in [
            (#"{"task_type":"code","thumb":"up"}"#, "id"), (#"{"id":"1","thumb":"up"}"#, "task_type"),
            (#"{"id":"1","task_type":"code"}"#, "thumb"),
            (#"{"id":"1","task_type":"code","thumb":"sideways"}"#, "thumb"),
            (#"{"id":"1","task_type":"code","rating":9}"#, "rating"),
            (#"{"id":"1","task_type":"code","cost":-1}"#, "cost"),
            (#"{"id":"1","task_type":"code","latency_seconds":-0.5}"#, "latency_seconds"),
            (
                #"{"id":"1","task_type":"code","cost":1,"rollout":{"name":"s","arm":"routed","stage":1,"unit":"7"}}"#,
                "rollout.unit"
            ),
            (#"{"id":"1","task_type":"code","rating":2,"rating_scale":[5,1]}"#, "rating_scale"),
            (#"{"id":"1","task_type":"code","fit":"goodfit"}"#, "fit"),
            (#"{"id":"1","task_type":"code","thumb":"up","rollout":{"name":"spring"}}"#, "rollout"),
            (
                #"{"outcomes":[{"id":"1","task_type":"code","thumb":"up"},{"id":"2","task_type":"code"}]}"#,
                "outcomes[1].thumb"
            ),
        ] {
            let answer = try served.ask("/v1/outcomes", body)
            #expect(answer.status == 422, "\(body): \(answer.json)")
            #expect((answer.json["error"] as? [String: Any])?["field"] as? String == field, "\(answer.json)")
        }
        // Nothing of the batch was kept.
        let again = try served.ask("/v1/outcomes", #"{"id":"1","task_type":"code","rating":5,"fit":"good_fit"}"#)
        #expect(again.json["recorded"] as? Int == 1)
        try served.stop()
    }

    @Test func `two programs on one file come to the same stage`() throws {
        let left = try ServedPolicy(folder, policy: policy, options: state, name: "left")
        let right = try ServedPolicy(folder, policy: policy, options: state, name: "right")
        _ = try tell(left, "control", good: 20, of: 20)
        _ = try tell(right, "routed", good: 20, of: 20)
        for served in [left, right] {
            #expect(
                try served.sidecar.wait(timeLimit: 30) {
                    let rollout = try decide(served, user: "a")["rollout"] as? [String: Any]
                    return rollout?["stage"] as? Int == 2
                })
        }
        try left.stop()
        try right.stop()
    }
}
