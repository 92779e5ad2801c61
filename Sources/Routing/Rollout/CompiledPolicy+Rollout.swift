extension CompiledPolicy {
    /// The arm that a request belongs to; nil where no model answered before.
    func assign(
        _ rollout: Policy.Rollout, _ request: RoutingRequest, _ state: RoutingState, taskType: String
    ) -> Decision.Rollout? {
        guard control(of: taskType) != nil else { return nil }
        let standing = state.rollout.standing(of: taskType, rollout)
        var record = Decision.Rollout(
            name: rollout.name, arm: .shadow, share: standing.share, stage: standing.stage)
        record.isTakenBack = standing.takenBack
        guard rollout.plan(for: taskType).stage == .canary else { return record }
        let unit = RolloutAssignment.unit(of: request, rollout)
        record.unit = RolloutAssignment.number(of: unit, rollout: rollout.name)
        func place(_ draw: RolloutAssignment.Draw) -> Double {
            RolloutAssignment.place(of: unit, rollout: rollout.name, draw: draw)
        }
        if place(.holdout) < rollout.holdout {
            record.arm = .holdout
        } else {
            record.arm = place(.canary) < standing.share ? .routed : .control
        }
        return record
    }

    /// The model of before.
    private func control(of taskType: String) -> Int? {
        policy.rollout?.plan(for: taskType).control.flatMap { modelIndex[$0] } ?? baseline
    }

    /// Where the request's arm is not the routed one, the model of before answers.
    func carryOut(_ assigned: Decision.Rollout, _ limits: Limits, _ size: RequestSize, _ decision: inout Decision) {
        var record = assigned
        guard record.arm != .routed, let control = control(of: decision.taskType) else {
            decision.rollout = record
            return
        }
        record.routedModel = decision.model
        record.routedCost = decision.model == nil ? nil : decision.estimatedCost.chosen
        decision.rollout = record
        // A budget that is spent is so for every arm; a shadow alone changes nothing at all.
        if decision.refusal != nil, record.arm != .shadow { return }
        decision.refusal = nil
        decision.model = models[control].name
        decision.cause = .rollout
        decision.hedge = []
        decision.cascade = []
        decision.judge = nil
        decision.estimatedCost.chosen = size.cost(models[control])
        var free = limits
        (free.floor, free.ceiling, free.waived) = (0, tierModels.count - 1, [])
        decision.fallbacks = fallbacks(of: control, [control], free, size).map { models[$0].name }
        decision.steps.append(.init(.rollout, models[control].name, by: record.arm.rawValue))
    }
}
