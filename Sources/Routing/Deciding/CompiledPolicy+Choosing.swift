extension CompiledPolicy {
    // MARK: Doubt and money

    func applyUncertainty(
        _ list: inout [Int], _ limits: inout Limits, _ cause: inout Decision.Cause, _ size: RequestSize,
        _ steps: inout [Decision.Step]
    ) -> Decision.Judge? {
        switch policy.uncertainty.action {
        case .table:
            steps.append(.init(.uncertainty, "the table is followed"))
        case .tierUp:
            let tier = models[select(list, limits, size).model].tier
            let floor = min(tier + 1, limits.ceiling)
            steps.append(.init(.uncertainty, "at least " + policy.tiers[max(floor, limits.floor)]))
            if floor > limits.floor {
                limits.floor = floor
                limits.floorCause = .uncertainty
            }
        case .model:
            guard let model = uncertainModel else { return nil }
            steps.append(.init(.uncertainty, models[model].name))
            list.removeAll { $0 == model }
            list.insert(model, at: 0)
            cause = .uncertainty
        case .judge:
            guard let model = uncertainModel, let prompt = policy.uncertainty.prompt else { return nil }
            steps.append(.init(.uncertainty, "ask the judge " + models[model].name))
            return .init(model: models[model].name, prompt: prompt)
        }
        return nil
    }

    /// Lowers the ceiling as budgets are spent; a budget's word goes before every floor.
    func applyBudgets(
        _ request: RoutingRequest, _ state: RoutingState, _ list: [Int], _ limits: inout Limits, _ size: RequestSize,
        _ steps: inout [Decision.Step]
    ) -> Decision.Refusal? {
        guard !budgets.isEmpty else { return nil }
        var base: Int?
        var ceiling = limits.ceiling
        var strictest: String?
        var refusal: Decision.Refusal?
        for (index, budget) in policy.budgets.enumerated() {
            guard let owner = budget.owner(in: request.metadata) else { continue }
            let account = BudgetLedger.Account(budget: budget.name, owner: owner)
            let spent = state.budgets.spent(account, period: budget.period, at: state.now)
            if budget.isHardStop, spent >= budget.limit {
                let seconds = budget.period.secondsLeft(at: state.now)
                // Of several that are spent, the one that lasts longest says when to come back.
                if seconds > refusal?.retryAfterSeconds ?? -1 {
                    refusal = .init(budget: budget.name, retryAfterSeconds: seconds)
                }
                continue
            }
            guard let step = budgets[index].steps.last(where: { spent >= $0.at * budget.limit }) else { continue }
            var allowed = step.ceiling ?? .max
            if step.tiersDown > 0 {
                let tier = base ?? models[select(list, limits, size).model].tier
                base = tier
                allowed = max(0, tier - step.tiersDown)
            }
            if allowed < ceiling {
                ceiling = allowed
                strictest = budget.name
            }
        }
        if let refusal {
            steps.append(.init(.budget, "spent", by: refusal.budget))
            return refusal
        }
        guard let strictest else {
            steps.append(.init(.budget, "within"))
            return nil
        }
        steps.append(.init(.budget, "at most " + policy.tiers[ceiling], by: strictest))
        limits.ceiling = ceiling
        limits.ceilingCause = .budget
        limits.floor = min(limits.floor, ceiling)
        return nil
    }

    /// Says why the models of the list that stand before the chosen one were passed over.
    func explain(
        _ list: [Int], _ chosen: Int, _ limits: Limits, _ steps: inout [Decision.Step]
    ) -> Decision.Cause {
        for index in list {
            if index == chosen { break }
            let model = models[index]
            let tests = limits.failures(of: index, model)
            if tests.contains(.tier) {
                steps.append(.init(.tier, model.name + " is outside the bounds"))
            } else if tests.contains(.capability) {
                steps.append(.init(.capability, model.name + " lacks what is needed"))
            } else if tests.contains(.context) {
                steps.append(.init(.context, model.name + " is too small for the request"))
            } else if tests.contains(.health) {
                steps.append(.init(.health, model.name + " is down"))
            }
        }
        return limits.cause(limits.failures(of: list[0], models[list[0]]), models[list[0]])
    }

    // MARK: After the choice

    /// The models of the list that can answer, the cheapest first.
    func cascade(_ list: [Int], _ limits: Limits, _ size: RequestSize) -> [Int] {
        let able = list.enumerated().filter { limits.failures(of: $1, models[$1]).isEmpty }
        let sorted = able.sorted {
            (size.cost(models[$0.element]), $0.offset) < (size.cost(models[$1.element]), $1.offset)
        }
        return sorted.prefix(policy.cascade?.limit ?? 0).map(\.element)
    }

    /// The session as routing goes on from it.
    ///
    /// Where a rollout's model of before answers, that is the model which routing would have kept to: otherwise a shadow
    /// would tell of its own control that routing had chosen it.
    func session(
        of request: RoutingRequest, _ state: RoutingState, arm: Decision.Rollout.Arm?
    ) -> SessionLedger.Session? {
        guard let rules = policy.sessions, let identifier = request.session,
            var session = state.sessions.session(identifier, rules: rules, at: state.now)
        else { return nil }
        if let arm, arm != .routed, let model = session.routedModel { session.model = model }
        return session
    }

    /// The session's model where it stays, or nil where the session moves to `chosen`.
    func keep(
        _ session: SessionLedger.Session, instead chosen: Int, _ request: RoutingRequest, _ limits: Limits,
        _ size: RequestSize, _ steps: inout [Decision.Step]
    ) -> Int? {
        guard let index = modelIndex[session.model] else { return nil }
        let model = models[index]
        guard limits.failures(of: index, model).isEmpty else {
            steps.append(.init(.session, model.name + " can no longer be kept"))
            return nil
        }
        guard index != chosen, request.isNewRequest else {
            steps.append(.init(.session, "stays with " + model.name))
            return index
        }
        let rises = models[chosen].tier > model.tier
        if rises, policy.sessions?.allowsUpward == true {
            steps.append(.init(.session, "moves up to " + models[chosen].name))
            return nil
        }
        // What the session's model has in its cache is read anew, at the full price, by any other one.
        let staying = size.cost(model, cached: min(session.cachedTokens, size.input))
        if rises || staying <= size.cost(models[chosen]) {
            steps.append(.init(.session, "stays with " + model.name))
            return index
        }
        steps.append(.init(.session, "moves to " + models[chosen].name + ", cheaper also without the cache"))
        return nil
    }

    /// Models to try next: the chain of the catalogue, then others of the tier, of another provider first.
    func fallbacks(of chosen: Int, _ list: [Int], _ limits: Limits, _ size: RequestSize) -> [Int] {
        let limit = policy.fallbacks.limit
        guard limit > 0 else { return [] }
        let model = models[chosen]
        var result: [Int] = []
        for index in model.chain where limits.failures(of: index, models[index]).isEmpty {
            result.append(index)
            if result.count == limit { return result }
        }
        typealias Key = (sameProvider: Int, rank: Int, cost: Double, index: Int)
        var best: [Key] = []
        func consider(_ index: Int) {
            let other = models[index]
            guard index != chosen, limits.failures(of: index, other).isEmpty, !result.contains(index) else { return }
            let key: Key = (
                other.provider == model.provider ? 1 : 0, list.firstIndex(of: index) ?? list.count, size.cost(other),
                index
            )
            let place = best.firstIndex { key < $0 } ?? best.count
            guard place < limit - result.count else { return }
            best.insert(key, at: place)
            if best.count > limit - result.count { best.removeLast() }
        }
        for index in tierModels[model.tier] { consider(index) }
        if policy.fallbacks.crossesTiers {
            for index in list where models[index].tier != model.tier { consider(index) }
        }
        return result + best.map(\.index)
    }

    func hedge(_ chosen: Int, _ others: inout [Int], _ decision: inout Decision, _ steps: inout [Decision.Step]) {
        let place = others.firstIndex { models[$0].provider != models[chosen].provider }
        guard let place else {
            steps.append(.init(.hedge, "no other provider"))
            return
        }
        decision.hedge = [models[others.remove(at: place)].name]
        steps.append(.init(.hedge, decision.hedge[0]))
    }

    func baselineCost(_ size: RequestSize) -> Double {
        baselineCost(inputTokens: size.input, cachedInputTokens: 0, outputTokens: size.output)
    }

    /// What the baseline costs for so many tokens, some of them in its provider's cache.
    public func baselineCost(inputTokens: Int, cachedInputTokens: Int, outputTokens: Int) -> Double {
        func cost(_ model: Model) -> Double {
            model.cost(input: inputTokens, cached: cachedInputTokens, output: outputTokens)
        }
        if let baseline { return cost(models[baseline]) }
        return models.reduce(0) { max($0, cost($1)) }
    }
}
