internal import Routing

/// What was spent by each project, user and feature, and by all, on each day.
///
/// Months are sums of days, so that one table serves budgets of both, also those that a later policy brings.
public struct SpendProjection: StoreProjection {
    /// The projection.
    public init() {}

    /// The name before its steps.
    public var name: String { "spend" }
    /// Reports of usage.
    public var kinds: Set<String> { [UsageReport.kind] }

    /// Its one table.
    public var migrations: [String] {
        [
            """
            CREATE TABLE spend (
                dimension TEXT NOT NULL,
                owner TEXT NOT NULL,
                day INTEGER NOT NULL,
                amount REAL NOT NULL,
                calls INTEGER NOT NULL,
                PRIMARY KEY (dimension, owner, day)
            ) WITHOUT ROWID;
            """
        ]
    }

    private struct Key: Hashable {
        var dimension: Policy.Budget.Owner
        var owner: String
        var day: Int
    }

    /// Adds what new reports say, each row of the table once.
    public func apply(_ records: [StoredRecord], to connection: StoreConnection) throws {
        var sums: [Key: (amount: Double, calls: Int)] = [:]
        for stored in records {
            guard let report = UsageReport(stored.record) else { continue }
            let day = Policy.Budget.Period.day.number(at: stored.record.time)
            for dimension in Policy.Budget.Owner.allCases {
                guard let owner = SpendBook.owner(in: dimension, report.metadata) else { continue }
                let key = Key(dimension: dimension, owner: owner, day: day)
                let sum = sums[key] ?? (0, 0)
                sums[key] = (sum.amount + SpendBook.amount(report), sum.calls + 1)
            }
        }
        for (key, sum) in sums {
            try connection.execute(
                """
                INSERT INTO spend (dimension, owner, day, amount, calls) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, calls = calls + excluded.calls
                """,
                [
                    .text(key.dimension.rawValue), .text(key.owner), .integer(key.day), .real(sum.amount),
                    .integer(sum.calls),
                ])
        }
    }
}
