import TestSupport
import Testing

@testable import Routing
@testable import RoutingStore

@Suite struct DecisionSummaryTests {
    private func decision(
        _ id: String, _ model: String?, cost: Double = 1, baseline: Double = 4, uncertain: Bool = false,
        project: String? = nil, time: Double = 0
    ) -> [UInt8] {
        var decision = Decision(
            id: id, model: model, taskType: "code", mode: "eco", cause: .table,
            steps: uncertain ? [.init(.uncertainty, "at least large")] : [.init(.table, "x")],
            estimatedCost: .init(chosen: cost, baseline: baseline, currency: "USD"), inputTokens: 1, outputTokens: 1,
            policy: "")
        if model == nil { decision.refusal = .init(budget: "b", retryAfterSeconds: 1) }
        return DecisionRecord(time: time, decision: decision, metadata: project.map { ["project": $0] } ?? [:]).line
    }

    private func call(
        _ id: String, of decision: String?, cost: Double, model: String? = nil, fallback: Bool = false,
        failed: Bool = false, baseline: Double? = nil
    ) -> [UInt8] {
        var report = UsageReport(id: id)
        report.decision = decision
        report.model = model
        report.cost = cost
        report.isFallback = fallback
        report.failed = failed
        report.baselineCost = baseline
        return report.line(at: 0)
    }

    @Test func `the hedge's and the cascade's models are no fallbacks`() throws {
        var decided = Decision(
            id: "1", model: "mini", taskType: "code", mode: "sport", cause: .table, steps: [],
            estimatedCost: .init(chosen: 1, baseline: 4, currency: "USD"), inputTokens: 1, outputTokens: 1, policy: "")
        decided.hedge = ["rival"]
        decided.cascade = ["maxi"]
        for (model, fallbacks) in [("mini", 0), ("rival", 0), ("maxi", 0), ("other", 1)] {
            var summary = DecisionSummary()
            summary.add(line: DecisionRecord(time: 0, decision: decided, metadata: [:]).line)
            summary.add(line: call("c", of: "1", cost: 1, model: model))
            #expect(summary.total.fallbacks == fallbacks, "\(model)")
        }
    }

    @Test func `the baseline is taken for the tokens that were reported, so that answering by it saves nothing`() throws
    {
        var summary = DecisionSummary()
        summary.add(line: decision("1", "maxi", cost: 4, baseline: 4))
        // The answer was shorter than expected, for either model.
        summary.add(line: call("c1", of: "1", cost: 1, model: "maxi", baseline: 1))
        #expect(summary.total.savings == 0)
        // Two answers of one decision, as of a cascade, and a call that failed: the baseline would have answered once.
        summary.add(line: decision("2", "mini", cost: 1, baseline: 9))
        summary.add(line: call("c2", of: "2", cost: 0, model: "mini", failed: true, baseline: 1))
        summary.add(line: call("c3", of: "2", cost: 1, model: "mini", baseline: 3))
        summary.add(line: call("c4", of: "2", cost: 2, model: "maxi", baseline: 5))
        #expect(summary.total.baseline == 1 + 4)
        // Without tokens there is only the estimate.
        summary.add(line: decision("3", "mini", cost: 1, baseline: 4))
        summary.add(line: call("c5", of: "3", cost: 2, model: "mini"))
        #expect(summary.total.baseline == 1 + 4 + 4)
        #expect(summary.total.savings == (9.0 - 6) / 9)
    }

    @Test func `shares, costs and savings come out as worked by hand`() throws {
        var summary = DecisionSummary()
        // Calls may stand before what they followed.
        summary.add(line: call("c1", of: "1", cost: 2, model: "mini"))
        summary.add(line: decision("1", "mini", project: "p"))
        summary.add(line: decision("2", "mini", uncertain: true, project: "q"))
        summary.add(line: decision("3", "maxi", cost: 3))
        // The first call fails, and another model answers.
        summary.add(line: call("c3", of: "3", cost: 0, model: "maxi", failed: true))
        summary.add(line: call("c4", of: "3", cost: 5, model: "mini"))
        summary.add(line: call("c4", of: "3", cost: 5, model: "mini"))
        summary.add(line: decision("4", nil, cost: 0))
        summary.add(line: call("c5", of: nil, cost: 9))
        summary.add(line: Array("{\"time\":".utf8))

        let total = summary.total
        #expect(total.decisions == 4)
        #expect(total.calls == 3)
        #expect(total.cost == 2 + 1 + 5)
        #expect(total.estimated == 1 + 1 + 3)
        #expect(total.baseline == 12, "who is refused saves nothing")
        #expect(total.savings == (12.0 - 8) / 12)
        #expect(total.uncertain == 1)
        #expect(total.fallbacks == 1)
        #expect(summary.callsWithoutDecision == 1)
        #expect(summary.unreadable == 1)
        #expect(summary.currency == "USD")
        let models = summary.groups(by: .model)
        #expect(models.mapValues(\.decisions) == ["mini": 2, "maxi": 1, "none": 1])
        #expect(models["maxi"]?.cost == 5)
        #expect(summary.groups(by: .route).keys.sorted() == ["code, eco"])
        #expect(summary.groups(by: .project).mapValues(\.decisions) == ["p": 1, "q": 1])
        #expect(summary.groups(by: .cause)["table"]?.decisions == 4)
    }

    @Test func `old records are left out, and nothing at all comes to nothing`() {
        var summary = DecisionSummary()
        #expect(summary.total == DecisionSummary.Group())
        #expect(summary.total.savings == nil)
        summary.add(line: decision("1", "a", time: 10), since: 20)
        summary.add(line: decision("2", "b", time: 30), since: 20)
        #expect(summary.total.decisions == 1)
        #expect(summary.span?.first == 30)
    }

    @Test func `the state file's records come to the same as the journal's lines`() async throws {
        let folder = try ScratchFolder()
        let store = try RoutingStore(path: folder("state"))
        defer { store.close() }
        var (lines, stored) = (DecisionSummary(), DecisionSummary())
        for index in 0..<20 {
            let record = DecisionRecord(
                time: Double(index),
                decision: Decision(
                    id: "\(index)", model: "m\(index % 3)", taskType: "code", mode: "eco", cause: .table, steps: [],
                    estimatedCost: .init(chosen: 1, baseline: 2, currency: "EUR"), inputTokens: 1, outputTokens: 1,
                    policy: ""), metadata: ["user": "ü"], session: "s", text: "a \"quoted\" text")
            var report = UsageReport(id: "c\(index)")
            report.decision = "\(index)"
            report.cost = 0.5
            lines.add(line: record.line)
            lines.add(line: report.line(at: Double(index)))
            try await store.append([record.record, report.record(at: Double(index))])
        }
        try store.read { connection in
            for kind in [DecisionRecord.kind, UsageReport.kind] {
                try connection.replay(kind) { stored.add($0.record) }
            }
        }
        for grouping in DecisionSummary.Grouping.allCases {
            #expect(lines.groups(by: grouping) == stored.groups(by: grouping))
        }
        #expect(stored.total.savings == 0.75)
    }
}
