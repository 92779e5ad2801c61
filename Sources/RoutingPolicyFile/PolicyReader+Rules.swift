internal import Routing
internal import YAMLFiles

extension PolicyReader {
    mutating func readRule(_ node: YAMLNode, _ path: String) {
        guard let fields = nodes.fields(node, path, kind: "rule") else { return }
        nodes.require(["name", "then"], in: fields, at: node)
        var outcome = Policy.Outcome()
        if let then = nodes.fields("then", in: fields, kind: "outcome") {
            outcome.taskType = nodes.text("task_type", in: then)
            outcome.model = nodes.text("model", in: then)
            outcome.tierFloor = nodes.text("tier_floor", in: then)
            outcome.tierCeiling = nodes.text("tier_ceiling", in: then)
            outcome.skipsClassifier = nodes.flag("skip_classifier", in: then) ?? false
        }
        var condition = Policy.Condition.all([])
        if let when = nodes.node("when", in: fields) { condition = readCondition(when, path + ".when", depth: 0) }
        append(
            Policy.Rule(
                name: nodes.text("name", in: fields) ?? "", priority: nodes.integer("priority", in: fields) ?? 0,
                when: condition, then: outcome))
    }

    /// Keys of one mapping all have to hold; entries of a list under `literal`, `regex` and their kin need one of them.
    private mutating func readCondition(_ node: YAMLNode, _ path: String, depth: Int) -> Policy.Condition {
        // As deep as the checks allow, and never so deep as to exhaust the stack.
        guard depth <= 16 else {
            nodes.error(node, path, "is nested more than 16 deep; make several rules of it")
            return .all([])
        }
        guard let fields = nodes.fields(node, path, kind: "condition") else { return .all([]) }
        var parts: [Policy.Condition] = []
        for (key, combine) in Self.combinations where fields.has(key) {
            let elements = nodes.list(key, in: fields)
            parts.append(combine(elements.map { readCondition($0.node, $0.path, depth: depth + 1) }))
        }
        let ignoresCase = nodes.flag("ignore_case", in: fields) ?? false
        if fields.has("ignore_case"), !fields.has("literal"), !fields.has("regex") {
            nodes.error(node, fields.path("ignore_case"), "stands without `literal` or `regex`; remove it")
        }
        func oneOf(_ conditions: [Policy.Condition]) -> Policy.Condition {
            conditions.count == 1 ? conditions[0] : .any(conditions)
        }
        if let texts = nodes.texts("literal", in: fields) {
            parts.append(oneOf(texts.map { .literal($0, ignoresCase: ignoresCase) }))
        }
        if let texts = nodes.texts("regex", in: fields) {
            parts.append(oneOf(texts.map { .regex($0, ignoresCase: ignoresCase) }))
        }
        if let fence = nodes.node("code_fence", in: fields) {
            switch fence.content {
            case .scalar("true"): parts.append(.codeFence(languages: []))
            case .scalar("false"): parts.append(.none([.codeFence(languages: [])]))
            default: parts.append(.codeFence(languages: nodes.texts(fence, fields.path("code_fence"))))
            }
        }
        if let names = nodes.texts("language", in: fields) { parts.append(.language(names)) }
        if let names = nodes.texts("script", in: fields) { parts.append(.script(names)) }
        if let amount = readAmount("tokens", fields, allowsFlag: false) { parts.append(.tokens(amount)) }
        if let amount = readAmount("tools", fields, allowsFlag: true) { parts.append(.tools(amount)) }
        if let amount = readAmount("images", fields, allowsFlag: true) { parts.append(.images(amount)) }
        for (name, values) in readValues("metadata", fields) { parts.append(.metadata(name, values)) }
        if let tags = nodes.texts("tags", in: fields) { parts.append(.tags(tags)) }
        for (name, values) in readValues("headers", fields) { parts.append(.header(name.lowercased(), values)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private static var combinations: [(String, ([Policy.Condition]) -> Policy.Condition)] {
        [("all", { .all($0) }), ("any", { .any($0) }), ("none", { .none($0) })]
    }

    mutating func readAmount(
        _ key: String, _ fields: NodeReader.Fields, allowsFlag: Bool
    ) -> Policy.Amount? {
        guard let node = nodes.node(key, in: fields) else { return nil }
        switch node.content {
        case .scalar("true") where allowsFlag: return Policy.Amount(atLeast: 1)
        case .scalar("false") where allowsFlag: return Policy.Amount(atMost: 0)
        case .mapping: break
        default:
            let flag = allowsFlag ? "`true`, `false`, or " : ""
            nodes.error(node, fields.path(key), "must be \(flag)a mapping with `at_least`, `at_most`, or both")
            return nil
        }
        guard let bounds = nodes.fields(node, fields.path(key), kind: "amount") else { return nil }
        if !bounds.has("at_least"), !bounds.has("at_most") {
            nodes.error(node, fields.path(key), "has neither `at_least` nor `at_most`; give one")
        }
        return Policy.Amount(
            atLeast: nodes.integer("at_least", in: bounds) ?? 0, atMost: nodes.integer("at_most", in: bounds))
    }

    private mutating func readValues(_ key: String, _ fields: NodeReader.Fields) -> [(String, [String])] {
        guard let node = nodes.node(key, in: fields) else { return [] }
        return (nodes.entries(node, fields.path(key)) ?? []).map { name, _, value in
            (name, nodes.texts(value, "\(fields.path(key)).\(name)"))
        }
    }
}
