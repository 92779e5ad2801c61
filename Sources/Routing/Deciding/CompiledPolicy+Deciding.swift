public import TaskType

extension CompiledPolicy {
    /// What the rules say of a request, which is known before the classifier is asked.
    public struct RuleMatch: Sendable, Equatable {
        /// The rule that applies, by its place in the policy.
        public let rule: Int?
        /// Whether the decision will not look at a prediction.
        public let skipsClassifier: Bool
        let inputTokens: Int
    }

    /// Tries the rules.
    ///
    /// - Complexity: O(bytes of the ask) once, however many rules there are, and O(parts of the rules' conditions).
    public func match(_ request: RoutingRequest) -> RuleMatch {
        let tokens = max(0, request.inputTokens ?? TokenEstimate.tokens(of: request.text))
        let rule = rules.firstMatch(request, inputTokens: tokens)
        let outcome = rule.map { policy.rules[$0].outcome }
        return RuleMatch(
            rule: rule, skipsClassifier: outcome.map { $0.skipsClassifier || $0.taskType != nil } ?? false,
            inputTokens: tokens)
    }

    /// Decides which model answers.
    ///
    /// Pure: equal arguments give equal decisions. docs/routing.md describes the steps in their order.
    ///
    /// - Parameters:
    ///   - prediction: the classifier's; nil where it was not asked or could not answer.
    ///   - match: what `match` said of this request, where that was asked before.
    ///   - modelRevision: of the classifier; it comes back in the decision.
    public func decide(
        _ request: RoutingRequest, prediction: Prediction?, state: RoutingState, match: RuleMatch? = nil,
        modelRevision: String? = nil
    ) -> Decision {
        let match = match ?? self.match(request)
        var steps: [Decision.Step] = []
        steps.reserveCapacity(8)
        let mode = chooseMode(request, &steps)
        let rule = match.rule
        if !outcomes.isEmpty {
            steps.append(rule.map { .init(.rule, policy.rules[$0].name) } ?? .init(.rule, "no match"))
        }
        let (task, isUncertain) = chooseTask(match, prediction, &steps)
        let size = RequestSize(
            input: match.inputTokens, output: min(outputTokens[task], max(0, request.maximumOutputTokens ?? .max)))

        var limits = makeLimits(request, state, size)
        let pin = applyOverrides(request, rule: rule, &limits, &steps)
        // A model that the request itself names was its model before, too.
        let assigned =
            pin?.source == .request
            ? nil : policy.rollout.flatMap { assign($0, request, state, taskType: policy.table[task].taskType) }
        let cell = task * policy.modes.count + mode
        var list = table[cell]
        var cause = Decision.Cause.table
        steps.append(.init(.table, models[list[0]].name))
        var judge: Decision.Judge?
        if let pin {
            cause = pin.cause
            list.removeAll { $0 == pin.model }
            list.insert(pin.model, at: 0)
        } else if isUncertain {
            judge = applyUncertainty(&list, &limits, &cause, size, &steps)
        }
        let refusal = applyBudgets(request, state, list, &limits, size, &steps)

        var (chosen, final) = select(list, limits, size)
        if chosen != list[0] {
            cause = explain(list, chosen, limits, &steps)
        }
        if final.waived.contains(.capability) {
            steps.append(.init(.capability, "no model can do what is needed"))
        } else if final.tokens < limits.tokens {
            steps.append(.init(.context, "longer than the window of every model that could answer"))
        }
        if final.waived.contains(.tier) { steps.append(.init(.tier, "no model inside the bounds can answer")) }
        if final.waived.contains(.health) { steps.append(.init(.health, "all models that could answer are down")) }
        var next: [Int] = []
        if cascades[cell], pin == nil, !isUncertain, final.waived.isEmpty {
            next = cascade(list, limits, size)
            if next.count > 1 {
                if next[0] != chosen { cause = .cascade }
                chosen = next.removeFirst()
                steps.append(.init(.cascade, models[chosen].name))
            } else {
                next = []
            }
        }
        var cached = 0
        if let session = session(of: request, state, arm: assigned?.arm), pin == nil {
            let kept = keep(session, instead: chosen, request, limits, size, &steps)
            if let kept {
                if kept != chosen { cause = .session }
                chosen = kept
                next = []
            }
            if models[chosen].name == session.model { cached = min(session.cachedTokens, size.input) }
        }
        var decision = Decision(
            id: request.id, model: models[chosen].name, taskType: policy.table[task].taskType,
            mode: policy.modes[mode], cause: cause, steps: [],
            estimatedCost: .init(chosen: 0, baseline: 0, currency: ""),
            inputTokens: size.input, outputTokens: size.output, judge: judge, refusal: refusal, policy: digest,
            modelRevision: modelRevision)
        let baseline = baselineCost(size)
        if refusal == nil {
            decision.estimatedCost = .init(
                chosen: size.cost(models[chosen], cached: cached), baseline: baseline, currency: policy.currency)
            decision.cascade = next.map { models[$0].name }
            var others = fallbacks(of: chosen, list, final, size)
            if hedges[cell] { hedge(chosen, &others, &decision, &steps) }
            decision.fallbacks = others.map { models[$0].name }
        } else {
            decision.model = nil
            decision.judge = nil
            decision.cause = .budget
            decision.estimatedCost = .init(chosen: 0, baseline: baseline, currency: policy.currency)
        }
        decision.steps = steps
        if let assigned { carryOut(assigned, limits, size, &decision) }
        return decision
    }

    // MARK: Before the table

    private func chooseMode(_ request: RoutingRequest, _ steps: inout [Decision.Step]) -> Int {
        if let name = request.mode ?? policy.modeHeader.flatMap({ request.headers[$0] }) {
            if let mode = modeIndex[name] { return mode }
            steps.append(.init(.mode, "there is no mode of the name asked for", by: "request"))
        }
        for source in policy.overrides.order where source == .project || source == .userTier {
            guard let mode = override(by: source, request)?.mode else { continue }
            steps.append(.init(.mode, policy.modes[mode], by: source.rawValue))
            return mode
        }
        return defaultMode
    }

    private func chooseTask(
        _ match: RuleMatch, _ prediction: Prediction?, _ steps: inout [Decision.Step]
    ) -> (task: Int, isUncertain: Bool) {
        if let rule = match.rule {
            if let task = outcomes[rule].taskType { return (task, false) }
            if match.skipsClassifier {
                steps.append(.init(.classifier, "not asked", by: policy.rules[rule].name))
                return (defaultTask, false)
            }
        }
        guard let prediction, prediction.source != .default else {
            steps.append(.init(.classifier, "no answer"))
            return (defaultTask, false)
        }
        steps.append(.init(.classifier, prediction.taskType, confidence: prediction.confidence))
        guard let task = taskIndex[prediction.taskType] else {
            steps.append(.init(.classifier, "not in the table"))
            return (defaultTask, false)
        }
        let least = policy.table[task].minimumConfidence ?? 0
        return (task, prediction.isUncertain || Double(prediction.confidence) < least)
    }

    private func makeLimits(_ request: RoutingRequest, _ state: RoutingState, _ size: RequestSize) -> Limits {
        var limits = Limits(floor: 0, ceiling: tierModels.count - 1)
        if request.toolCount > 0 { limits.needs |= 1 }
        if request.imageCount > 0 { limits.needs |= 2 }
        // A capability that no model names is one that no model has.
        for name in request.requiredCapabilities { limits.needs |= capabilityBits[name] ?? 1 << 63 }
        let answer = max(size.output, request.maximumOutputTokens ?? 0)
        limits.tokens = size.input.addingReportingOverflow(answer).overflow ? .max : size.input + answer
        for name in state.health.down(at: state.now) {
            if let index = modelIndex[name] { limits.down.insert(index) }
            for index in providerModels[name] ?? [] { limits.down.insert(index) }
        }
        return limits
    }

    private func override(by source: Policy.Overrides.Source, _ request: RoutingRequest) -> Override? {
        switch source {
        case .request, .rule: nil
        case .project: projects.isEmpty ? nil : request.metadata["project"].flatMap { projects[$0] }
        case .userTier: userTiers.isEmpty ? nil : request.metadata["user_tier"].flatMap { userTiers[$0] }
        }
    }

    private func requestOverride(_ request: RoutingRequest, _ steps: inout [Decision.Step]) -> Override? {
        var override = Override()
        if let name = request.modelOverride {
            if !policy.overrides.allowsRequestModel {
                steps.append(.init(.override, "requests may not choose a model", by: "request"))
            } else if let model = modelIndex[name] {
                override.model = model
            } else {
                steps.append(.init(.override, "there is no model of the name asked for", by: "request"))
            }
        }
        if let name = request.minimumTier {
            if !policy.overrides.allowsRequestTier {
                steps.append(.init(.override, "requests may not choose a tier", by: "request"))
            } else if let tier = tierIndex[name] {
                override.floor = tier
            } else {
                steps.append(.init(.override, "there is no tier of the name asked for", by: "request"))
            }
        }
        return override
    }

    /// Lets each source speak in its order; the bounds of an earlier one hold the later ones, and a model ends it.
    private func applyOverrides(
        _ request: RoutingRequest, rule: Int?, _ limits: inout Limits, _ steps: inout [Decision.Step]
    ) -> (model: Int, cause: Decision.Cause, source: Policy.Overrides.Source)? {
        for source in policy.overrides.order {
            let spoken =
                switch source {
                case .request: requestOverride(request, &steps)
                case .rule: rule.map { outcomes[$0].override }
                case .project, .userTier: override(by: source, request)
                }
            guard let spoken else { continue }
            let cause: Decision.Cause = source == .rule ? .rule : .override
            if let model = spoken.model {
                let tier = models[model].tier
                if tier >= limits.floor, tier <= limits.ceiling {
                    steps.append(.init(.override, models[model].name, by: source.rawValue))
                    return (model, cause, source)
                }
                steps.append(.init(.override, "model outside the tiers allowed", by: source.rawValue))
            }
            if let floor = spoken.floor.map({ min($0, limits.ceiling) }), floor > limits.floor {
                limits.floor = floor
                limits.floorCause = cause
                steps.append(.init(.override, "at least " + policy.tiers[floor], by: source.rawValue))
            }
            if let ceiling = spoken.ceiling.map({ max($0, limits.floor) }), ceiling < limits.ceiling {
                limits.ceiling = ceiling
                limits.ceilingCause = cause
                steps.append(.init(.override, "at most " + policy.tiers[ceiling], by: source.rawValue))
            }
        }
        return nil
    }
}
