import Foundation
import Routing
import TestSupport
import Testing

@Suite struct LedgerTests {
    private let day = 86_400.0
    private let noon = 1_770_000_000.0

    private func budget(_ owner: Policy.Budget.Owner = .everyone, _ period: Policy.Budget.Period = .day)
        -> Policy.Budget
    {
        Policy.Budget(name: "b", owner: owner, period: period, limit: 10)
    }

    @Test func `days and months are those of the calendar`() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0)!
        var random = SplitMix64(seed: 3)
        for _ in 0..<3000 {
            // From 1900 to 2300.
            let time = Double.random(in: -2.2e9...1.04e10, using: &random)
            let parts = calendar.dateComponents([.year, .month], from: Date(timeIntervalSince1970: time))
            #expect(Policy.Budget.Period.month.number(at: time) == (parts.year! - 1970) * 12 + parts.month! - 1)
            #expect(Policy.Budget.Period.day.number(at: time) == Int((time / 86_400).rounded(.down)))
            for period in [Policy.Budget.Period.day, .month] {
                let left = period.secondsLeft(at: time)
                #expect(left > 0)
                #expect(period.number(at: time + left + 0.01) == period.number(at: time) + 1)
                #expect(period.number(at: time + left - 0.01) == period.number(at: time))
            }
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300])
    func `a clock that names no time does not trap`(now: Double) {
        var ledger = BudgetLedger()
        ledger.spend(1, metadata: [:], budgets: [budget(), budget(.everyone, .month)], at: now)
        #expect(ledger.spent(.init(budget: "b", owner: ""), period: .day, at: now) > 0)
        var health = HealthLedger()
        health.record("m", failed: true, rules: .init(), at: now)
        #expect(!health.isDown("m", at: now))
        #expect(Policy.Budget.Period.month.secondsLeft(at: now).isNaN == false)
    }

    @Test func `money is counted for its owner and its period`() {
        var ledger = BudgetLedger()
        let budgets = [budget(.project)]
        ledger.spend(3, metadata: ["project": "x"], budgets: budgets, at: noon)
        ledger.spend(4, metadata: ["project": "y"], budgets: budgets, at: noon)
        ledger.spend(5, metadata: [:], budgets: budgets, at: noon)
        ledger.spend(-100, metadata: ["project": "x"], budgets: budgets, at: noon)
        ledger.spend(.nan, metadata: ["project": "x"], budgets: budgets, at: noon)
        #expect(ledger.spent(.init(budget: "b", owner: "x"), period: .day, at: noon) == 3)
        #expect(ledger.spent(.init(budget: "b", owner: "y"), period: .day, at: noon) == 4)
        #expect(ledger.spent(.init(budget: "b", owner: "x"), period: .day, at: noon + day) == 0)
    }

    @Test func `a clock that jumps ahead and back finds what was spent`() {
        var ledger = BudgetLedger()
        let account = BudgetLedger.Account(budget: "b", owner: "")
        ledger.spend(3, metadata: [:], budgets: [budget()], at: noon)
        ledger.spend(1, metadata: [:], budgets: [budget()], at: noon + 4000 * day)
        ledger.spend(2, metadata: [:], budgets: [budget()], at: noon)
        #expect(ledger.spent(account, period: .day, at: noon) == 5)
        #expect(ledger.spent(account, period: .day, at: noon + 4000 * day) == 1)
        for offset in 1...100 { ledger.spend(1, metadata: [:], budgets: [budget()], at: noon + Double(offset) * day) }
        #expect(ledger.entries[account]?.count == BudgetLedger.periodsKept)
    }

    @Test func `errors take a model down for its cool-down, and then it is tried again`() {
        var health = HealthLedger()
        let rules = Policy.HealthRules()
        for call in 0..<9 { health.record("m", failed: call % 2 == 0, rules: rules, at: noon + Double(call)) }
        #expect(health.down(at: noon + 9).isEmpty, "nine calls are too few")
        health.record("m", failed: true, rules: rules, at: noon + 9)
        #expect(health.down(at: noon + 9) == ["m"])
        #expect(health.isDown("m", at: noon + 38.9))
        #expect(!health.isDown("m", at: noon + 39))
        #expect(!health.isDown("m", at: noon - 4000 * day), "a clock set back must not keep it down for years")
        health.record("m", failed: true, rules: rules, at: noon + 40)
        #expect(!health.isDown("m", at: noon + 40), "the count begins anew")
    }

    @Test func `errors outside the window do not count`() {
        var health = HealthLedger()
        for call in 0..<40 { health.record("m", failed: true, rules: .init(), at: noon + Double(call) * 7) }
        #expect(!health.isDown("m", at: noon + 273), "at most nine calls fall into a minute")
    }

    @Test func `what is reported down stays down until it is reported up`() {
        var health = HealthLedger()
        health.markDown("p")
        #expect(health.isDown("p", at: noon + 1e9))
        health.markUp("p")
        #expect(!health.isDown("p", at: noon))
    }

    @Test func `sessions end when idle, and the oldest make room`() {
        var sessions = SessionLedger(capacity: 10)
        for index in 0..<11 {
            sessions.record("s\(index)", model: "m", inputTokens: 5, at: noon + Double(index))
        }
        #expect(sessions.sessions.count == 10)
        #expect(sessions.session("s0", rules: .init(), at: noon + 11) == nil)
        #expect(sessions.session("s10", rules: .init(), at: noon + 1810)?.cachedTokens == 5)
        #expect(sessions.session("s10", rules: .init(), at: noon + 1811) == nil)
        #expect(sessions.session("s10", rules: .init(), at: noon - day) != nil, "the clock went back")
    }
}
