/// Whether conditions can hold together, found by cases.
///
/// A tableau with unit propagation (Smullyan, "First-Order Logic", 1968; Davis, Logemann, Loveland 1962) over what
/// conditions ask: counts are intervals, a field has one value or none, of tags there may be many, and patterns imply one
/// another as `RuleImplication` knows. Sound and not complete: `true` is a proof, `false` says nothing, since the steps
/// are limited and regular expressions are not compared.
struct RuleRefutation {
    /// A condition that shall hold, or shall not.
    struct Goal {
        var condition: Policy.Condition
        var holds: Bool
    }

    /// Steps for one question.
    private static let stepLimit = 1000

    /// Steps left for all questions; what is asked beyond them is not answered.
    private var stepsLeft: Int
    private var questionSteps = 0

    init(steps: Int) { stepsLeft = steps }

    /// Whether no request at all meets these goals.
    mutating func refutes(_ goals: [Goal]) -> Bool {
        questionSteps = min(Self.stepLimit, stepsLeft)
        let given = questionSteps
        defer { stepsLeft -= given - questionSteps }
        return refute(goals, [], RuleFacts())
    }

    /// - Returns: false also where the steps do not suffice.
    private mutating func refute(_ goals: [Goal], _ open: [[Goal]], _ facts: RuleFacts) -> Bool {
        var (goals, open, facts) = (goals, open, facts)
        while true {
            while let goal = goals.popLast() {
                guard takeStep() else { return false }
                switch goal.parts {
                case .together(let parts): goals += parts
                case .oneOf(let parts): open.append(parts)
                case .fact: if !facts.add(goal) { return true }
                }
            }
            // Cases that the facts exclude fall away; where one is left, it holds.
            var remaining: [[Goal]] = []
            for cases in open {
                var possible: [Goal] = []
                var isMet = false
                for goal in cases where !isMet {
                    guard takeStep() else { return false }
                    if facts.implies(goal) { isMet = true }
                    if !facts.excludes(goal) { possible.append(goal) }
                }
                if isMet { continue }
                if possible.isEmpty { return true }
                if possible.count == 1 { goals.append(possible[0]) } else { remaining.append(possible) }
            }
            open = remaining
            if goals.isEmpty { break }
        }
        guard let cases = open.popLast() else { return false }
        return cases.allSatisfy { refute([$0], open, facts) }
    }

    private mutating func takeStep() -> Bool {
        questionSteps -= 1
        return questionSteps > 0
    }
}

extension RuleRefutation.Goal {
    /// What a goal comes to.
    enum Parts {
        case together([RuleRefutation.Goal])
        case oneOf([RuleRefutation.Goal])
        /// A question that is asked of the request itself.
        case fact
    }

    var parts: Parts {
        func goals(_ conditions: [Policy.Condition], hold: Bool) -> [RuleRefutation.Goal] {
            conditions.map { .init(condition: $0, holds: hold) }
        }
        switch condition {
        case .all(let parts): return holds ? .together(goals(parts, hold: true)) : .oneOf(goals(parts, hold: false))
        case .any(let parts): return holds ? .oneOf(goals(parts, hold: true)) : .together(goals(parts, hold: false))
        case .none(let parts): return holds ? .together(goals(parts, hold: false)) : .oneOf(goals(parts, hold: true))
        case .tokens(let amount) where !holds:
            return .oneOf(amount.complement.map { .init(condition: .tokens($0), holds: true) })
        case .tools(let amount) where !holds:
            return .oneOf(amount.complement.map { .init(condition: .tools($0), holds: true) })
        case .images(let amount) where !holds:
            return .oneOf(amount.complement.map { .init(condition: .images($0), holds: true) })
        case .tags(let tags) where tags.count != 1:
            let single = goals(tags.map { .tags([$0]) }, hold: holds)
            return holds ? .oneOf(single) : .together(single)
        default: return .fact
        }
    }
}

extension Policy.Amount {
    /// The counts outside the range, from 0 on.
    fileprivate var complement: [Policy.Amount] {
        var ranges: [Policy.Amount] = []
        if atLeast > 0 { ranges.append(.init(atMost: atLeast - 1)) }
        if let atMost, atMost < .max { ranges.append(.init(atLeast: max(0, atMost + 1))) }
        return ranges
    }
}
