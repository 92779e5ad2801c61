internal import Routing

/// Outcomes by rollout, task type, stage, measure and arm: how many, and how good together; each user's first alone.
///
/// Kept beside the reports, so that old ones may be forgotten while the stage that they belong to still lasts.
public struct OutcomeProjection: StoreProjection {
    /// The projection.
    public init() {}

    /// The name before its steps.
    public var name: String { "outcomes" }
    /// Outcomes, and stages, with whose beginning the users of the one before are forgotten.
    public var kinds: Set<String> { [OutcomeReport.kind, RolloutRecord.kind] }

    /// The sums, and who is in them.
    public var migrations: [String] {
        [
            """
            CREATE TABLE outcomes (
                rollout TEXT NOT NULL,
                task_type TEXT NOT NULL,
                stage INTEGER NOT NULL,
                measure TEXT NOT NULL,
                arm TEXT NOT NULL,
                count INTEGER NOT NULL,
                sum REAL NOT NULL,
                PRIMARY KEY (rollout, task_type, stage, measure, arm)
            ) WITHOUT ROWID;
            """,
            """
            CREATE TABLE outcomes_units (
                rollout TEXT NOT NULL,
                task_type TEXT NOT NULL,
                stage INTEGER NOT NULL,
                measure TEXT NOT NULL,
                unit INTEGER NOT NULL,
                PRIMARY KEY (rollout, task_type, stage, measure, unit)
            ) WITHOUT ROWID;
            """,
        ]
    }

    /// Adds new outcomes to their rows.
    public func apply(_ records: [StoredRecord], to connection: StoreConnection) throws {
        for stored in records {
            if let stage = RolloutRecord(stored.record) {
                try connection.execute(
                    "DELETE FROM outcomes_units WHERE rollout = ? AND task_type = ? AND stage < ?",
                    [.text(stage.rollout), .text(stage.taskType), .integer(stage.progress.stage)])
                continue
            }
            guard let report = OutcomeReport(stored.record), let rollout = report.rollout, rollout.arm != .shadow
            else { continue }
            let arm = rollout.arm == .routed ? Decision.Rollout.Arm.routed : .control
            for (measure, score) in report.scores {
                if let unit = rollout.unit {
                    try connection.execute(
                        "INSERT OR IGNORE INTO outcomes_units VALUES (?, ?, ?, ?, ?)",
                        [
                            .text(rollout.name), .text(report.taskType), .integer(rollout.stage),
                            .text(measure.rawValue), .integer(Int(truncatingIfNeeded: unit)),
                        ])
                    if connection.changes == 0 { continue }
                }
                try connection.execute(
                    """
                    INSERT INTO outcomes (rollout, task_type, stage, measure, arm, count, sum)
                    VALUES (?, ?, ?, ?, ?, 1, ?)
                    ON CONFLICT DO UPDATE SET count = count + 1, sum = sum + excluded.sum
                    """,
                    [
                        .text(rollout.name), .text(report.taskType), .integer(rollout.stage),
                        .text(measure.rawValue), .text(arm.rawValue), .real(min(max(score, 0), 1)),
                    ])
            }
        }
    }

    /// Who is counted in one stage, by measure.
    static func units(
        rollout: String, taskType: String, stage: Int, from connection: StoreConnection
    ) throws -> [ReportedOutcome.Measure: Set<UInt64>] {
        var units: [ReportedOutcome.Measure: Set<UInt64>] = [:]
        try connection.rows(
            "SELECT measure, unit FROM outcomes_units WHERE rollout = ? AND task_type = ? AND stage = ?",
            [.text(rollout), .text(taskType), .integer(stage)]
        ) { row in
            guard let measure = row[0].text.flatMap(ReportedOutcome.Measure.init), let unit = row[1].integer else {
                return
            }
            units[measure, default: []].insert(UInt64(truncatingIfNeeded: unit))
        }
        return units
    }

    /// The arms of one stage, by measure.
    static func arms(
        rollout: String, taskType: String, stage: Int, from connection: StoreConnection
    ) throws -> [ReportedOutcome.Measure: SequentialComparison] {
        var arms: [ReportedOutcome.Measure: SequentialComparison] = [:]
        try connection.rows(
            "SELECT measure, arm, count, sum FROM outcomes WHERE rollout = ? AND task_type = ? AND stage = ?",
            [.text(rollout), .text(taskType), .integer(stage)]
        ) { row in
            guard let measure = row[0].text.flatMap(ReportedOutcome.Measure.init) else { return }
            let tally = ArmTally(count: row[2].integer ?? 0, sum: row[3].number ?? 0)
            var both = arms[measure] ?? SequentialComparison(control: ArmTally(), routed: ArmTally())
            if row[1].text == Decision.Rollout.Arm.routed.rawValue { both.routed = tally } else { both.control = tally }
            arms[measure] = both
        }
        return arms
    }
}
