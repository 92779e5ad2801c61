/// What was spent, by budget, owner and period.
///
/// Each amount is kept in the period that the clock named when it was spent. A clock that jumps ahead finds an empty
/// period, and one that jumps back finds the period it left, with all that was spent in it.
public struct BudgetLedger: Sendable, Equatable {
    /// Whose money it is.
    public struct Account: Sendable, Hashable {
        /// The budget's name.
        public var budget: String
        /// The project, user or feature; "" for a budget that everyone shares.
        public var owner: String

        /// An account.
        public init(budget: String, owner: String) {
            self.budget = budget
            self.owner = owner
        }
    }

    /// What was spent in one period.
    public struct Entry: Sendable, Equatable {
        /// The period's number: days since 1970-01-01, or months since 1970-01.
        public var period: Int
        /// What was spent.
        public var spent: Double
    }

    /// Periods kept of an account; of more, the one that was begun first is dropped.
    public static let periodsKept = 8

    /// Account → its periods, in the order in which they were begun.
    public private(set) var entries: [Account: [Entry]] = [:]

    /// Nothing spent.
    public init() {}

    /// What an account spent in the period of `now`.
    public func spent(_ account: Account, period: Policy.Budget.Period, at now: Double) -> Double {
        guard let entries = entries[account] else { return 0 }
        let number = period.number(at: now)
        return entries.first { $0.period == number }?.spent ?? 0
    }

    /// Adds what a request of these metadata cost to every budget that it falls under.
    ///
    /// Amounts that are not finite or negative are not counted, so that no report can undo what was spent.
    public mutating func spend(_ amount: Double, metadata: [String: String], budgets: [Policy.Budget], at now: Double) {
        guard amount.isFinite, amount > 0 else { return }
        for budget in budgets {
            guard let owner = budget.owner(in: metadata) else { continue }
            add(amount, to: Account(budget: budget.name, owner: owner), period: budget.period.number(at: now))
        }
    }

    /// Adds an amount to a period, as when a stored ledger is read back.
    public mutating func add(_ amount: Double, to account: Account, period: Int) {
        var periods = entries[account] ?? []
        if let index = periods.firstIndex(where: { $0.period == period }) {
            periods[index].spent += amount
        } else {
            if periods.count == Self.periodsKept { periods.removeFirst() }
            periods.append(Entry(period: period, spent: amount))
        }
        entries[account] = periods
    }
}

extension Policy.Budget {
    /// Whose account a request of these metadata draws on; nil where it does not fall under the budget.
    public func owner(in metadata: [String: String]) -> String? {
        guard owner != .everyone else { return "" }
        guard let name = metadata[owner.rawValue], !name.isEmpty else { return nil }
        if let only, only != name { return nil }
        return name
    }
}

extension Policy.Budget.Period {
    /// The number of the period that holds a time: days since 1970-01-01, or months since 1970-01, in UTC.
    public func number(at time: Double) -> Int {
        // Four thousand years either way; a clock beyond that is broken, and must not trap.
        let day = Int(min(max((time.isFinite ? time : 0) / 86_400, -1_500_000), 1_500_000).rounded(.down))
        switch self {
        case .day: return day
        case .month:
            let (year, month) = Self.civilMonth(ofDay: day)
            return (year - 1970) * 12 + month - 1
        }
    }

    /// Seconds until the next period begins.
    public func secondsLeft(at time: Double) -> Double {
        let current = number(at: time)
        let today = Policy.Budget.Period.day.number(at: time)
        // No month has more days; a clock so far off that its days are all one would never leave it.
        let next = (today + 1...today + 32).first { number(at: Double($0) * 86_400) != current } ?? today + 1
        return max(0, Double(next) * 86_400 - (time.isFinite ? time : 0))
    }

    /// Year and month of a day since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-Compatible
    /// Low-Level Date Algorithms").
    private static func civilMonth(ofDay day: Int) -> (year: Int, month: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
    }
}
