import JSONCoding
import ModelFormat
import Routing
import RoutingStore
import Synchronization
import Telemetry

extension RoutingService {
    /// Takes outcomes; when it returns they are durable, and what follows from them holds for the next decision.
    func take(_ reports: [OutcomeReport]) async throws(StoreError) -> Receipt {
        let gate = policy.current.policy.rollout?.gate
        let isNew = try await keep(reports.map { $0.scored(by: gate).record(at: now) })
        let recorded = isNew.count { $0 }
        metrics.outcomes(recorded: recorded, duplicates: isNew.count - recorded)
        return Receipt(recorded: recorded, duplicates: isNew.count - recorded, isDurable: store != nil)
    }

    /// How far a policy's rollout has come; a policy that is met for the first time is taken up.
    func ledger(of rollout: Policy.Rollout, _ policy: CompiledPolicy) -> RolloutLedger {
        let (ledger, changes) = rollouts.withLock { rollouts in
            var changes: [RolloutBook.Change] = []
            // A decision that began under the policy before must not bring it back.
            if rollouts.followed != policy.digest, policy.digest == self.policy.current.digest {
                rollouts.followed = policy.digest
                let taskTypes = policy.policy.table.map(\.taskType)
                changes = rollouts.book.follow(rollout, taskTypes: taskTypes, at: now)
                changes += rollouts.book.advance(rollout, at: now)
                let ledger = rollouts.book.ledger(for: rollout)
                for taskType in taskTypes {
                    metrics.stage(taskType: taskType, share: ledger.standing(of: taskType, rollout).share)
                }
            }
            return (rollouts.book.ledger(for: rollout), changes)
        }
        carryOut(changes, rollout)
        return ledger
    }

    /// Counts an outcome that is new.
    func count(_ report: OutcomeReport, at time: Double) {
        let policy = policy.current
        guard let rollout = policy.policy.rollout else {
            metrics.received(RolloutLedger.Reception.noComparison.rawValue)
            return
        }
        _ = ledger(of: rollout, policy)
        let (reception, changes) = rollouts.withLock { $0.book.take(report, rollout, at: time) }
        metrics.received(reception.rawValue)
        carryOut(changes, rollout)
    }

    /// Lets task types take the next step whose gate waited for days alone.
    func advanceRollout() {
        let policy = policy.current
        guard let rollout = policy.policy.rollout else { return }
        _ = ledger(of: rollout, policy)
        let changes = rollouts.withLock { $0.book.advance(rollout, at: now) }
        carryOut(changes, rollout)
    }

    /// Has stages kept that began or ended, and tells of them.
    private func carryOut(_ changes: [RolloutBook.Change], _ rollout: Policy.Rollout) {
        guard !changes.isEmpty else { return }
        // Not waited for: should it be lost, the same follows again from the outcomes, which are kept.
        store?.submit(changes.map { $0.record.record(at: now) })
        for change in changes {
            metrics.stage(taskType: change.record.taskType, share: change.record.progress.share)
            guard let event = change.event else { continue }
            metrics.rolloutEvent(event.kind.rawValue, taskType: event.taskType)
            onRolloutEvent(event, rollout.name)
        }
    }

    /// Writes how far the rollout has come, task type by task type.
    func writeRollout(to json: inout JSONWriter) {
        let policy = policy.current
        guard let rollout = policy.policy.rollout else {
            json.object { json in
                json.key("rollout")
                json.null()
                json.key("policy")
                json.value(policy.digest)
            }
            return
        }
        let ledger = ledger(of: rollout, policy)
        json.object { json in
            json.key("rollout")
            json.value(rollout.name)
            json.key("policy")
            json.value(policy.digest)
            json.key("holdout")
            json.value(rollout.holdout)
            json.key("task_types")
            json.object { json in
                for row in policy.policy.table {
                    json.key(row.taskType)
                    Self.write(ledger, of: row.taskType, rollout, to: &json)
                }
            }
        }
    }

    private static func write(
        _ ledger: RolloutLedger, of taskType: String, _ rollout: Policy.Rollout, to json: inout JSONWriter
    ) {
        let standing = ledger.standing(of: taskType, rollout)
        let progress = ledger.progress[taskType]
        json.object { json in
            json.key("stage")
            json.value(standing.stage)
            json.key("share")
            json.value(standing.share)
            if let progress {
                json.key("since")
                json.value(UTCTime(secondsSinceEpoch: Int(min(max(progress.since, 0), 1e11))).text)
            }
            if let measure = progress?.takenBack {
                json.key("taken_back")
                json.value(measure.rawValue)
            }
            json.key("measures")
            json.object { json in
                let arms = progress?.arms ?? [:]
                for measure in ReportedOutcome.Measure.allCases {
                    guard let comparison = arms[measure] else { continue }
                    json.key(measure.rawValue)
                    write(comparison, rollout.gate, to: &json)
                }
            }
        }
    }

    private static func write(
        _ comparison: SequentialComparison, _ gate: Policy.Rollout.Gate, to json: inout JSONWriter
    ) {
        func write(_ name: String, _ arm: ArmTally, to json: inout JSONWriter) {
            json.key(name)
            json.object { json in
                json.key("outcomes")
                json.value(arm.count)
                json.key("mean")
                if let mean = arm.mean { json.value(mean) } else { json.null() }
            }
        }
        json.object { json in
            write("control", comparison.control, to: &json)
            write("routed", comparison.routed, to: &json)
            guard let difference = comparison.difference else { return }
            let interval = comparison.interval(alpha: gate.falseAlarmRate)
            json.key("difference")
            json.value(difference)
            json.key("interval")
            json.array { json in
                json.value(interval.lowerBound)
                json.value(interval.upperBound)
            }
        }
    }
}
