import Routing
import TestSupport
import Testing

@testable import RoutingStore

@Suite struct SpendBookTests {
    private static let day = 86_400.0
    /// 2026-03-05 12:00 UTC.
    private static let noon = 1_772_712_000.0

    private static let budgets: [Policy.Budget] = [
        Policy.Budget(name: "all", owner: .everyone, period: .day, limit: 10),
        Policy.Budget(name: "team", owner: .project, period: .month, limit: 10),
        Policy.Budget(name: "person", owner: .user, period: .day, limit: 10),
    ]

    private func spent(_ book: SpendBook, _ budget: Policy.Budget, _ owner: String, at now: Double) -> Double {
        book.ledger(for: [budget], metadata: ["project": owner, "user": owner], at: now)
            .spent(
                .init(budget: budget.name, owner: budget.owner == .everyone ? "" : owner), period: budget.period,
                at: now)
    }

    @Test func `a book read back says what the one in memory says`() async throws {
        let folder = try ScratchFolder()
        let store = try RoutingStore(path: folder("state"))
        defer { store.close() }
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        var memory = SpendBook()
        var records: [StoreRecord] = []
        for index in 0..<400 {
            let time = Self.noon - Double(Int.random(in: 0..<30, using: &random)) * Self.day
            var metadata: [String: String] = [:]
            if Bool.random(using: &random) { metadata["project"] = "p\(Int.random(in: 0..<3, using: &random))" }
            if Bool.random(using: &random) { metadata["user"] = "u\(Int.random(in: 0..<5, using: &random))" }
            // Quarters add up without a rest, whatever the order.
            records.append(usage("\(index)", Double(Int.random(in: 0..<40, using: &random)) / 4, metadata, at: time))
        }
        // As they come: by time.
        for record in records.sorted(by: { $0.time < $1.time }) {
            try memory.add(#require(UsageReport(record)), at: record.time)
            try await store.append([record])
        }
        let read = try store.read {
            try SpendBook(dimensions: Set(Policy.Budget.Owner.allCases), from: $0, at: Self.noon)
        }
        for budget in Self.budgets {
            for owner in ["p0", "p1", "p2", "u0", "u1", "u2", "u3", "u4", "nobody"] {
                for now in [Self.noon, Self.noon - Self.day] {
                    #expect(
                        spent(read, budget, owner, at: now) == spent(memory, budget, owner, at: now),
                        "seed \(seed), \(budget.name), \(owner)")
                }
            }
        }
    }

    @Test func `a clock that was ahead leaves this day's spending alone, and finds its own again`() async throws {
        let folder = try ScratchFolder()
        let store = try RoutingStore(path: folder("state"))
        defer { store.close() }
        try await store.append([usage("now", 2, at: Self.noon)])
        for ahead in 1...20 { try await store.append([usage("\(ahead)", 1, at: Self.noon + Double(ahead) * Self.day)]) }
        let book = try store.read { try SpendBook(dimensions: [.everyone], from: $0, at: Self.noon) }
        #expect(spent(book, Self.budgets[0], "", at: Self.noon) == 2)
        #expect(spent(book, Self.budgets[0], "", at: Self.noon + Self.day) == 1)
        let month = Policy.Budget(name: "m", owner: .everyone, period: .month, limit: 10)
        #expect(spent(book, month, "", at: Self.noon) == 22)
    }

    @Test func `what is not a cost is not counted`() throws {
        var book = SpendBook()
        for cost in [Double.nan, .infinity, -5] {
            var report = UsageReport(id: "x")
            report.cost = cost
            book.add(report, at: Self.noon)
        }
        #expect(spent(book, Self.budgets[0], "", at: Self.noon) == 0)
        book.add(UsageReport(id: "y"), at: .infinity)
    }

    @Test func `a report is read back as it was`() throws {
        var report = UsageReport(id: "ü \"1\"")
        report.decision = "01J"
        report.model = "mini\n"
        (report.inputTokens, report.outputTokens, report.cachedInputTokens) = (5, 6, 4)
        report.cost = 0.1
        report.metadata = ["user": "ä", "odd key": ""]
        report.failed = true
        report.isFallback = true
        report.latencySeconds = 1.25
        #expect(UsageReport(report.record(at: 3)) == report)
        #expect(UsageReport(UsageReport(id: "0").record(at: 3)) == UsageReport(id: "0"))
        #expect(UsageReport(StoreRecord(kind: "usage", id: "1", time: 0, body: "no JSON")) == nil)
        #expect(UsageReport(StoreRecord(kind: "other", id: "1", time: 0, body: "{}")) == nil)
    }
}
