import Foundation
import Synchronization
import TestSupport
import Testing

/// What was acknowledged is there, whatever happens to the program.
@Suite struct ServedStateTests {
    private let folder: ScratchFolder
    private let policy: String
    private var state: [String] { ["--state", folder("state.sqlite")] }

    init() throws {
        folder = try ScratchFolder()
        policy = try folder.write(ServedPolicy.text, to: "policy.yaml")
    }

    private let question = #"{"text":"Hello","mode":"sport","metadata":{"project":"p"}}"#

    @Test func `budgets go on after a restart, a report that comes again is not counted twice`() throws {
        let first = try ServedPolicy(folder, policy: policy, options: state)
        #expect(try first.model(question) == "maxi")
        #expect(try first.spend("1", 5))
        #expect(try first.model(question) == "mini", "half of the budget is spent")
        #expect(try !first.spend("1", 5))
        try first.stop()
        let second = try ServedPolicy(folder, policy: policy, options: state)
        #expect(try second.model(question) == "mini")
        #expect(try !second.spend("1", 5))
        #expect(try second.model(question) == "mini")
        #expect(try second.spend("2", 5))
        let refused = try second.ask("/v1/route", question).json
        #expect(refused["model"] is NSNull)
        #expect((refused["refused"] as? [String: Any])?["budget"] as? String == "daily")
        #expect(try second.model(question.replacing(#""p""#, with: #""q""#)) == "maxi", "the others' money is theirs")
        try second.stop()
    }

    @Test func `a policy that brings another budget finds what was spent before it`() throws {
        let served = try ServedPolicy(folder, policy: policy, options: state)
        _ = try served.ask("/v1/usage", #"{"id":"1","cost":4,"metadata":{"user":"u"}}"#)
        try folder.write(
            ServedPolicy.text.replacing("per: project", with: "per: user").replacing("limit: 10", with: "limit: 4"),
            to: "policy.yaml")
        let body = #"{"text":"Hello","metadata":{"user":"u"}}"#
        #expect(try served.sidecar.wait(timeLimit: 30) { try served.ask("/v1/route", body).json["refused"] != nil })
        try served.stop()
    }

    @Test func `what is reported down stays down after a restart`() throws {
        let first = try ServedPolicy(folder, policy: policy, options: state)
        for (name, status) in [("a", "down"), ("other", "down"), ("other", "up")] {
            #expect(try first.ask("/v1/health-report", #"{"name":"\#(name)","status":"\#(status)"}"#).status == 200)
        }
        try first.stop()
        let second = try ServedPolicy(folder, policy: policy, options: state)
        #expect(try second.ask("/v1/policy").json["down"] as? [String] == ["a"])
        #expect(try second.model(#"{"text":"Hello"}"#) == "other")
        try second.stop()
    }

    @Test func `nothing that was acknowledged is lost when the program is killed in the middle of writing`() throws {
        var acknowledged: Set<String> = []
        for round in 0..<3 {
            let served = try ServedPolicy(folder, policy: policy, options: state, name: "s\(round)")
            // Several report at once until the program is gone.
            let told = Told()
            let client = served.client
            let threads = (0..<4).map { sender in
                Thread {
                    var index = 0
                    while true {
                        let id = "\(round)-\(sender)-\(index)"
                        guard (try? client.spend(id, 1, project: "x")) != nil else { break }
                        told.add(id)
                        index += 1
                    }
                    told.end()
                }
            }
            for thread in threads { thread.start() }
            _ = try served.sidecar.wait(timeLimit: 60) { told.ids.count > 30 + 17 * round }
            served.sidecar.send(SIGKILL)
            let result = try served.sidecar.wait(timeLimit: 60)
            #expect(result.signal == SIGKILL)
            told.waitForEnds(4)
            acknowledged.formUnion(told.ids)
        }
        #expect(acknowledged.count > 100)
        let last = try ServedPolicy(folder, policy: policy, options: state, name: "last")
        // Each one is known already; the sum is that of all that came, those without an answer among them.
        for id in acknowledged { #expect(try !last.spend(id, 1, project: "x"), "\(id) was acknowledged, and lost") }
        try last.stop()
    }

    @Test func `two programs share one file, and one budget`() throws {
        let left = try ServedPolicy(folder, policy: policy, options: state, name: "left")
        let right = try ServedPolicy(folder, policy: policy, options: state, name: "right")
        #expect(try left.spend("1", 3))
        #expect(try right.spend("2", 3))
        #expect(try !right.spend("1", 3), "the other one has it")
        // A report makes a program look; without one it looks every second.
        #expect(try right.model(question) == "mini")
        #expect(try left.sidecar.wait(timeLimit: 30) { try left.model(question) == "mini" })
        try left.stop()
        #expect(try right.spend("3", 4))
        #expect(try right.ask("/v1/route", question).json["model"] is NSNull)
        try right.stop()
    }

    @Test func `a state file that cannot be used ends the start with a sentence`() throws {
        let noise = try folder.write(String(repeating: "this is no database. ", count: 100), to: "noise")
        expectRefusal(
            try tasktype("serve", "--policy", policy, "--state", noise), "routing.state", "no SQLite database")
        expectRefusal(
            try tasktype("serve", "--policy", policy, "--state", folder("none/x")), "routing.state", "make its folder")
    }

    /// What was acknowledged, from several threads.
    final class Told: Sendable {
        private let state = Mutex((ids: Set<String>(), ended: 0))
        var ids: Set<String> { state.withLock { $0.ids } }
        func add(_ id: String) { _ = state.withLock { $0.ids.insert(id) } }
        func end() { state.withLock { $0.ended += 1 } }
        func waitForEnds(_ count: Int) {
            while state.withLock({ $0.ended }) < count { usleep(2000) }
        }
    }
}
