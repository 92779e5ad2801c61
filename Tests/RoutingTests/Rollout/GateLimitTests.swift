import Foundation
import Routing
import RoutingPolicyFile
import TestSupport
import Testing

/// Latency and cost as gates of a rollout.
@Suite struct GateLimitTests {
    private func rollout(_ set: (inout Policy.Rollout.Gate) -> Void) -> Policy.Rollout {
        var rollout = Policy.Rollout(name: "first")
        rollout.plan.stage = .canary
        rollout.plan.control = "maxi"
        rollout.plan.steps = [0.1, 0.5]
        rollout.gate.minimumOutcomes = 50
        rollout.gate.measures = [.thumb]
        set(&rollout.gate)
        return rollout
    }

    /// Tells of latencies and costs, the same for all of an arm but for some noise.
    private func ledger(
        _ rollout: Policy.Rollout, seconds: (control: Double, routed: Double) = (1, 1),
        costs: (control: Double, routed: Double) = (0.01, 0.01), count: Int = 400
    ) -> RolloutLedger {
        var random = SplitMix64(seed: 51)
        var ledger = RolloutLedger()
        _ = ledger.follow(rollout, taskTypes: ["code"], at: 0)
        for index in 0..<count {
            for arm in [Decision.Rollout.Arm.control, .routed] {
                let noise = Double.random(in: 0.5..<1.5, using: &random)
                let seconds = (arm == .routed ? seconds.routed : seconds.control) * noise
                let cost = (arm == .routed ? costs.routed : costs.control) * noise
                var scores: [ReportedOutcome.Measure: Double] = [.thumb: index % 10 == 0 ? 0 : 1]
                scores[.latency] = rollout.gate.score(latencySeconds: seconds)
                scores[.cost] = rollout.gate.score(cost: cost)
                let outcome = ReportedOutcome(
                    taskType: "code", rollout: .init(name: "first", arm: arm, share: 0.1, stage: 1), scores: scores)
                #expect(ledger.record(outcome, rollout) == .counted)
            }
        }
        return ledger
    }

    @Test func `answers that come too late take a task type back, where the gate says so`() {
        let gated = rollout { $0.latency = .init(limit: 2, margin: 0.05) }
        var slow = ledger(gated, seconds: (1, 3))
        let events = slow.advance(gated, at: 86_400)
        #expect(events.map(\.measure) == [.latency])
        #expect(events.first?.description.contains("code: taken back, since fewer answers came in time: ") == true)
        var quick = ledger(gated, seconds: (1, 1.2))
        #expect(quick.advance(gated, at: 86_400).isEmpty)
        let free = rollout { _ in }
        var unseen = ledger(free, seconds: (1, 3))
        #expect(unseen.advance(free, at: 86_400).isEmpty)
    }

    @Test func `answers that cost more take a task type back by the margin in money`() {
        let gated = rollout { $0.cost = .init(limit: 0.05, margin: 0.01) }
        var dear = ledger(gated, costs: (0.01, 0.03))
        #expect(dear.advance(gated, at: 86_400).map(\.measure) == [.cost])
        var within = ledger(gated, costs: (0.01, 0.018))
        #expect(within.advance(gated, at: 86_400).isEmpty)
        var cheaper = ledger(gated, costs: (0.03, 0.01))
        #expect(cheaper.advance(gated, at: 86_400).isEmpty)
    }

    @Test func `proof of no worse quality is not enough where cost is gated, too`() {
        let gated = rollout {
            $0.requirement = .notWorse
            $0.margin = 0.1
            $0.cost = .init(limit: 0.05, margin: 0.002)
        }
        // Dearer by just what is tolerated: neither harm nor its absence can be shown.
        var undecided = ledger(gated, costs: (0.01, 0.012), count: 2000)
        #expect(undecided.advance(gated, at: 30 * 86_400).isEmpty)
        var cheaper = ledger(gated, costs: (0.01, 0.005), count: 2000)
        #expect(cheaper.advance(gated, at: 30 * 86_400).map(\.kind) == [.steppedUp])
    }

    @Test func `the rate of false alarms is shared out among all that is compared`() {
        let plain = rollout { _ in }.gate
        let all = rollout {
            $0.latency = .init(limit: 2, margin: 0.05)
            $0.cost = .init(limit: 1, margin: 0)
        }.gate
        #expect(all.compared == [.thumb, .latency, .cost])
        let difference = RolloutLedger.threshold(all, stage: 1) - RolloutLedger.threshold(plain, stage: 1)
        #expect(abs(difference - log(3)) < 1e-12)
    }

    @Test func `scores stay from 0 to 1 whatever an answer cost`() {
        let gate = rollout { $0.cost = .init(limit: 0.5, margin: 0.1) }.gate
        #expect(gate.score(cost: 0) == 1 && gate.score(cost: 0.25) == 0.5)
        #expect(gate.score(cost: 99) == 0 && gate.score(cost: -1) == 1 && gate.score(latencySeconds: 1) == nil)
        #expect(abs(gate.margin(of: .cost) - 0.2) < 1e-12 && gate.margin(of: .thumb) == 0.02)
    }

    @Test(arguments: [
        ("latency: {limit: 0, margin: 0.1}", "rollout.gate.latency.limit is 0.0, but must be above 0"),
        ("latency: {limit: 3, margin: 1}", "must be below 1"), ("cost: {limit: 0.1, margin: 0.1}", "below the limit"),
        ("cost: {limit: 0.1}", "has no `margin`; add it"), ("cost: {limit: 0.1, margin: -1}", "0 or more"),
        ("comparison_days: 0", "must be above 0"), ("measures: [latency]", "must be one of thumb, rating, error, fit"),
    ])
    func `a mistake in a limit is named with its place`(line: String, words: String) {
        let file = SamplePolicies.file("rollout: {name: a, control: maxi, gate: {\(line)}}")
        #expect(file.issues.contains { $0.severity == .error && $0.message.contains(words) }, "\(file.issues)")
    }

    @Test func `limits are read as they are written`() throws {
        let file = SamplePolicies.file(
            "rollout: {name: a, control: maxi, gate: {latency: {limit: 10, margin: 0.05}, cost: {limit: 0.05, margin: 0.004}, comparison_days: 14}}"
        )
        let gate = try #require(file.policy?.rollout?.gate)
        #expect(gate.latency == .init(limit: 10, margin: 0.05) && gate.cost == .init(limit: 0.05, margin: 0.004))
        #expect(gate.comparisonDays == 14)
    }
}
