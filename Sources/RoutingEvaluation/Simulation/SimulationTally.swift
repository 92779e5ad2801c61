internal import Routing

/// What carrying out one decision comes to.
struct Outcome {
    /// The model that answers first; nil where a budget refused.
    var model: String?
    var cost = 0.0
    /// nil where it is not known; 0 for a refused request.
    var quality: Double?
    var seconds: Double?
    var judgeCost = 0.0
    var lostCacheCost = 0.0
    /// Calls to models: how likely each is, and what it costs.
    var calls: [(model: String, share: Double, cost: Double, quality: Double?, seconds: Double?)] = []
}

/// Prices of a policy's catalogue.
struct Pricing {
    let models: [String: Policy.Model]

    init(_ policy: Policy) {
        models = Dictionary(policy.models.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// One model answers.
    func outcome(of model: String, _ row: TrafficLog.Row, _ session: SessionLedger.Session?) -> Outcome {
        var outcome = Outcome(model: model)
        add(model, share: 1, row, session, to: &outcome)
        outcome.quality = outcome.calls.last?.quality
        outcome.seconds = outcome.calls.last?.seconds
        return outcome
    }

    /// A decision is carried out: alone, as a cascade, or at two providers at once.
    func outcome(of decision: Decision, _ row: TrafficLog.Row, _ session: SessionLedger.Session?) -> Outcome {
        guard let model = decision.model else { return Outcome(quality: 0, seconds: 0) }
        var outcome = self.outcome(of: model, row, session)
        if !decision.cascade.isEmpty { carryOut(decision.cascade, row, session, &outcome) }
        for other in decision.hedge {
            add(other, share: 1, row, nil, to: &outcome)
            guard let first = outcome.seconds, let call = outcome.calls.last, let second = call.seconds else {
                outcome.seconds = nil
                continue
            }
            // The first answer counts.
            if second < first { (outcome.seconds, outcome.quality) = (second, call.quality) }
        }
        if let judge = decision.judge, let model = models[judge.model] {
            let prompt = TokenEstimate.tokens(of: judge.prompt)
            let cost = model.price(
                input: row.inputTokens + prompt, cached: 0, output: Simulator.judgeOutputTokens)
            outcome.cost += cost
            outcome.judgeCost = cost
            outcome.calls.append((judge.model, 1, cost, nil, nil))
            outcome.seconds = outcome.seconds.flatMap { seconds in model.latencySeconds.map { seconds + $0 } }
        }
        return outcome
    }

    /// The next model is asked where the answers before it were not good enough.
    ///
    /// What a weaker model can answer, a stronger one is taken to answer too, so that qualities are nested: the chance
    /// that all so far failed is one less the best of them. A model of unknown quality counts as always failing, which
    /// makes the cost an upper bound.
    private func carryOut(
        _ cascade: [String], _ row: TrafficLog.Row, _ session: SessionLedger.Session?, _ outcome: inout Outcome
    ) {
        var best = outcome.quality ?? 0
        for model in cascade {
            let reached = 1 - best
            add(model, share: reached, row, session, to: &outcome)
            guard let call = outcome.calls.last else { continue }
            outcome.quality = outcome.quality.flatMap { known in call.quality.map { max(known, $0) } }
            outcome.seconds = outcome.seconds.flatMap { sum in call.seconds.map { sum + reached * $0 } }
            best = max(best, call.quality ?? 0)
        }
    }

    private func add(
        _ name: String, share: Double, _ row: TrafficLog.Row, _ session: SessionLedger.Session?,
        to outcome: inout Outcome
    ) {
        guard let model = models[name] else { return }
        let held = min(session?.cachedTokens ?? 0, row.inputTokens)
        let stays = session?.model == name
        let cost = model.price(input: row.inputTokens, cached: stays ? held : 0, output: row.outputTokens)
        if !stays {
            let warm = model.price(input: row.inputTokens, cached: held, output: row.outputTokens)
            outcome.lostCacheCost += share * (cost - warm)
        }
        outcome.cost += share * cost
        outcome.calls.append((name, share, cost, model.quality[row.taskType], model.latencySeconds))
    }
}

extension Policy.Model {
    /// What a call costs.
    func price(input: Int, cached: Int, output: Int) -> Double {
        (Double(input - cached) * inputPrice + Double(cached) * (cachedInputPrice ?? inputPrice) + Double(output)
            * outputPrice) / 1_000_000
    }
}

/// Adds outcomes up.
struct SimulationTally {
    private(set) var arm: SimulationArm
    let pricing: Pricing
    private let sessionRules: Policy.SessionRules
    private var mistakeIndex: [String: Int] = [:]
    private var gaps: Set<SimulationArm.Gap> = []

    init(name: String, policy: Policy) {
        arm = SimulationArm(name: name)
        pricing = Pricing(policy)
        // Providers keep prompts whether or not the policy keeps models.
        sessionRules = policy.sessions ?? Policy.SessionRules()
    }

    func session(of request: RoutingRequest, _ state: RoutingState) -> SessionLedger.Session? {
        request.session.flatMap { state.sessions.session($0, rules: sessionRules, at: state.now) }
    }

    mutating func add(
        _ outcome: Outcome, _ task: String, _ requests: Double, overhead: (cost: Double, seconds: Double)
    ) {
        var sums = SimulationArm.Sums()
        sums.requests = requests
        sums.cost = requests * (outcome.cost + overhead.cost)
        if let quality = outcome.quality {
            sums.qualitySum = requests * quality
            sums.judged = requests
        }
        if let seconds = outcome.seconds {
            sums.secondsSum = requests * (seconds + overhead.seconds)
            sums.timed = requests
        }
        arm.total += sums
        arm.byTask[task, default: .init()] += sums
        for call in outcome.calls where call.share > 0 {
            let calls = requests * call.share
            var sums = SimulationArm.Sums()
            sums.requests = calls
            sums.cost = calls * call.cost
            if let quality = call.quality { (sums.qualitySum, sums.judged) = (calls * quality, calls) }
            if let seconds = call.seconds { (sums.secondsSum, sums.timed) = (calls * seconds, calls) }
            arm.byModel[call.model, default: .init()] += sums
            arm.cells[task, default: [:]][call.model, default: .init()] += sums
            if call.quality == nil, outcome.quality == nil {
                let gap = SimulationArm.Gap(model: call.model, taskType: task)
                if gaps.insert(gap).inserted { arm.gaps.append(gap) }
            }
        }
        if outcome.model == nil { arm.refused += requests }
        arm.classifierCost += requests * overhead.cost
        arm.judgeCost += requests * outcome.judgeCost
        arm.lostCacheCost += requests * outcome.lostCacheCost
    }

    mutating func addMistake(
        _ outcome: Outcome, instead right: Outcome, _ truth: String, _ predicted: String, _ requests: Double
    ) {
        let key = truth + "\u{0}" + predicted
        let index = mistakeIndex[key] ?? arm.mistakes.count
        if index == arm.mistakes.count {
            arm.mistakes.append(.init(truth: truth, predicted: predicted))
            mistakeIndex[key] = index
        }
        arm.mistakes[index].requests += requests
        arm.mistakes[index].cost += requests * (outcome.cost - right.cost)
        guard let got = outcome.quality, let missed = right.quality, let sum = arm.mistakes[index].quality else {
            arm.mistakes[index].quality = nil
            return
        }
        arm.mistakes[index].quality = sum + requests * (got - missed)
    }
}

extension SimulationArm.Sums {
    static func += (left: inout Self, right: Self) {
        left.requests += right.requests
        left.cost += right.cost
        left.qualitySum += right.qualitySum
        left.judged += right.judged
        left.secondsSum += right.secondsSum
        left.timed += right.timed
    }
}
