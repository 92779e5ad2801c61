public import Routing

/// What was spent lately, in memory: by project, user and feature and by all, by day and by month.
///
/// It knows no policy: which budgets there are may change while it stays as it is.
public struct SpendBook: Sendable {
    /// Whose spending is kept apart.
    public let dimensions: Set<Policy.Budget.Owner>
    private var ledger = BudgetLedger()
    private let accounts: [Policy.Budget]

    /// An empty book.
    public init(dimensions: Set<Policy.Budget.Owner> = Set(Policy.Budget.Owner.allCases)) {
        self.dimensions = dimensions
        accounts = dimensions.flatMap { owner in
            Policy.Budget.Period.allCases.map { period in
                Policy.Budget(name: Self.name(owner, period), owner: owner, period: period, limit: 1)
            }
        }
    }

    private static func name(_ owner: Policy.Budget.Owner, _ period: Policy.Budget.Period) -> String {
        "\(owner.rawValue) \(period.rawValue)"
    }

    /// What counts as spent: never less than nothing.
    static func amount(_ report: UsageReport) -> Double {
        guard let cost = report.cost, cost.isFinite, cost > 0 else { return 0 }
        return cost
    }

    static func owner(in dimension: Policy.Budget.Owner, _ metadata: [String: String]) -> String? {
        guard dimension != .everyone else { return "" }
        guard let name = metadata[dimension.rawValue], !name.isEmpty else { return nil }
        return name
    }

    /// Counts a report.
    public mutating func add(_ report: UsageReport, at time: Double) {
        ledger.spend(Self.amount(report), metadata: report.metadata, budgets: accounts, at: time)
    }

    /// What a request's budgets have spent, as a decision looks at it: a value of a few entries, whatever there is.
    public func ledger(for budgets: [Policy.Budget], metadata: [String: String], at now: Double) -> BudgetLedger {
        var result = BudgetLedger()
        for budget in budgets {
            guard let owner = budget.owner(in: metadata) else { continue }
            let account = BudgetLedger.Account(budget: Self.name(budget.owner, budget.period), owner: owner)
            let spent = ledger.spent(account, period: budget.period, at: now)
            guard spent > 0 else { continue }
            result.add(
                spent, to: .init(budget: budget.name, owner: owner), period: budget.period.number(at: now))
        }
        return result
    }

    /// Days read back: enough for the whole of the month before this one.
    private static let daysRead = 62

    /// Reads what `SpendProjection` keeps.
    public init(
        dimensions: Set<Policy.Budget.Owner>, from connection: StoreConnection, at now: Double
    ) throws {
        self.init(dimensions: dimensions)
        let today = Policy.Budget.Period.day.number(at: now)
        // The ledger keeps a few periods of an account and drops those that were begun first. So what a clock that was
        // ahead left in the future comes first, and this day last.
        for (condition, order) in [("day > ?1", "DESC"), ("day <= ?1", "ASC")] {
            for dimension in dimensions {
                try connection.rows(
                    """
                    SELECT owner, day, amount FROM spend
                    WHERE dimension = ?2 AND \(condition) AND day >= ?1 - ?3 ORDER BY day \(order)
                    """, [.integer(today), .text(dimension.rawValue), .integer(Self.daysRead)]
                ) { row in
                    let (owner, day, amount) = (row[0].text ?? "", row[1].integer ?? 0, row[2].number ?? 0)
                    let month = Policy.Budget.Period.month.number(at: Double(day) * 86_400)
                    ledger.add(amount, to: .init(budget: Self.name(dimension, .month), owner: owner), period: month)
                    guard abs(day - today) < BudgetLedger.periodsKept || day > today else { return }
                    ledger.add(amount, to: .init(budget: Self.name(dimension, .day), owner: owner), period: day)
                }
            }
        }
    }
}
