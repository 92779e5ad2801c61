internal import JSONCoding

extension PolicyChecker {
    /// Deepest nesting of a condition.
    static var depthLimit: Int { 16 }
    /// Most parts of all conditions; beyond it rules are not compared with one another.
    static var comparisonLimit: Int { 4000 }
    /// Steps in which it is looked for rules that stand behind several others together.
    static var refutationSteps: Int { 50_000 }

    mutating func checkRules() {
        requireSize(policy.rules.count, "rules")
        requireUnique(policy.rules.map(\.name)) { "rules[\($0)].name" }
        var patterns = 0
        for (index, rule) in policy.rules.enumerated() {
            let path = "rules[\(index)]"
            check(rule.condition, at: path + ".when", depth: 0, &patterns)
            check(rule.outcome, at: path + ".then")
        }
        if patterns > PatternSet.countLimit {
            error("rules", "hold \(patterns) texts and patterns, more than \(PatternSet.countLimit); remove some")
        }
        // Comparing rules whose parts are broken would only repeat what was said.
        if !issues.contains(where: { $0.severity == .error && $0.path.hasPrefix("rules") }) { compareRules() }
    }

    private mutating func check(_ outcome: Policy.Outcome, at path: String) {
        requireTask(outcome.taskType, at: path + ".task_type")
        requireModel(outcome.model, at: path + ".model")
        requireTier(outcome.tierFloor, at: path + ".tier_floor")
        requireTier(outcome.tierCeiling, at: path + ".tier_ceiling")
        checkBounds(outcome.model, outcome.tierFloor, outcome.tierCeiling, at: path)
        if outcome == Policy.Outcome() {
            error(path, "says nothing; give a task_type, model, tier_floor, tier_ceiling or skip_classifier")
        }
        if outcome.skipsClassifier, outcome.taskType != nil {
            warn(path + ".skip_classifier", "adds nothing: a rule with a task_type never asks the classifier")
        }
        if !policy.overrides.order.contains(.rule),
            outcome.model != nil || outcome.tierFloor != nil || outcome.tierCeiling != nil
        {
            warn(path, "names a model or tier without effect, since overrides.order leaves out `rule`")
        }
    }

    private mutating func check(_ condition: Policy.Condition, at path: String, depth: Int, _ patterns: inout Int) {
        guard depth <= Self.depthLimit else {
            error(path, "is nested more than \(Self.depthLimit) deep; make several rules of it")
            return
        }
        switch condition {
        case .all(let parts), .none(let parts):
            for part in parts { check(part, at: path, depth: depth + 1, &patterns) }
        case .any(let parts):
            if parts.isEmpty { error(path, "has an empty `any`, which never holds; add a condition or remove it") }
            for part in parts { check(part, at: path, depth: depth + 1, &patterns) }
        case .tokens(let amount), .tools(let amount), .images(let amount):
            if amount.atLeast < 0 || amount.atMost ?? 0 < 0 { error(path, "has a bound below 0; write 0 or more") }
            if let most = amount.atMost, most < amount.atLeast {
                error(path, "has at_most \(most) below at_least \(amount.atLeast); exchange them")
            }
        case .language(let names):
            if names.isEmpty { error(path, "asks for one of no languages; name at least one") }
            for name in names { requireKnown(name, TextTraits.known.languages, "language", at: path) }
        case .script(let names):
            if names.isEmpty { error(path, "asks for one of no scripts; name at least one") }
            for name in names { requireKnown(name, TextTraits.known.scripts, "script", at: path) }
        case .metadata(_, let values), .header(_, let values), .tags(let values):
            if values.isEmpty { error(path, "asks for one of no values; name at least one") }
        case .literal, .regex, .codeFence: break
        }
        guard let pattern = condition.pattern else { return }
        patterns += 1
        if let problem = PatternSet.problem(of: pattern) {
            error(path, "has \(quoted(pattern.text)), which \(problem)")
        }
    }

    private mutating func requireKnown(_ name: String, _ names: [String], _ what: String, at path: String) {
        guard !names.contains(name) else { return }
        let hint =
            nearestName(to: name, among: names).map { "did you mean `\($0)`?" }
            ?? "there are \(names.joined(separator: ", "))"
        error(path, "asks for the \(what) \(quoted(name)), which is not told apart; \(hint)")
    }

    /// Finds rules that can never apply: by themselves, or since an earlier one always applies where they would.
    private mutating func compareRules() {
        guard policy.rules.reduce(0, { $0 + $1.condition.partCount }) <= Self.comparisonLimit else { return }
        let order = policy.rules.indices.sorted {
            (-policy.rules[$0].priority, $0) < (-policy.rules[$1].priority, $1)
        }
        var found: [PolicyIssue] = []
        var refutation = RuleRefutation(steps: Self.refutationSteps)
        for (place, later) in order.enumerated() {
            let rule = policy.rules[later]
            let path = "rules[\(later)]"
            let before = order[..<place].map { (index: $0, rule: policy.rules[$0]) }
            let why: String?
            if rule.condition.isImpossible {
                why = Self.unreachable(behind: [])
            } else if let other = before.first(where: { RuleImplication.implies(rule.condition, $0.rule.condition) }) {
                let isMutual = RuleImplication.implies(other.rule.condition, rule.condition)
                why =
                    isMutual && rule.priority == other.rule.priority && rule.outcome != other.rule.outcome
                    ? "contradicts \(Self.name(other)), which has the same conditions and another outcome; "
                        + "remove one or give them different conditions"
                    : Self.unreachable(behind: [other])
            } else {
                why = Self.covering(rule, before, &refutation).map(Self.unreachable)
            }
            if let why { found.append(.init(.warning, at: path, "\(path) \(quoted(rule.name)) \(why)")) }
        }
        issues += found.sorted { $0.path.count != $1.path.count ? $0.path.count < $1.path.count : $0.path < $1.path }
    }

    /// Earlier rules of which one applies wherever `rule` would, as few as are found; empty where it can never apply.
    private static func covering(
        _ rule: Policy.Rule, _ earlier: [(index: Int, rule: Policy.Rule)], _ refutation: inout RuleRefutation
    ) -> [(index: Int, rule: Policy.Rule)]? {
        func isCovered(by others: [(index: Int, rule: Policy.Rule)]) -> Bool {
            refutation.refutes(
                others.map { .init(condition: $0.rule.condition, holds: false) }
                    + [.init(condition: rule.condition, holds: true)])
        }
        guard isCovered(by: earlier) else { return nil }
        var others = earlier
        for index in earlier.indices.reversed() {
            var fewer = others
            fewer.remove(at: index)
            if isCovered(by: fewer) { others = fewer }
        }
        return others
    }

    private static func name(_ rule: (index: Int, rule: Policy.Rule)) -> String {
        "rules[\(rule.index)] \(quoted(rule.rule.name))"
    }

    /// Why a rule never applies, as the end of a sentence.
    private static func unreachable(behind others: [(index: Int, rule: Policy.Rule)]) -> String {
        guard let last = others.last else { return "can never apply: its conditions contradict one another" }
        if others.count == 1 {
            return "is shadowed by \(name(last)), which applies wherever it would; "
                + "remove it, give it a higher priority, or narrow the other"
        }
        return "is shadowed by " + others.dropLast().map(name).joined(separator: ", ") + " and \(name(last)), "
            + "of which one applies wherever it would; remove it, give it a higher priority, or narrow one of them"
    }
}

extension Policy.Condition {
    /// Number of its parts, itself included.
    var partCount: Int {
        switch self {
        case .all(let parts), .any(let parts), .none(let parts): 1 + parts.reduce(0) { $0 + $1.partCount }
        default: 1
        }
    }
}
