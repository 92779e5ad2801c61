internal import JSONCoding

extension PolicyChecker {
    mutating func checkOverrides() {
        let overrides = policy.overrides
        for (index, source) in overrides.order.enumerated() where overrides.order.firstIndex(of: source) != index {
            error("overrides.order[\(index)]", "repeats `\(source.rawValue)`; keep one")
        }
        for (entries, section) in [(overrides.projects, "projects"), (overrides.userTiers, "user_tiers")] {
            let source = section == "projects" ? Policy.Overrides.Source.project : .userTier
            if !entries.isEmpty, !overrides.order.contains(source) {
                warn("overrides.\(section)", "have no effect, since overrides.order leaves out `\(source.rawValue)`")
            }
            for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
                let path = "overrides.\(section).\(name)"
                requireModel(entry.model, at: path + ".model")
                requireTier(entry.tierFloor, at: path + ".tier_floor")
                requireTier(entry.tierCeiling, at: path + ".tier_ceiling")
                requireMode(entry.mode, at: path + ".mode")
                checkBounds(entry.model, entry.tierFloor, entry.tierCeiling, at: path)
            }
        }
    }

    /// A floor above its ceiling, and a model outside the two.
    mutating func checkBounds(_ model: String?, _ floor: String?, _ ceiling: String?, at path: String) {
        let low = floor.flatMap { tierNumbers[$0] } ?? 0
        let high = ceiling.flatMap { tierNumbers[$0] } ?? .max
        if low > high {
            error(path, "has a tier_floor above its tier_ceiling; exchange them")
        } else if let tier = policy.models.first(where: { $0.name == model })?.tier, let number = tierNumbers[tier],
            !(low...high).contains(number)
        {
            error(path, "names a model of tier \(quoted(tier)), outside its own tier_floor and tier_ceiling")
        }
    }

    mutating func checkUncertainty() {
        let uncertainty = policy.uncertainty
        requireModel(uncertainty.model, at: "uncertainty.model")
        let action = uncertainty.action
        if action == .model || action == .judge, uncertainty.model == nil {
            error("uncertainty", "needs a model for the action `\(action.rawValue)`")
        }
        if action == .judge, uncertainty.prompt?.isEmpty ?? true {
            error("uncertainty", "needs a prompt for the action `judge`: what the small model is told")
        }
        if action == .table || action == .tierUp, uncertainty.model != nil || uncertainty.prompt != nil {
            warn("uncertainty", "has a model or prompt that the action `\(action.rawValue)` does not use")
        }
    }

    mutating func checkBudgets() {
        requireSize(policy.budgets.count, "budgets")
        requireUnique(policy.budgets.map(\.name)) { "budgets[\($0)].name" }
        for (index, budget) in policy.budgets.enumerated() {
            let path = "budgets[\(index)]"
            requireAmount(budget.limit, path + ".limit", "an amount", isPositive: true)
            if budget.owner == .everyone, budget.only != nil {
                error(path + ".only", "names an owner, but `everyone` shares this budget; set `per`")
            }
            if budget.steps.isEmpty, !budget.isHardStop {
                warn(path, "has neither steps nor hard_stop, so that it has no effect")
            }
            for (number, step) in budget.steps.enumerated() {
                let place = "\(path).steps[\(number)]"
                requireShare(step.at, place + ".at")
                if number > 0, step.at <= budget.steps[number - 1].at {
                    error(place + ".at", "must be above that of the step before; sort the steps")
                }
                requireTier(step.tierCeiling, at: place + ".tier_ceiling")
                if (step.tiersDown == nil) == (step.tierCeiling == nil) {
                    error(place, "must have one of tiers_down and tier_ceiling")
                }
                if let down = step.tiersDown, !(1...64).contains(down) {
                    error(place + ".tiers_down", "must be from 1 to 64")
                }
            }
        }
    }

    mutating func checkSettings() {
        requireShare(policy.health.errorRate, "health.error_rate")
        if policy.health.errorRate == 0 { error("health.error_rate", "is 0, which would take every model down") }
        requireAmount(policy.health.windowSeconds, "health.window_seconds", "seconds", isPositive: true)
        requireAmount(policy.health.coolDownSeconds, "health.cool_down_seconds", "seconds", isPositive: true)
        if policy.health.minimumCalls < 1 { error("health.minimum_calls", "must be 1 or more") }
        if let sessions = policy.sessions {
            requireAmount(sessions.idleSeconds, "sessions.idle_seconds", "seconds", isPositive: true)
        }
        checkScope(policy.hedge, at: "hedge")
        checkScope(policy.cascade?.scope, at: "cascade")
        if let limit = policy.cascade?.limit, !(2...20).contains(limit) {
            error("cascade.limit", "must be from 2 to 20")
        }
        if !(0...20).contains(policy.fallbacks.limit) { error("fallbacks.limit", "must be from 0 to 20") }
    }

    mutating func checkScope(_ scope: Policy.Scope?, at path: String) {
        guard let scope else { return }
        for (index, mode) in scope.modes.enumerated() { requireMode(mode, at: "\(path).modes[\(index)]") }
        for (index, task) in scope.taskTypes.enumerated() { requireTask(task, at: "\(path).task_types[\(index)]") }
    }
}
