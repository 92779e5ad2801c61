import Foundation
import Routing
import TestSupport
import Testing

@Suite struct RolloutLedgerTests {
    private let day = 86_400.0

    private func rollout(_ set: (inout Policy.Rollout) -> Void = { _ in }) -> Policy.Rollout {
        var rollout = Policy.Rollout(name: "first")
        rollout.plan.stage = .canary
        rollout.plan.control = "maxi"
        rollout.plan.steps = [0.1, 0.5, 1]
        rollout.gate.minimumOutcomes = 50
        rollout.gate.measures = [.thumb]
        set(&rollout)
        return rollout
    }

    private func ledger(_ rollout: Policy.Rollout, tasks: [String] = ["code", "simple"]) -> RolloutLedger {
        var ledger = RolloutLedger()
        _ = ledger.follow(rollout, taskTypes: tasks, at: 0)
        return ledger
    }

    private func outcome(
        _ arm: Decision.Rollout.Arm, _ score: Double, stage: Int = 1, task: String = "code",
        measure: ReportedOutcome.Measure = .thumb, name: String = "first"
    ) -> ReportedOutcome {
        ReportedOutcome(
            taskType: task, rollout: .init(name: name, arm: arm, share: 0.1, stage: stage), scores: [measure: score])
    }

    private func tell(
        _ ledger: inout RolloutLedger, _ rollout: Policy.Rollout, control: (Int, of: Int), routed: (Int, of: Int),
        stage: Int = 1, task: String = "code"
    ) {
        for (arm, good) in [(Decision.Rollout.Arm.control, control), (.routed, routed)] {
            for index in 0..<good.of {
                let reception = ledger.record(
                    outcome(arm, index < good.0 ? 1 : 0, stage: stage, task: task), rollout)
                #expect(reception == .counted)
            }
        }
    }

    @Test func `a clock that was ahead when a stage began does not hold the rollout up`() throws {
        let rollout = rollout {
            $0.advances = true; $0.gate.minimumDays = 7
        }
        var ledger = RolloutLedger()
        _ = ledger.follow(rollout, taskTypes: ["code"], at: 4000 * day)
        tell(&ledger, rollout, control: (90, of: 100), routed: (90, of: 100))
        #expect(ledger.advance(rollout, at: 10 * day).isEmpty)
        #expect(ledger.advance(rollout, at: 16 * day).isEmpty, "the days are counted from when the clock was right")
        #expect(ledger.advance(rollout, at: 18 * day).map(\.kind) == [.steppedUp])
    }

    @Test func `a task type whose quality drops is taken back alone`() throws {
        let rollout = rollout()
        var ledger = ledger(rollout)
        tell(&ledger, rollout, control: (180, of: 200), routed: (100, of: 200))
        tell(&ledger, rollout, control: (180, of: 200), routed: (178, of: 200), task: "simple")
        let events = ledger.advance(rollout, at: day)
        #expect(events.map(\.kind) == [.takenBack] && events.first?.taskType == "code")
        #expect(
            events.first?.description
                == "code: taken back, since thumb dropped: 0.5 after 0.9 with the model of before")
        #expect(ledger.standing(of: "code", rollout) == .init(share: 0, stage: 1, takenBack: true))
        #expect(ledger.standing(of: "simple", rollout) == .init(share: 0.1, stage: 1, takenBack: false))
        // It stays so, whatever else is told, and across a policy that says the same.
        #expect(ledger.record(outcome(.routed, 1), rollout) == .late)
        #expect(ledger.follow(rollout, taskTypes: ["code"], at: 2 * day).isEmpty)
        #expect(ledger.advance(rollout, at: 90 * day).map(\.kind) == [.steppedUp])
        #expect(ledger.standing(of: "code", rollout) == .init(share: 0, stage: 1, takenBack: true))
        // Another name begins anew.
        var renamed = rollout
        renamed.name = "second"
        #expect(ledger.follow(renamed, taskTypes: ["code"], at: 2 * day).map(\.share) == [0.1])
    }

    @Test func `a step is taken when outcomes and days suffice, not before`() {
        let rollout = rollout()
        var ledger = ledger(rollout)
        tell(&ledger, rollout, control: (40, of: 50), routed: (40, of: 49))
        #expect(ledger.advance(rollout, at: 8 * day).isEmpty)
        #expect(ledger.record(outcome(.routed, 1), rollout) == .counted)
        #expect(ledger.advance(rollout, at: 6.9 * day).isEmpty)
        // A clock that went back proves nothing.
        #expect(ledger.advance(rollout, at: -90 * day).isEmpty)
        let events = ledger.advance(rollout, at: 7 * day)
        #expect(events.map(\.kind) == [.steppedUp] && events.first?.share == 0.5)
        #expect(events.first?.description == "code: from 10.0 % routed to 50.0 %, the gate being passed")
        #expect(ledger.progress["code"]?.arms.isEmpty == true)
        // What was decided at the step before is late.
        #expect(ledger.record(outcome(.routed, 0, stage: 1), rollout) == .late)
        #expect(ledger.record(outcome(.routed, 0, stage: 2), rollout) == .counted)
    }

    @Test func `the last step stays, and a rollout that does not advance keeps its step`() {
        let still = rollout { $0.advances = false }
        var ledger = ledger(still)
        tell(&ledger, still, control: (45, of: 50), routed: (45, of: 50))
        #expect(ledger.advance(still, at: 80 * day).isEmpty)
        let one = rollout { $0.plan.steps = [0.1] }
        #expect(ledger.advance(one, at: 80 * day).isEmpty)
    }

    @Test func `proof is asked for where the gate says so`() {
        let strict = rollout {
            $0.gate.requirement = .notWorse
            $0.gate.margin = 0.1
        }
        var ledger = ledger(strict)
        tell(&ledger, strict, control: (45, of: 50), routed: (45, of: 50))
        #expect(ledger.advance(strict, at: 80 * day).isEmpty)
        tell(&ledger, strict, control: (900, of: 1000), routed: (900, of: 1000))
        #expect(ledger.advance(strict, at: 80 * day).map(\.kind) == [.steppedUp])
    }

    @Test func `an edited share begins a stage of its own, and shadow compares nothing`() {
        let rollout = rollout()
        var ledger = ledger(rollout)
        tell(&ledger, rollout, control: (40, of: 50), routed: (40, of: 50))
        var edited = rollout
        edited.plan.steps = [0.2, 0.5]
        #expect(ledger.follow(edited, taskTypes: ["code"], at: day).map(\.share) == [0.2])
        #expect(ledger.progress["code"]?.stage == 2 && ledger.progress["code"]?.arms.isEmpty == true)
        edited.plan.stage = .shadow
        #expect(ledger.follow(edited, taskTypes: ["code"], at: day).map(\.share) == [0])
        #expect(ledger.record(outcome(.shadow, 1, stage: 3), edited) == .noComparison)
        #expect(ledger.advance(edited, at: 99 * day).isEmpty)
    }

    @Test func `outcomes of other rollouts and unknown task types are not compared`() {
        let rollout = rollout()
        var ledger = ledger(rollout)
        #expect(ledger.record(outcome(.routed, 1, name: "other"), rollout) == .noComparison)
        #expect(ledger.record(outcome(.routed, 1, task: "art"), rollout) == .noComparison)
        #expect(ledger.progress["code"]?.arms.isEmpty == true)
    }

    @Test func `a measure that the gate does not name decides nothing, until it names it`() {
        let rollout = rollout()
        var ledger = ledger(rollout)
        for index in 0..<200 {
            _ = ledger.record(outcome(.control, 1, measure: .error), rollout)
            _ = ledger.record(outcome(.routed, index % 2 == 0 ? 1 : 0, measure: .error), rollout)
        }
        #expect(ledger.advance(rollout, at: 90 * day).isEmpty)
        let other = self.rollout { $0.gate.measures = [.thumb, .error] }
        #expect(ledger.advance(other, at: 90 * day).map(\.kind) == [.takenBack])
    }

    @Test func `a stored stage is taken over where it is ahead, and leaves the outcomes of the present one`() {
        let rollout = rollout()
        var ledger = ledger(rollout)
        #expect(ledger.record(outcome(.routed, 1), rollout) == .counted)
        let present = ledger
        ledger.restore(.init(share: 0.1, since: 99), of: "code", rollout: "first")
        #expect(ledger == present)
        var ahead = RolloutLedger.Progress(share: 0.5, since: 7)
        (ahead.stage, ahead.step) = (2, 1)
        ledger.restore(ahead, of: "code", rollout: "other")
        #expect(ledger == present)
        ledger.restore(ahead, of: "code", rollout: "first")
        #expect(ledger.progress["code"] == ahead)
        ahead.takenBack = .thumb
        ledger.restore(ahead, of: "code", rollout: "first")
        #expect(ledger.standing(of: "code", rollout).takenBack)
    }

    @Test func `the rate of false alarms is shared out among all stages there may ever be`() {
        let gate = rollout { $0.gate.measures = [.thumb, .error] }.gate
        let spent = (1...10_000).reduce(0.0) { $0 + 2 * exp(-RolloutLedger.threshold(gate, stage: $1)) }
        #expect(spent < 0.05 && spent > 0.0499)
    }

    /// The whole machine under the null: four measures, steps up, gates by time, a look after every day.
    @Test func `a rollout without a drop is seldom taken back on its way up`() {
        let rollout = rollout {
            $0.gate.measures = ReportedOutcome.Measure.quality
            $0.gate.margin = 0
            $0.gate.minimumDays = 10
        }
        var random = SplitMix64(seed: 21)
        var takenBack = 0
        var finished = 0
        let runs = 100
        for _ in 0..<runs {
            var ledger = ledger(rollout, tasks: ["code"])
            for number in 1...60 {
                let standing = ledger.standing(of: "code", rollout)
                for _ in 0..<60 {
                    let isRouted = Double.random(in: 0..<1, using: &random) < max(standing.share, 0.1) * 0.9
                    let score = Double.random(in: 0..<1, using: &random) < 0.9 ? 1.0 : 0
                    let measure = ReportedOutcome.Measure.quality.randomElement(using: &random) ?? .thumb
                    _ = ledger.record(
                        outcome(isRouted ? .routed : .control, score, stage: standing.stage, measure: measure), rollout)
                }
                takenBack += ledger.advance(rollout, at: Double(number) * day).count { $0.kind == .takenBack }
            }
            finished += ledger.standing(of: "code", rollout).share == 1 ? 1 : 0
        }
        #expect(takenBack <= runs * 5 / 100, "\(takenBack) of \(runs)")
        #expect(finished > runs / 2, "\(finished) of \(runs) came to the last step")
    }
}
