/// What is taken to hold of a request while conditions are compared.
struct RuleFacts {
    typealias Goal = RuleRefutation.Goal

    private enum Subject: Hashable {
        case tokens, tools, images, language, script
        case metadata(String)
        case header(String)
    }

    /// The value of a field: one of `among`, where that is known, and none of `except`.
    private struct Value {
        var among: Set<String>?
        var except: Set<String> = []
    }

    private var counts: [Subject: Policy.Amount] = [:]
    private var values: [Subject: Value] = [:]
    private var tags: [String: Bool] = [:]
    /// Patterns that are found, and that are not.
    private var patterns: [Goal] = []

    /// Takes a goal for a fact; false where it contradicts what is there.
    ///
    /// Goals that are made of others are left out, which is sound: what is left out excludes nothing.
    mutating func add(_ goal: Goal) -> Bool {
        switch goal.condition {
        case .tokens(let amount): return add(amount, .tokens, goal.holds)
        case .tools(let amount): return add(amount, .tools, goal.holds)
        case .images(let amount): return add(amount, .images, goal.holds)
        case .language(let names): return add(names, .language, goal.holds)
        case .script(let names): return add(names, .script, goal.holds)
        case .metadata(let field, let names): return add(names, .metadata(field), goal.holds)
        case .header(let name, let names): return add(names, .header(name), goal.holds)
        case .tags(let names):
            guard names.count == 1 else { return true }
            if let known = tags[names[0]] { return known == goal.holds }
            tags[names[0]] = goal.holds
            return true
        case .literal, .regex, .codeFence:
            let isExcluded = patterns.contains { other in
                guard other.holds != goal.holds else { return false }
                let (found, missing) = goal.holds ? (goal, other) : (other, goal)
                return RuleImplication.implies(found.condition, missing.condition)
            }
            if isExcluded { return false }
            patterns.append(goal)
            return true
        case .all, .any, .none: return true
        }
    }

    private mutating func add(_ amount: Policy.Amount, _ subject: Subject, _ holds: Bool) -> Bool {
        guard holds else { return true }
        var range = counts[subject] ?? Policy.Amount()
        range.atLeast = max(range.atLeast, amount.atLeast)
        range.atMost = [range.atMost, amount.atMost].compactMap(\.self).min()
        counts[subject] = range
        return range.atLeast <= range.atMost ?? .max
    }

    private mutating func add(_ names: [String], _ subject: Subject, _ holds: Bool) -> Bool {
        var value = values[subject] ?? Value()
        if holds {
            value.among = value.among?.intersection(names) ?? Set(names)
        } else {
            value.except.formUnion(names)
        }
        values[subject] = value
        return value.among.map { !$0.isSubset(of: value.except) } ?? true
    }

    /// Whether a goal contradicts the facts.
    func excludes(_ goal: Goal) -> Bool {
        var copy = self
        return !copy.add(goal)
    }

    /// Whether a goal follows from the facts.
    func implies(_ goal: Goal) -> Bool {
        let opposite = Goal(condition: goal.condition, holds: !goal.holds)
        switch opposite.parts {
        case .fact: return excludes(opposite)
        case .oneOf(let parts): return parts.allSatisfy { $0.isFact && excludes($0) }
        case .together(let parts): return parts.contains { $0.isFact && excludes($0) }
        }
    }
}

extension RuleRefutation.Goal {
    fileprivate var isFact: Bool { if case .fact = parts { true } else { false } }
}
