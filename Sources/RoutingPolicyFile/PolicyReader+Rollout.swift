internal import Routing
internal import YAMLFiles

extension PolicyReader {
    mutating func readAnswerChecks(_ node: YAMLNode, _ path: String) -> Policy.AnswerChecks {
        var checks = Policy.AnswerChecks()
        guard let fields = nodes.fields(node, path, kind: "checks") else { return checks }
        checks.scope = readScope(fields)
        checks.characters = readAmount("characters", fields, allowsFlag: false)
        checks.requiredTerms = nodes.texts("required_terms", in: fields) ?? []
        checks.ignoresCase = nodes.flag("ignore_case", in: fields) ?? false
        checks.refusalPatterns = nodes.texts("refusal_patterns", in: fields) ?? []
        checks.usesStandardRefusals = nodes.flag("standard_refusals", in: fields) ?? false
        checks.jsonSchema = nodes.text("json_schema", in: fields)
        checks.minimumLogProbability = nodes.number("minimum_log_probability", in: fields)
        checks.minimumAgreement = nodes.number("minimum_agreement", in: fields)
        return checks
    }

    mutating func readRollout(_ node: YAMLNode) -> Policy.Rollout? {
        guard let fields = nodes.fields(node, "rollout", kind: "rollout") else { return nil }
        nodes.require(["name"], in: fields, at: node)
        var rollout = Policy.Rollout(name: nodes.text("name", in: fields) ?? "")
        rollout.plan.stage = nodes.choice("stage", in: fields, of: Policy.Rollout.Stage.self) ?? rollout.plan.stage
        rollout.plan.control = nodes.text("control", in: fields)
        rollout.plan.steps = readShares(fields) ?? rollout.plan.steps
        rollout.units = nodes.texts("by", in: fields) ?? rollout.units
        rollout.holdout = nodes.number("holdout", in: fields) ?? rollout.holdout
        rollout.advances = nodes.flag("advance", in: fields) ?? rollout.advances
        if let gate = nodes.fields("gate", in: fields, kind: "gate") { readGate(gate, &rollout.gate) }
        if let node = nodes.node("task_types", in: fields) {
            let path = fields.path("task_types")
            for (name, _, value) in nodes.entries(node, path) ?? [] {
                guard let own = nodes.fields(value, "\(path).\(name)", kind: "rollout_task_type") else { continue }
                var plan = Policy.Rollout.TaskTypePlan()
                plan.stage = nodes.choice("stage", in: own, of: Policy.Rollout.Stage.self)
                plan.control = nodes.text("control", in: own)
                plan.steps = readShares(own)
                rollout.taskTypes[name] = plan
            }
        }
        return rollout
    }

    private mutating func readShares(_ fields: NodeReader.Fields) -> [Double]? {
        guard let node = nodes.node("steps", in: fields) else { return nil }
        return nodes.elements(node, fields.path("steps")).compactMap { nodes.number($0.node, $0.path) }
    }

    private mutating func readGate(_ fields: NodeReader.Fields, _ gate: inout Policy.Rollout.Gate) {
        gate.minimumOutcomes = nodes.integer("minimum_outcomes", in: fields) ?? gate.minimumOutcomes
        gate.minimumDays = nodes.number("minimum_days", in: fields) ?? gate.minimumDays
        gate.requirement =
            nodes.choice("require", in: fields, of: Policy.Rollout.Gate.Requirement.self) ?? gate.requirement
        gate.margin = nodes.number("margin", in: fields) ?? gate.margin
        gate.falseAlarmRate = nodes.number("false_alarm_rate", in: fields) ?? gate.falseAlarmRate
        if let node = nodes.node("measures", in: fields) {
            gate.measures = nodes.elements(node, fields.path("measures")).compactMap {
                nodes.choice($0.node, $0.path, among: ReportedOutcome.Measure.quality)
            }
        }
        gate.latency = readLimit("latency", fields)
        gate.cost = readLimit("cost", fields)
        gate.comparisonDays = nodes.number("comparison_days", in: fields) ?? gate.comparisonDays
    }

    private mutating func readLimit(_ key: String, _ fields: NodeReader.Fields) -> Policy.Rollout.Limit? {
        guard let node = nodes.node(key, in: fields), let own = nodes.fields(key, in: fields, kind: key + "_gate")
        else {
            return nil
        }
        nodes.require(["limit", "margin"], in: own, at: node)
        guard let limit = nodes.number("limit", in: own), let margin = nodes.number("margin", in: own) else {
            return nil
        }
        return .init(limit: limit, margin: margin)
    }
}
