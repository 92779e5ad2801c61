import Routing
import Synchronization
import TestSupport
import Testing

@testable import RoutingStore

@Suite struct OutcomeTests {
    private static let names = ["spring", "été \"x\""]

    private func report(_ random: inout SplitMix64, id: Int) -> OutcomeReport {
        var report = OutcomeReport(id: "o\(id)", taskType: Bool.random(using: &random) ? "code" : "simple")
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
        report.decision = maybe("01J")
        if Int.random(in: 0..<10, using: &random) > 0 {
            report.rollout = .init(
                name: Self.names.randomElement(using: &random) ?? "",
                arm: Decision.Rollout.Arm.allCases.randomElement(using: &random) ?? .routed, share: 0.25,
                stage: Int.random(in: 1...2, using: &random))
            // Few users, so that most of them come again.
            report.rollout?.unit = maybe(UInt64.max - UInt64.random(in: 0..<4, using: &random))
        }
        report.isThumbUp = maybe(Bool.random(using: &random))
        report.rating = maybe(Double(Int.random(in: -2...2, using: &random)) / 2)
        report.ratingScale = -1...1
        report.isError = maybe(Bool.random(using: &random))
        report.fit = ReportedOutcome.Fit.allCases.randomElement(using: &random)
        report.latencySeconds = maybe(Double.random(in: 0..<4, using: &random))
        report.cost = maybe(Double.random(in: 0..<0.2, using: &random))
        var gate = Policy.Rollout.Gate()
        gate.latency = maybe(.init(limit: 2, margin: 0.1))
        gate.cost = maybe(.init(limit: 0.1, margin: 0.01))
        return report.scored(by: gate)
    }

    @Test func `an outcome that was kept is read back as it was`() throws {
        var random = SplitMix64(seed: 5)
        for id in 0..<300 {
            var report = report(&random, id: id)
            if report.rating == nil { report.ratingScale = 1...5 }
            #expect(OutcomeReport(report.record(at: 3)) == report)
        }
        #expect(OutcomeReport(StoreRecord(kind: "usage", id: "a", time: 0, body: "{}")) == nil)
        #expect(OutcomeReport(StoreRecord(kind: "outcome", id: "a", time: 0, body: "[")) == nil)
    }

    @Test func `scores are what docs/rollout.md says`() {
        var report = OutcomeReport(id: "a", taskType: "code")
        #expect(report.scores.isEmpty && report.outcome == nil)
        report.rating = 2
        report.isThumbUp = false
        report.isError = false
        report.fit = .overprovisioned
        #expect(report.scores == [.rating: 0.25, .thumb: 0, .error: 1, .fit: 1])
        report.fit = .underpowered
        #expect(report.scores[.fit] == 0)
        // Latency and cost are what the gate makes of them.
        report = OutcomeReport(id: "a", taskType: "code")
        report.latencySeconds = 3
        report.cost = 0.025
        #expect(report.scored(by: nil).scores.isEmpty && report.scored(by: .init()).scores.isEmpty)
        var gate = Policy.Rollout.Gate()
        gate.latency = .init(limit: 3, margin: 0.1)
        gate.cost = .init(limit: 0.1, margin: 0.01)
        #expect(report.scored(by: gate).scores == [.latency: 1, .cost: 0.75])
    }

    @Test func `a stage that was kept is read back as it was`() {
        var progress = RolloutLedger.Progress(share: 0.25, since: 1_700_000_000.5)
        progress.stage = 3
        progress.step = 1
        let stage = RolloutRecord(rollout: "a", taskType: "code", progress: progress)
        #expect(RolloutRecord(stage.record(at: 1)) == stage)
        progress.takenBack = .fit
        let end = RolloutRecord(rollout: "a", taskType: "code", progress: progress)
        #expect(RolloutRecord(end.record(at: 1)) == end)
        #expect(end.record(at: 1).id != stage.record(at: 1).id)
    }

    /// Random outcomes, told one by one to a book that lives on, and read back from the file at the end.
    @Test func `what is read back is what was in memory`() async throws {
        let folder = try ScratchFolder()
        let store = try RoutingStore(path: folder("state.sqlite"))
        defer { store.close() }
        var rollout = Policy.Rollout(name: Self.names[1])
        rollout.plan.stage = .canary
        rollout.plan.steps = [0.25, 0.5]
        rollout.gate.minimumDays = 0
        rollout.gate.minimumOutcomes = 8
        var random = SplitMix64(seed: 6)
        var book = RolloutBook()
        var repeated = 0
        func keep(_ changes: [RolloutBook.Change], at now: Double) async throws {
            try await store.append(changes.map { $0.record.record(at: now) })
        }
        try await keep(book.follow(rollout, taskTypes: ["code", "simple"], at: 0), at: 0)
        for id in 0..<400 {
            let report = report(&random, id: id)
            guard !report.scores.isEmpty else { continue }
            let isNew = try await store.append([report.record(at: Double(id))])
            #expect(isNew == [true])
            let (reception, changes) = book.take(report, rollout, at: Double(id))
            repeated += reception == .repeated ? 1 : 0
            try await keep(changes, at: Double(id))
        }
        var readBack = RolloutBook()
        try store.read { readBack = try RolloutBook(from: $0) }
        let (live, stored) = (book.ledger(for: rollout), readBack.ledger(for: rollout))
        #expect(live.progress.values.contains { $0.stage == 2 }, "\(live.progress)")
        for taskType in ["code", "simple"] {
            let (one, other) = (try #require(live.progress[taskType]), try #require(stored.progress[taskType]))
            #expect(one.stage == other.stage && one.step == other.step && one.share == other.share)
            #expect(one.since == other.since && one.takenBack == other.takenBack)
            // What came for the second stage before it had begun is late in memory.
            if one.stage == 1 { #expect(one.arms == other.arms) }
        }
        #expect(repeated > 5, "\(repeated) outcomes of users who were counted before")
        // Who is in the file's stage was read back as well: nobody counts twice after a restart.
        for taskType in ["code", "simple"] {
            let stage = try #require(stored.progress[taskType]?.stage)
            var units: [ReportedOutcome.Measure: Set<UInt64>] = [:]
            try store.read {
                units = try OutcomeProjection.units(
                    rollout: rollout.name, taskType: taskType, stage: stage, from: $0)
            }
            for (measure, known) in units {
                for unit in known {
                    var again = OutcomeReport(id: "again", taskType: taskType)
                    again.rollout = .init(name: rollout.name, arm: .routed, share: 0.25, stage: stage)
                    again.rollout?.unit = unit
                    if measure == .error { again.isError = false } else { again.isThumbUp = true }
                    guard measure == .error || measure == .thumb else { continue }
                    #expect(readBack.take(again, rollout, at: 1000).reception == .repeated)
                }
            }
        }
    }
}
