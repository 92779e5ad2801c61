internal import JSONCoding

extension Policy {
    /// Most rules, models and task types, which bounds what a decision can cost.
    public static let sizeLimit = 1000

    /// Everything that is wrong with the policy, in the order of its keys.
    ///
    /// A policy without errors can be compiled. What is found about rules beyond their names is sound but not complete:
    /// a rule that is reported as shadowed never applies, and some that never apply are not reported.
    public func checks() -> [PolicyIssue] {
        var checker = PolicyChecker(policy: self)
        checker.checkNames()
        checker.checkModels()
        checker.checkTable()
        checker.checkRules()
        checker.checkOverrides()
        checker.checkUncertainty()
        checker.checkBudgets()
        checker.checkSettings()
        checker.checkAnswerChecks()
        checker.checkRollout()
        return checker.issues
    }
}

/// Gathers what is wrong with a policy.
struct PolicyChecker {
    let policy: Policy
    var issues: [PolicyIssue] = []
    let models: Set<String>
    let tierNumbers: [String: Int]
    let taskTypes: Set<String>

    init(policy: Policy) {
        self.policy = policy
        models = Set(policy.models.map(\.name))
        tierNumbers = Dictionary(
            policy.tiers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        taskTypes = Set(policy.table.map(\.taskType))
    }

    mutating func error(_ path: String, _ message: String) {
        issues.append(.init(.error, at: path, "\(path) \(message)"))
    }

    mutating func warn(_ path: String, _ message: String) {
        issues.append(.init(.warning, at: path, "\(path) \(message)"))
    }

    /// Reports a name that is not among those that exist, with the one probably meant.
    mutating func require(_ name: String, among names: some Collection<String>, _ what: String, at path: String) {
        guard !names.contains(name) else { return }
        let near = nearestName(to: name, among: names)
        let sorted = names.sorted()
        let list = sorted.prefix(8).map { quoted($0) }.joined(separator: ", ") + (sorted.count > 8 ? ", …" : "")
        let hint =
            near.map { "did you mean \(quoted($0))?" }
            ?? (names.isEmpty ? "there are none; add it" : "there are \(list)")
        error(path, "names \(quoted(name)), which is no \(what) of this policy; \(hint)")
    }

    mutating func requireModel(_ name: String?, at path: String) {
        if let name { require(name, among: models, "model", at: path) }
    }
    mutating func requireTier(_ name: String?, at path: String) {
        if let name { require(name, among: policy.tiers, "tier", at: path) }
    }
    mutating func requireMode(_ name: String?, at path: String) {
        if let name { require(name, among: policy.modes, "mode", at: path) }
    }
    mutating func requireTask(_ name: String?, at path: String) {
        if let name { require(name, among: taskTypes, "task type", at: path) }
    }

    mutating func requireUnique(_ names: [String], _ path: (Int) -> String) {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            if name.isEmpty { error(path(index), "has an empty name; give it one") }
            if !seen.insert(name).inserted { error(path(index), "repeats \(quoted(name)); keep one") }
        }
    }

    mutating func requireSize(_ count: Int, _ what: String) {
        if count > Policy.sizeLimit { error(what, "has \(count) entries, more than \(Policy.sizeLimit); remove some") }
    }

    mutating func requireAmount(_ value: Double, _ path: String, _ what: String, isPositive: Bool = false) {
        if !value.isFinite || value < 0 || (isPositive && value == 0) {
            error(path, "is \(value), but must be \(what), \(isPositive ? "above 0" : "0 or more")")
        }
    }

    mutating func requireShare(_ value: Double, _ path: String) {
        if !(0...1).contains(value) { error(path, "is \(value), but must be from 0 to 1") }
    }

    /// Names of tiers, modes and what is chosen by default.
    mutating func checkNames() {
        if policy.tiers.isEmpty { error("tiers", "are missing; list them from the least to the most capable") }
        if policy.modes.isEmpty { error("modes", "are missing; list at least one") }
        requireUnique(policy.tiers) { "tiers[\($0)]" }
        requireUnique(policy.modes) { "modes[\($0)]" }
        for (names, path) in [(policy.tiers, "tiers"), (policy.modes, "modes")] where names.count > 64 {
            error(path, "are \(names.count), more than 64; remove some")
        }
        requireDate(policy.date, at: "date")
        if !policy.modes.isEmpty { requireMode(policy.defaultMode, at: "defaults.mode") }
        if !policy.table.isEmpty { requireTask(policy.defaultTaskType, at: "defaults.task_type") }
        requireModel(policy.baseline, at: "defaults.baseline")
        if policy.defaultOutputTokens < 0 { error("defaults.output_tokens", "must be 0 or more") }
    }

    mutating func checkModels() {
        if policy.models.isEmpty { error("models", "are missing; add at least one") }
        requireSize(policy.models.count, "models")
        let names = policy.models.map(\.name)
        requireUnique(names) { "models.\(names[$0])" }
        var capabilities: Set<String> = ["tools", "images"]
        for model in policy.models {
            let path = "models.\(model.name)"
            if !policy.tiers.isEmpty { requireTier(model.tier, at: path + ".tier") }
            requireAmount(model.inputPrice, path + ".input_price", "a price")
            requireAmount(model.outputPrice, path + ".output_price", "a price")
            if let price = model.cachedInputPrice {
                requireAmount(price, path + ".cached_input_price", "a price")
                if price > model.inputPrice {
                    warn(path + ".cached_input_price", "is above input_price; are the two exchanged?")
                }
            }
            if model.contextWindow <= 0 { error(path + ".context_window", "must be above 0 tokens") }
            if let seconds = model.latencySeconds { requireAmount(seconds, path + ".latency_seconds", "seconds") }
            for (task, quality) in model.quality.sorted(by: { $0.key < $1.key }) {
                requireTask(task, at: path + ".quality.\(task)")
                requireShare(quality, path + ".quality.\(task)")
            }
            requireDate(model.date, at: path + ".date")
            capabilities.formUnion(model.capabilities)
            for (index, name) in model.fallbacks.enumerated() { requireModel(name, at: path + ".fallbacks[\(index)]") }
        }
        if capabilities.count > 63 { error("models", "name \(capabilities.count) capabilities, more than 63") }
        checkFallbackCycles()
    }

    /// Names each circle of fallbacks once, at its first model.
    private mutating func checkFallbackCycles() {
        let following = Dictionary(policy.models.map { ($0.name, $0.fallbacks) }, uniquingKeysWith: { a, _ in a })
        var done: Set<String> = []
        for model in policy.models where !done.contains(model.name) {
            // Depth first, with the way that led here and what is still to be tried at each place of it.
            var way: [(name: String, rest: ArraySlice<String>)] = [(model.name, model.fallbacks[...])]
            while let last = way.last {
                guard let next = last.rest.first else {
                    done.insert(last.name)
                    way.removeLast()
                    continue
                }
                way[way.count - 1].rest.removeFirst()
                if let start = way.firstIndex(where: { $0.name == next }) {
                    let circle = (way[start...].map(\.name) + [next]).map { quoted($0) }.joined(separator: " → ")
                    error("models.\(next).fallbacks", "go in a circle: \(circle); remove one of them")
                } else if !done.contains(next), let fallbacks = following[next] {
                    way.append((next, fallbacks[...]))
                }
            }
        }
    }

    mutating func checkTable() {
        if policy.table.isEmpty { error("table", "is missing; add at least one task type") }
        requireSize(policy.table.count, "table")
        let names = policy.table.map(\.taskType)
        requireUnique(names) { "table.\(names[$0])" }
        for row in policy.table {
            let path = "table.\(row.taskType)"
            for mode in policy.modes where row.models[mode] == nil {
                error(path, "has no models for the mode \(quoted(mode)); add a line `\(mode): […]`")
            }
            for (mode, list) in row.models.sorted(by: { $0.key < $1.key }) {
                let cell = "\(path).\(mode)"
                requireMode(mode, at: cell)
                if list.isEmpty { error(cell, "is empty; name at least one model") }
                for (index, name) in list.enumerated() {
                    requireModel(name, at: "\(cell)[\(index)]")
                    if list.firstIndex(of: name) != index { warn("\(cell)[\(index)]", "repeats \(quoted(name))") }
                }
            }
            if let tokens = row.outputTokens, tokens < 0 { error(path + ".output_tokens", "must be 0 or more") }
            if let share = row.minimumConfidence { requireShare(share, path + ".minimum_confidence") }
        }
    }

    mutating func requireDate(_ date: String?, at path: String) {
        guard let date else { return }
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        let isDate =
            parts.map(\.utf8.count) == [4, 2, 2] && numbers.count == 3 && (1...12).contains(numbers[1])
            && (1...31).contains(numbers[2])
        if !isDate { error(path, "is \(quoted(date)), but must be a date such as 2026-02-01") }
    }
}
