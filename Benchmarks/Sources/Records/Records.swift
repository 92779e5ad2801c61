import Routing
import RoutingStore

/// Prints, as JSON, how many records a second become durable, and how long whoever sends them waits.
///
/// Arguments: a folder on the disk to be measured, and seconds for each figure.
@main
struct Records {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2, let seconds = Double(arguments[1]), seconds > 0 else {
            print("usage: Records FOLDER SECONDS")
            return
        }
        let folder = arguments[0]
        var parts: [String] = []
        let store = try RoutingStore(path: folder + "/state.sqlite")
        for senders in [1, 16, 256] {
            let times = try await send(to: store, senders: senders, batch: 1, seconds: seconds)
            parts.append(figure("usage_\(senders)_senders", records: times.count, times, seconds))
        }
        let batches = try await send(to: store, senders: 16, batch: 100, seconds: seconds)
        parts.append(figure("usage_16_senders_of_100", records: batches.count * 100, batches, seconds))
        let decisions = try decisions()
        parts.append(try await submit(decisions, to: store, seconds: seconds))
        store.close()
        parts.append(try record(decisions, in: folder + "/decisions.jsonl", seconds: seconds))
        print("{\(parts.joined(separator: ","))}")
    }

    private static func figure(_ name: String, records: Int, _ times: [Double], _ seconds: Double) -> String {
        let times = times.sorted()
        let (p50, p99) = (times[times.count / 2], times[times.count * 99 / 100])
        return #""\#(name)":{"per_second":\#(Double(records) / seconds),"p50_ms":\#(p50),"p99_ms":\#(p99)}"#
    }

    /// Milliseconds that each call took until it was acknowledged.
    private static func send(
        to store: RoutingStore, senders: Int, batch: Int, seconds: Double
    ) async throws -> [Double] {
        let end = ContinuousClock.now + .seconds(seconds)
        let run = "\(senders)-\(batch)"
        return try await withThrowingTaskGroup(of: [Double].self) { group in
            for sender in 0..<senders {
                group.addTask {
                    var times: [Double] = []
                    while ContinuousClock.now < end {
                        let records = (0..<batch).map { index in
                            var report = UsageReport(id: "\(run)-\(sender)-\(times.count)-\(index)")
                            report.decision = "01J9ZC6Q5E0G3B1YF4T7N2K8WX"
                            report.model = "codestral"
                            (report.inputTokens, report.outputTokens) = (1200, 300)
                            report.cost = 0.00063
                            report.metadata = [
                                "project": "p\(sender % 10)", "user": "u\(times.count % 1000)", "feature": "f",
                            ]
                            return report.record(at: 1_800_000_000)
                        }
                        let start = ContinuousClock.now
                        try await store.append(records)
                        times.append((ContinuousClock.now - start) / .milliseconds(1))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private static func decisions() throws -> [Decision] {
        var policy = Policy()
        policy.tiers = ["small", "large"]
        policy.defaultTaskType = "code"
        policy.models = (0..<10).map { index in
            Policy.Model(
                name: "model-\(index)", provider: "p\(index % 3)", tier: policy.tiers[index % 2], inputPrice: 1,
                outputPrice: 2, contextWindow: 100_000)
        }
        policy.table = [
            .init(taskType: "code", models: ["eco": ["model-0"], "balanced": ["model-1"], "sport": ["model-2"]])
        ]
        let compiled = try CompiledPolicy(policy)
        return (0..<1000).map { index in
            var request = RoutingRequest(text: "Write a function that parses dates.")
            request.id = "\(index)"
            request.mode = ["eco", "balanced", "sport"][index % 3]
            return compiled.decide(request, prediction: nil, state: RoutingState(now: 1_800_000_000))
        }
    }

    /// Decisions into the state file: handed over without waiting, and durable when the last one is acknowledged.
    private static func submit(_ decisions: [Decision], to store: RoutingStore, seconds: Double) async throws -> String
    {
        var count = 0
        var times: [Double] = []
        let begin = ContinuousClock.now
        while ContinuousClock.now - begin < .seconds(seconds) {
            for var decision in decisions {
                decision.id = "d\(count)"
                let start = ContinuousClock.now
                let record = DecisionRecord(time: 1_800_000_000, decision: decision, metadata: ["project": "p"])
                store.submit([record.record])
                times.append((ContinuousClock.now - start) / .milliseconds(1))
                count += 1
            }
            try await store.append([StoreRecord(kind: "mark", id: "\(count)", time: 0, body: "{}")])
        }
        return figure("decisions_in_state", records: count, times, (ContinuousClock.now - begin) / .seconds(1))
    }

    /// Decisions into a file of JSON Lines, durable after each thousand.
    private static func record(_ decisions: [Decision], in path: String, seconds: Double) throws -> String {
        let journal = try DecisionJournal(path: path)
        var count = 0
        var times: [Double] = []
        let begin = ContinuousClock.now
        while ContinuousClock.now - begin < .seconds(seconds) {
            for decision in decisions {
                let start = ContinuousClock.now
                journal.append(DecisionRecord(time: 1_800_000_000, decision: decision, metadata: ["project": "p"]).line)
                times.append((ContinuousClock.now - start) / .milliseconds(1))
                count += 1
            }
            journal.flush()
        }
        return figure("decisions_in_journal", records: count, times, (ContinuousClock.now - begin) / .seconds(1))
    }
}
