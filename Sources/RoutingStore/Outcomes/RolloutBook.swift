public import Routing

/// The rollouts that outcomes were told of, by name, in memory.
public struct RolloutBook: Sendable {
    /// What a rollout did by itself, and the stage to be kept that came of it.
    public struct Change: Sendable {
        /// What it did; nil where a task type merely begins in shadow.
        public var event: RolloutEvent?
        /// The stage.
        public var record: RolloutRecord
    }

    private var ledgers: [String: RolloutLedger] = [:]
    private var counted = CountedUnits()

    /// No rollouts.
    public init() {}

    /// The rollouts of a store, with the outcomes of their present stages.
    public init(from connection: StoreConnection) throws {
        try connection.replay(RolloutRecord.kind) { stored in
            if let record = RolloutRecord(stored.record) { take(record) }
        }
        for (name, ledger) in ledgers {
            var progress = ledger.progress
            for (taskType, stage) in progress {
                progress[taskType]?.arms = try OutcomeProjection.arms(
                    rollout: name, taskType: taskType, stage: stage.stage, from: connection)
                counted.restore(
                    try OutcomeProjection.units(
                        rollout: name, taskType: taskType, stage: stage.stage, from: connection),
                    rollout: name, taskType: taskType, stage: stage.stage)
            }
            ledgers[name] = RolloutLedger(name: name, progress: progress)
        }
    }

    /// A rollout's ledger.
    public func ledger(for rollout: Policy.Rollout) -> RolloutLedger { ledgers[rollout.name] ?? RolloutLedger() }

    /// Takes over a stage that was kept.
    public mutating func take(_ record: RolloutRecord) {
        let ledger = ledgers[record.rollout] ?? RolloutLedger(name: record.rollout, progress: [:])
        ledgers[record.rollout] = ledger
        ledgers[record.rollout]?.restore(record.progress, of: record.taskType, rollout: record.rollout)
    }

    /// Takes up a policy's rollout: at the start, and when the policy changed.
    public mutating func follow(_ rollout: Policy.Rollout, taskTypes: [String], at now: Double) -> [Change] {
        changes(of: rollout) { $0.follow(rollout, taskTypes: taskTypes, at: now) }
    }

    /// Takes an outcome into account, and what follows from it.
    public mutating func take(
        _ report: OutcomeReport, _ rollout: Policy.Rollout?, at now: Double
    ) -> (reception: RolloutLedger.Reception, changes: [Change]) {
        guard let rollout, let outcome = report.outcome else { return (.noComparison, []) }
        let reception = ledger(for: rollout).reception(of: outcome, rollout)
        guard reception == .counted else { return (reception, []) }
        let first = counted.firsts(of: outcome)
        guard !first.scores.isEmpty else { return (.repeated, []) }
        let changes = changes(of: rollout) { ledger in
            _ = ledger.record(first, rollout)
            return [ledger.advance(report.taskType, rollout, at: now)].compactMap(\.self)
        }
        return (.counted, changes)
    }

    /// Draws the conclusions that were not drawn yet, as after a kill between an outcome and what followed from it.
    public mutating func advance(_ rollout: Policy.Rollout, at now: Double) -> [Change] {
        changes(of: rollout) { $0.advance(rollout, at: now) }
    }

    private mutating func changes(
        of rollout: Policy.Rollout, _ body: (inout RolloutLedger) -> [RolloutEvent]
    ) -> [Change] {
        var ledger = ledger(for: rollout)
        let before = ledger.progress
        let events = body(&ledger)
        ledgers[rollout.name] = ledger
        return ledger.progress.sorted { $0.key < $1.key }.compactMap { taskType, progress in
            let known = before[taskType]
            guard known?.stage != progress.stage || known?.takenBack != progress.takenBack else { return nil }
            return Change(
                event: events.last { $0.taskType == taskType },
                record: RolloutRecord(rollout: rollout.name, taskType: taskType, progress: progress))
        }
    }
}
