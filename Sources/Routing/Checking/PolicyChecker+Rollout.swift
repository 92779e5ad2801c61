internal import JSONCoding

extension PolicyChecker {
    mutating func checkAnswerChecks() {
        if policy.answerChecks.count > AnswerChecker.groupLimit {
            error("checks", "has more than \(AnswerChecker.groupLimit) entries; remove some")
            return
        }
        for (index, checks) in policy.answerChecks.enumerated() {
            let path = "checks[\(index)]"
            checkScope(checks.scope, at: path)
            if checks.isEmpty { error(path, "asks nothing of an answer; add a check or remove it") }
            if let amount = checks.characters {
                if amount.atLeast < 0 || amount.atMost ?? 0 < 0 {
                    error(path + ".characters", "has a bound below 0; write 0 or more")
                }
                if let most = amount.atMost, most < amount.atLeast {
                    error(
                        path + ".characters", "has at_most \(most) below at_least \(amount.atLeast); exchange them")
                }
            }
            if let least = checks.minimumLogProbability, !(least <= 0) {
                error(path + ".minimum_log_probability", "is \(least), but logarithms of probabilities are 0 or below")
            }
            if let share = checks.minimumAgreement { requireShare(share, path + ".minimum_agreement") }
            if let problem = AnswerChecker.problem(of: checks) { error("\(path).\(problem.path)", problem.message) }
            if checks.ignoresCase, checks.requiredTerms.isEmpty, checks.refusalPatterns.isEmpty {
                warn(path + ".ignore_case", "has no effect without required_terms and refusal_patterns")
            }
        }
        if !policy.answerChecks.isEmpty, policy.cascade == nil {
            warn("checks", "are there, but no cascade is; they are made by POST /v1/check alone")
        }
    }

    mutating func checkRollout() {
        guard let rollout = policy.rollout else { return }
        if rollout.name.isEmpty { error("rollout.name", "is empty; give it a name, and another one to begin anew") }
        check(rollout.plan.stage, rollout.plan.control, rollout.plan.steps, at: "rollout")
        for (task, plan) in rollout.taskTypes.sorted(by: { $0.key < $1.key }) {
            let path = "rollout.task_types.\(task)"
            requireTask(task, at: path)
            check(plan.stage, plan.control, plan.steps, at: path)
        }
        let uncontrolled = policy.table.first { rollout.plan(for: $0.taskType).control == nil }
        if let uncontrolled, policy.baseline == nil {
            error(
                "rollout",
                "has no control for \(quoted(uncontrolled.taskType)): name the model that answered before as "
                    + "`control`, or as `defaults.baseline`")
        }
        if rollout.units.isEmpty { error("rollout.by", "is empty; name `session` or fields of the metadata") }
        requireUnique(rollout.units) { "rollout.by[\($0)]" }
        if !(0..<1).contains(rollout.holdout) {
            error("rollout.holdout", "is \(rollout.holdout), but must be 0 or more, and below 1")
        }
        checkGate(rollout)
    }

    private mutating func checkGate(_ rollout: Policy.Rollout) {
        let gate = rollout.gate
        if gate.minimumOutcomes < 1 { error("rollout.gate.minimum_outcomes", "must be 1 or more") }
        requireAmount(gate.minimumDays, "rollout.gate.minimum_days", "days")
        if !(0..<1).contains(gate.margin) {
            error("rollout.gate.margin", "is \(gate.margin), but must be 0 or more, and below 1")
        }
        if !(gate.falseAlarmRate > 0 && gate.falseAlarmRate < 1) {
            error("rollout.gate.false_alarm_rate", "is \(gate.falseAlarmRate), but must be above 0 and below 1")
        }
        if gate.measures.isEmpty { error("rollout.gate.measures", "is empty; name at least one") }
        for (name, limit) in [("latency", gate.latency), ("cost", gate.cost)] {
            guard let limit else { continue }
            let path = "rollout.gate.\(name)"
            if !(limit.limit > 0 && limit.limit.isFinite) {
                error(path + ".limit", "is \(limit.limit), but must be above 0")
            } else if name == "cost" ? limit.margin >= limit.limit : limit.margin >= 1 {
                error(path + ".margin", "is \(limit.margin), but must be below " + (name == "cost" ? "the limit" : "1"))
            }
            requireAmount(limit.margin, path + ".margin", "what is tolerated")
        }
        if !(gate.comparisonDays > 0 && gate.comparisonDays.isFinite) {
            error("rollout.gate.comparison_days", "is \(gate.comparisonDays), but must be above 0")
        }
        requireUnique(gate.measures.map(\.rawValue)) { "rollout.gate.measures[\($0)]" }
        if gate.requirement == .notWorse, gate.margin == 0 {
            warn("rollout.gate.margin", "is 0, so that `not_worse` asks for proof that routed answers are better")
        }
        let ends = policy.table.filter { row in
            let plan = rollout.plan(for: row.taskType)
            return plan.stage == .canary && plan.steps.last == 1
        }
        if rollout.holdout == 0, !ends.isEmpty {
            warn(
                "rollout.holdout",
                "is 0: once everything is routed, nothing is left to compare with, and nothing is taken back")
        }
    }

    private mutating func check(
        _ stage: Policy.Rollout.Stage?, _ control: String?, _ steps: [Double]?, at path: String
    ) {
        requireModel(control, at: path + ".control")
        guard let steps else { return }
        if steps.isEmpty { error(path + ".steps", "is empty; name at least one share") }
        if steps.count > 100 { error(path + ".steps", "has more than 100 entries; remove some") }
        for (index, share) in steps.enumerated() {
            let place = "\(path).steps[\(index)]"
            if !(share > 0 && share <= 1) { error(place, "is \(share), but must be above 0, and at most 1") }
            if index > 0, share <= steps[index - 1] { error(place, "must be above the share before; sort the steps") }
        }
    }
}
