import Foundation
import Routing
import TestSupport
import Testing

/// Users who differ, some of whom are far more busy than others: their outcomes are not independent, they themselves are.
@Suite struct CorrelatedUsersTests {
    private struct User {
        var number: UInt64
        var isRouted: Bool
        /// How often this user is content, which no arm changes.
        var mean: Double
        /// Outcomes a day.
        var pace: Int
    }

    private func rollout(_ set: (inout Policy.Rollout) -> Void = { _ in }) -> Policy.Rollout {
        var rollout = Policy.Rollout(name: "first")
        rollout.plan.stage = .canary
        rollout.plan.control = "maxi"
        rollout.plan.steps = [0.5]
        rollout.gate.measures = [.thumb]
        rollout.gate.margin = 0
        set(&rollout)
        return rollout
    }

    /// Whether a rollout without any difference between its arms is taken back within `days`, looked at every evening.
    private func isTakenBack(
        _ rollout: Policy.Rollout, days: Int, newUsers: Int, countsUnits: Bool, _ random: inout SplitMix64
    ) -> Bool {
        var ledger = RolloutLedger()
        _ = ledger.follow(rollout, taskTypes: ["code"], at: 0)
        var counted = CountedUnits()
        var users: [User] = []
        for day in 1...days {
            for _ in 0..<newUsers {
                users.append(
                    User(
                        number: .random(in: .min ... .max, using: &random), isRouted: .random(using: &random),
                        mean: Double.random(in: 0..<1, using: &random) < 0.7 ? 0.98 : 0.3,
                        pace: Int.random(in: 0..<10, using: &random) == 0 ? 20 : 1))
            }
            for user in users.suffix(newUsers * 7) {
                for _ in 0..<user.pace {
                    var decision = Decision.Rollout(
                        name: "first", arm: user.isRouted ? .routed : .control, share: 0.5,
                        stage: ledger.progress["code"]?.stage ?? 1)
                    decision.unit = user.number
                    let score = Double.random(in: 0..<1, using: &random) < user.mean ? 1.0 : 0
                    var outcome = ReportedOutcome(taskType: "code", rollout: decision, scores: [.thumb: score])
                    if countsUnits { outcome = counted.firsts(of: outcome) }
                    if !outcome.scores.isEmpty { _ = ledger.record(outcome, rollout) }
                }
            }
            let events = ledger.advance(rollout, at: Double(day) * 86_400)
            if events.contains(where: { $0.kind == .takenBack }) { return true }
        }
        return false
    }

    private func alarms(_ rollout: Policy.Rollout, seed: UInt64, runs: Int, days: Int, countsUnits: Bool) -> Int {
        var random = SplitMix64(seed: seed)
        return (0..<runs).count { _ in
            isTakenBack(rollout, days: days, newUsers: 12, countsUnits: countsUnits, &random)
        }
    }

    /// The stage's share of the rate is one half of 5 %; 5 % is what is promised.
    @Test func `with daily looks and busy users, false alarms stay below the stated rate`() {
        let alarms = alarms(rollout(), seed: 41, runs: 120, days: 40, countsUnits: true)
        #expect(alarms <= 6, "\(alarms) of 120")
    }

    @Test func `counting each outcome of each user would alarm far more often, which is why it is not done`() {
        let alarms = alarms(rollout(), seed: 42, runs: 60, days: 40, countsUnits: false)
        #expect(alarms > 12, "\(alarms) of 60")
    }

    @Test func `comparisons that begin anew every week keep the rate for all weeks together`() {
        let weekly = rollout { $0.gate.comparisonDays = 7 }
        let alarms = alarms(weekly, seed: 43, runs: 120, days: 56, countsUnits: true)
        #expect(alarms <= 6, "\(alarms) of 120")
    }

    @Test func `a drop that comes late is seen although all users were counted before`() {
        var random = SplitMix64(seed: 44)
        for (comparisonDays, isSeen) in [(7.0, true), (1000.0, false)] {
            let rollout = rollout { $0.gate.comparisonDays = comparisonDays }
            var ledger = RolloutLedger()
            _ = ledger.follow(rollout, taskTypes: ["code"], at: 0)
            var counted = CountedUnits()
            for day in 1...60 {
                for user in 0..<600 {
                    let isRouted = user % 2 == 0
                    var decision = Decision.Rollout(
                        name: "first", arm: isRouted ? .routed : .control, share: 0.5,
                        stage: ledger.progress["code"]?.stage ?? 1)
                    decision.unit = UInt64(user)
                    let mean = isRouted && day > 20 ? 0.5 : 0.9
                    let score = Double.random(in: 0..<1, using: &random) < mean ? 1.0 : 0
                    let first = counted.firsts(of: .init(taskType: "code", rollout: decision, scores: [.thumb: score]))
                    if !first.scores.isEmpty { _ = ledger.record(first, rollout) }
                }
                _ = ledger.advance(rollout, at: Double(day) * 86_400)
            }
            #expect((ledger.progress["code"]?.takenBack != nil) == isSeen)
        }
    }

    @Test func `a user counts once in a stage by each measure, and again in the next stage`() {
        func outcome(_ unit: UInt64?, _ scores: [ReportedOutcome.Measure: Double], stage: Int = 1) -> ReportedOutcome {
            var decision = Decision.Rollout(name: "first", arm: .routed, share: 0.5, stage: stage)
            decision.unit = unit
            return ReportedOutcome(taskType: "code", rollout: decision, scores: scores)
        }
        var counted = CountedUnits()
        #expect(counted.firsts(of: outcome(7, [.thumb: 1])).scores == [.thumb: 1])
        #expect(counted.firsts(of: outcome(7, [.thumb: 0, .error: 1])).scores == [.error: 1])
        #expect(counted.firsts(of: outcome(7, [.thumb: 0])).scores.isEmpty)
        #expect(counted.firsts(of: outcome(8, [.thumb: 0])).scores == [.thumb: 0])
        for _ in 0..<2 { #expect(counted.firsts(of: outcome(nil, [.thumb: 0])).scores == [.thumb: 0]) }
        #expect(counted.firsts(of: outcome(7, [.thumb: 0], stage: 2)).scores == [.thumb: 0])
    }
}
