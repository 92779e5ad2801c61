/// Which models and providers are down, by report or by the errors of their calls.
public struct HealthLedger: Sendable, Equatable {
    /// Why something is down, and for how long.
    public enum Mark: Sendable, Equatable {
        /// Until it is marked up.
        case reported
        /// For so many seconds from a time on.
        case errors(since: Double, seconds: Double)
    }

    /// Calls in a tenth of the window.
    private struct Slot: Sendable, Equatable {
        var number: Int
        var calls: Int
        var errors: Int
    }

    private static let slotsPerWindow = 10.0
    /// Names whose calls are counted; beyond it nothing new is, since names may come from callers.
    private static let nameLimit = 10_000

    private var marks: [String: Mark] = [:]
    private var slots: [String: [Slot]] = [:]

    /// Everything is up.
    public init() {}

    /// Names that are down at `now`, in no order.
    public func down(at now: Double) -> [String] {
        guard !marks.isEmpty else { return [] }
        return marks.compactMap { Self.holds($0.value, at: now) ? $0.key : nil }
    }

    /// Whether a model or provider is down at `now`.
    public func isDown(_ name: String, at now: Double) -> Bool {
        marks[name].map { Self.holds($0, at: now) } ?? false
    }

    /// A clock that went back by less than the cool-down leaves the mark; by more, it lifts it rather than keep
    /// something down until a time that may be years ahead.
    private static func holds(_ mark: Mark, at now: Double) -> Bool {
        switch mark {
        case .reported: true
        case .errors(let since, let seconds): abs(now - since) < seconds
        }
    }

    /// Marks a model or provider as down until it is marked up.
    public mutating func markDown(_ name: String) { marks[name] = .reported }

    /// Marks a model or provider as up, and forgets its errors.
    public mutating func markUp(_ name: String) {
        marks[name] = nil
        slots[name] = nil
    }

    /// Counts a call to a model or provider, and marks it down where the share of errors reaches the bound.
    public mutating func record(_ name: String, failed: Bool, rules: Policy.HealthRules, at now: Double) {
        guard now.isFinite else { return }
        if case .errors = marks[name] {
            if isDown(name, at: now) { return }
            // What was counted before the cool-down is answered by it.
            markUp(name)
        }
        guard slots[name] != nil || slots.count < Self.nameLimit else { return }
        let width = max(rules.windowSeconds, 0.001) / Self.slotsPerWindow
        let number = Int(min(max(now / width, -1e15), 1e15).rounded(.down))
        // A slot ahead of the clock is from before it was set back.
        var kept = (slots[name] ?? []).filter {
            $0.number <= number && Double(number - $0.number) < Self.slotsPerWindow
        }
        if kept.last?.number != number { kept.append(Slot(number: number, calls: 0, errors: 0)) }
        kept[kept.count - 1].calls += 1
        if failed { kept[kept.count - 1].errors += 1 }
        slots[name] = kept
        let calls = kept.reduce(0) { $0 + $1.calls }
        let errors = kept.reduce(0) { $0 + $1.errors }
        if calls >= rules.minimumCalls, errors > 0, Double(errors) >= rules.errorRate * Double(calls) {
            marks[name] = .errors(since: now, seconds: rules.coolDownSeconds)
            slots[name] = nil
        }
    }
}
