internal import Routing
internal import YAMLFiles

/// Makes a policy of a YAML document.
struct PolicyReader {
    var nodes = NodeReader()
    private(set) var policy = Policy()

    mutating func append(_ rule: Policy.Rule) { policy.rules.append(rule) }

    /// Reads what can be read; what cannot is among the issues.
    mutating func read(_ root: YAMLNode) {
        guard let fields = nodes.fields(root, "", kind: "policy") else { return }
        nodes.require(["version", "tiers", "models", "table"], in: fields, at: root)
        if let version = nodes.integer("version", in: fields), version != 1,
            let node = nodes.node("version", in: fields)
        {
            nodes.error(node, "version", "is \(version), but this program reads version 1")
        }
        policy.currency = nodes.text("currency", in: fields) ?? policy.currency
        policy.date = nodes.text("date", in: fields)
        policy.tiers = nodes.texts("tiers", in: fields) ?? []
        policy.modes = nodes.texts("modes", in: fields) ?? policy.modes
        readDefaults(fields)
        if let node = nodes.node("models", in: fields) {
            for (name, _, value) in nodes.entries(node, "models") ?? [] { readModel(name, value) }
        }
        if let node = nodes.node("table", in: fields) {
            for (name, _, value) in nodes.entries(node, "table") ?? [] { readRow(name, value) }
        }
        for (node, path) in nodes.list("rules", in: fields) { readRule(node, path) }
        readOverrides(fields)
        if let uncertainty = nodes.fields("uncertainty", in: fields, kind: "uncertainty") {
            let action = nodes.choice("action", in: uncertainty, of: Policy.Uncertainty.Action.self)
            policy.uncertainty.action = action ?? policy.uncertainty.action
            policy.uncertainty.model = nodes.text("model", in: uncertainty)
            policy.uncertainty.prompt = nodes.text("prompt", in: uncertainty)
        }
        for (node, path) in nodes.list("budgets", in: fields) { readBudget(node, path) }
        readSettings(fields)
        policy.answerChecks = nodes.list("checks", in: fields).map { readAnswerChecks($0.node, $0.path) }
        if let node = nodes.node("rollout", in: fields) { policy.rollout = readRollout(node) }
    }

    private mutating func readDefaults(_ fields: NodeReader.Fields) {
        guard let defaults = nodes.fields("defaults", in: fields, kind: "defaults") else { return }
        policy.defaultMode = nodes.text("mode", in: defaults) ?? policy.defaultMode
        policy.modeHeader = nodes.text("mode_header", in: defaults)?.lowercased()
        policy.defaultTaskType = nodes.text("task_type", in: defaults) ?? policy.defaultTaskType
        policy.defaultOutputTokens = nodes.integer("output_tokens", in: defaults) ?? policy.defaultOutputTokens
        policy.baseline = nodes.text("baseline", in: defaults)
    }

    private mutating func readModel(_ name: String, _ node: YAMLNode) {
        let path = "models.\(name)"
        guard let fields = nodes.fields(node, path, kind: "model") else { return }
        nodes.require(
            ["provider", "tier", "input_price", "output_price", "context_window"], in: fields, at: node)
        var model = Policy.Model(
            name: name, provider: nodes.text("provider", in: fields) ?? "", tier: nodes.text("tier", in: fields) ?? "",
            inputPrice: nodes.number("input_price", in: fields) ?? 0,
            outputPrice: nodes.number("output_price", in: fields) ?? 0,
            contextWindow: nodes.integer("context_window", in: fields) ?? 1)
        model.cachedInputPrice = nodes.number("cached_input_price", in: fields)
        model.capabilities = nodes.texts("capabilities", in: fields) ?? []
        model.latencySeconds = nodes.number("latency_seconds", in: fields)
        model.date = nodes.text("date", in: fields)
        model.fallbacks = nodes.texts("fallbacks", in: fields) ?? []
        if let node = nodes.node("quality", in: fields) {
            for (task, _, value) in nodes.entries(node, path + ".quality") ?? [] {
                model.quality[task] = nodes.number(value, "\(path).quality.\(task)")
            }
        }
        policy.models.append(model)
    }

    private mutating func readRow(_ name: String, _ node: YAMLNode) {
        let path = "table.\(name)"
        guard let entries = nodes.entries(node, path) else { return }
        var row = Policy.Row(taskType: name, models: [:])
        for (key, keyNode, value) in entries {
            let place = "\(path).\(key)"
            if case .scalar(nil) = value.content {
                nodes.error(keyNode, place, "has no value; give it one, or remove the line")
                continue
            }
            // A mode may have any name but these.
            switch key {
            case "output_tokens": row.outputTokens = nodes.integer(value, place)
            case "minimum_confidence": row.minimumConfidence = nodes.number(value, place)
            default: row.models[key] = nodes.texts(value, place)
            }
        }
        policy.table.append(row)
    }

    private mutating func readOverrides(_ fields: NodeReader.Fields) {
        guard let overrides = nodes.fields("overrides", in: fields, kind: "overrides") else { return }
        if overrides.has("order") {
            policy.overrides.order = nodes.list("order", in: overrides).compactMap { node, path in
                nodes.choice(node, path, of: Policy.Overrides.Source.self)
            }
        }
        policy.overrides.allowsRequestModel = nodes.flag("request_model", in: overrides) ?? true
        policy.overrides.allowsRequestTier = nodes.flag("request_tier", in: overrides) ?? true
        policy.overrides.projects = readEntries("projects", overrides)
        policy.overrides.userTiers = readEntries("user_tiers", overrides)
    }

    private mutating func readEntries(
        _ key: String, _ overrides: NodeReader.Fields
    ) -> [String: Policy.Overrides.Entry] {
        guard let node = nodes.node(key, in: overrides) else { return [:] }
        var result: [String: Policy.Overrides.Entry] = [:]
        for (name, _, value) in nodes.entries(node, overrides.path(key)) ?? [] {
            guard let fields = nodes.fields(value, "\(overrides.path(key)).\(name)", kind: "override") else { continue }
            var entry = Policy.Overrides.Entry()
            entry.model = nodes.text("model", in: fields)
            entry.tierFloor = nodes.text("tier_floor", in: fields)
            entry.tierCeiling = nodes.text("tier_ceiling", in: fields)
            entry.mode = nodes.text("mode", in: fields)
            result[name] = entry
        }
        return result
    }

    private mutating func readBudget(_ node: YAMLNode, _ path: String) {
        guard let fields = nodes.fields(node, path, kind: "budget") else { return }
        nodes.require(["name", "period", "limit"], in: fields, at: node)
        var budget = Policy.Budget(
            name: nodes.text("name", in: fields) ?? "",
            owner: nodes.choice("per", in: fields, of: Policy.Budget.Owner.self) ?? .everyone,
            period: nodes.choice("period", in: fields, of: Policy.Budget.Period.self) ?? .day,
            limit: nodes.number("limit", in: fields) ?? 1)
        budget.only = nodes.text("only", in: fields)
        budget.isHardStop = nodes.flag("hard_stop", in: fields) ?? false
        for (node, path) in nodes.list("steps", in: fields) {
            guard let fields = nodes.fields(node, path, kind: "step") else { continue }
            nodes.require(["at"], in: fields, at: node)
            budget.steps.append(
                .init(
                    at: nodes.number("at", in: fields) ?? 1, tiersDown: nodes.integer("tiers_down", in: fields),
                    tierCeiling: nodes.text("tier_ceiling", in: fields)))
        }
        policy.budgets.append(budget)
    }

    private mutating func readSettings(_ fields: NodeReader.Fields) {
        if let health = nodes.fields("health", in: fields, kind: "health") {
            policy.health.errorRate = nodes.number("error_rate", in: health) ?? policy.health.errorRate
            policy.health.windowSeconds = nodes.number("window_seconds", in: health) ?? policy.health.windowSeconds
            policy.health.minimumCalls = nodes.integer("minimum_calls", in: health) ?? policy.health.minimumCalls
            let coolDown = nodes.number("cool_down_seconds", in: health)
            policy.health.coolDownSeconds = coolDown ?? policy.health.coolDownSeconds
        }
        if let sessions = nodes.fields("sessions", in: fields, kind: "sessions") {
            var rules = Policy.SessionRules()
            rules.idleSeconds = nodes.number("idle_seconds", in: sessions) ?? rules.idleSeconds
            rules.allowsUpward = nodes.flag("upward", in: sessions) ?? rules.allowsUpward
            policy.sessions = rules
        }
        if let hedge = nodes.fields("hedge", in: fields, kind: "hedge") { policy.hedge = readScope(hedge) }
        if let cascade = nodes.fields("cascade", in: fields, kind: "cascade") {
            var rules = Policy.Cascade()
            rules.scope = readScope(cascade)
            rules.limit = nodes.integer("limit", in: cascade) ?? rules.limit
            policy.cascade = rules
        }
        if let fallbacks = nodes.fields("fallbacks", in: fields, kind: "fallbacks") {
            policy.fallbacks.limit = nodes.integer("limit", in: fallbacks) ?? policy.fallbacks.limit
            policy.fallbacks.crossesTiers = nodes.flag("across_tiers", in: fallbacks) ?? false
        }
    }

    mutating func readScope(_ fields: NodeReader.Fields) -> Policy.Scope {
        var scope = Policy.Scope()
        scope.modes = nodes.texts("modes", in: fields) ?? []
        scope.taskTypes = nodes.texts("task_types", in: fields) ?? []
        return scope
    }
}
