// A wrong assumption should end the test.
// swift-format-ignore-file: NeverForceUnwrap

import Routing
import TaskType
import TestSupport

/// Policies, requests and states drawn at random: small, so that their parts meet often.
struct RandomRouting {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements.randomElement(using: &random)! }
    mutating func some<Element>(_ elements: [Element], _ range: ClosedRange<Int>) -> [Element] {
        Array(elements.shuffled(using: &random).prefix(number(range)))
    }

    static let words = ["fix", "SQL", "straße", "42", "why", "a.b", "(x)", "日本"]
    /// Function words of English, German, Spanish and Polish, and one of two languages, which tells nothing.
    static let functionWords = ["the", "The", "of", "nicht", "und", "está", "los", "jak", "para"]
    static let fields = ["project", "user", "feature", "user_tier"]
    static let values = ["a", "b", "c"]

    mutating func policy() -> Policy {
        var policy = Policy()
        policy.tiers = Array(["t0", "t1", "t2", "t3"].prefix(number(1...4)))
        policy.modes = Array(["eco", "balanced", "sport"].prefix(number(1...3)))
        policy.defaultMode = pick(policy.modes)
        policy.modeHeader = chance(30) ? "x-mode" : nil
        let prices = [0, 0.05, 0.3, 0.3, 1, 2.5, 15]
        for index in 0..<number(1...7) {
            var model = Policy.Model(
                name: "m\(index)", provider: "p\(number(0...2))", tier: pick(policy.tiers), inputPrice: pick(prices),
                outputPrice: pick(prices), contextWindow: pick([40, 500, 4000, 100_000]))
            model.cachedInputPrice = chance(40) ? model.inputPrice / 10 : nil
            model.capabilities = some(["tools", "images", "json"], 0...3)
            policy.models.append(model)
        }
        let names = policy.models.map(\.name)
        for index in policy.models.indices where chance(30) {
            // Only later models follow, so that there is no circle.
            policy.models[index].fallbacks = some(Array(names.dropFirst(index + 1)), 0...2)
        }
        for index in 0..<number(1...3) {
            var row = Policy.Row(taskType: "k\(index)", models: [:])
            for mode in policy.modes { row.models[mode] = some(names, 1...4) }
            row.outputTokens = chance(50) ? pick([0, 20, 900]) : nil
            row.minimumConfidence = chance(30) ? 0.6 : nil
            policy.table.append(row)
        }
        let tasks = policy.table.map(\.taskType)
        policy.defaultTaskType = pick(tasks)
        policy.baseline = chance(40) ? pick(names) : nil
        for index in 0..<number(0...5) {
            policy.rules.append(
                .init(name: "r\(index)", priority: number(-1...2), when: condition(2), then: outcome(policy)))
        }
        policy.overrides.order = some(Policy.Overrides.Source.allCases, 0...4)
        policy.overrides.allowsRequestModel = chance(80)
        policy.overrides.allowsRequestTier = chance(80)
        for value in Self.values {
            if chance(30) { policy.overrides.projects[value] = entry(policy) }
            if chance(30) { policy.overrides.userTiers[value] = entry(policy) }
        }
        policy.uncertainty.action = pick(Policy.Uncertainty.Action.allCases)
        policy.uncertainty.model = pick(names)
        policy.uncertainty.prompt = "Which?"
        for index in 0..<number(0...2) { policy.budgets.append(budget("b\(index)", policy)) }
        policy.sessions = chance(50) ? .init() : nil
        policy.sessions?.allowsUpward = chance(70)
        if chance(40) { policy.hedge = scope(policy) }
        if chance(40) {
            var cascade = Policy.Cascade()
            cascade.scope = scope(policy)
            cascade.limit = number(2...4)
            policy.cascade = cascade
        }
        policy.fallbacks.limit = number(0...4)
        policy.fallbacks.crossesTiers = chance(40)
        policy.rollout = chance(50) ? rollout(policy) : nil
        return policy
    }

    private mutating func rollout(_ policy: Policy) -> Policy.Rollout {
        let names = policy.models.map(\.name)
        var rollout = Policy.Rollout(name: pick(["spring", "autumn"]))
        rollout.plan.stage = pick([.shadow, .canary, .canary])
        rollout.plan.control = policy.baseline == nil || chance(50) ? pick(names) : nil
        rollout.plan.steps = shares()
        for row in policy.table where chance(30) {
            var own = Policy.Rollout.TaskTypePlan()
            own.stage = chance(50) ? pick([.shadow, .canary]) : nil
            own.control = chance(50) ? pick(names) : nil
            own.steps = chance(50) ? shares() : nil
            rollout.taskTypes[row.taskType] = own
        }
        rollout.units = some(["user", "session", "project"], 1...2)
        rollout.holdout = pick([0, 0.1, 0.5])
        return rollout
    }

    private mutating func shares() -> [Double] {
        Array([0.1, 0.4, 0.8, 1].dropFirst(number(0...2)).prefix(number(1...3)))
    }

    private mutating func scope(_ policy: Policy) -> Policy.Scope {
        var scope = Policy.Scope()
        scope.modes = some(policy.modes, 0...2)
        scope.taskTypes = some(policy.table.map(\.taskType), 0...2)
        return scope
    }

    private mutating func bounds(_ policy: Policy) -> (model: String?, floor: String?, ceiling: String?) {
        switch number(0...3) {
        case 0: return (pick(policy.models.map(\.name)), nil, nil)
        case 1: return (nil, pick(policy.tiers), nil)
        case 2: return (nil, nil, pick(policy.tiers))
        default: return (nil, policy.tiers.first, pick(policy.tiers))
        }
    }

    private mutating func entry(_ policy: Policy) -> Policy.Overrides.Entry {
        var entry = Policy.Overrides.Entry()
        (entry.model, entry.tierFloor, entry.tierCeiling) = bounds(policy)
        entry.mode = chance(30) ? pick(policy.modes) : nil
        return entry
    }

    private mutating func outcome(_ policy: Policy) -> Policy.Outcome {
        var outcome = Policy.Outcome()
        if chance(60) { (outcome.model, outcome.tierFloor, outcome.tierCeiling) = bounds(policy) }
        if chance(40) { outcome.taskType = pick(policy.table.map(\.taskType)) }
        outcome.skipsClassifier = chance(20)
        if outcome == Policy.Outcome() { outcome.skipsClassifier = true }
        return outcome
    }

    private mutating func budget(_ name: String, _ policy: Policy) -> Policy.Budget {
        var budget = Policy.Budget(
            name: name, owner: pick(Policy.Budget.Owner.allCases), period: pick([.day, .month]), limit: 10)
        if budget.owner != .everyone { budget.only = chance(30) ? pick(Self.values) : nil }
        for at in [0.25, 0.5, 1] where chance(50) {
            budget.steps.append(
                chance(50) ? .init(at: at, tiersDown: number(1...2)) : .init(at: at, tierCeiling: pick(policy.tiers)))
        }
        budget.isHardStop = chance(30)
        return budget
    }

    mutating func condition(_ depth: Int) -> Policy.Condition {
        if depth > 0, chance(50) {
            let parts = (0..<number(1...3)).map { _ in condition(depth - 1) }
            return pick([.all(parts), .any(parts), .none(parts)])
        }
        switch number(0...10) {
        case 0, 1: return .literal(pick(Self.words), ignoresCase: chance(50))
        case 2: return .regex(pick(["[0-9]{2}", "^fix", "(why|wer) ", "\\w+\\.\\w", "x\\)$"]), ignoresCase: chance(50))
        case 3: return .codeFence(languages: chance(50) ? [] : some(["swift", "c++", "python"], 1...2))
        case 4: return .tokens(.init(atLeast: number(0...10), atMost: chance(50) ? number(10...30) : nil))
        case 5: return chance(50) ? .tools(.init(atLeast: 1)) : .images(.init(atMost: 0))
        case 6: return .metadata(pick(Self.fields), some(Self.values, 1...2))
        case 7: return .tags(some(Self.values, 1...2))
        case 8: return .script(some(["Latin", "Han", "Cyrillic"], 1...2))
        case 9: return .language(some(["en", "de", "es", "pl", "sv"], 1...2))
        default: return .header("x-h", some(Self.values, 1...2))
        }
    }

    mutating func request(_ policy: Policy) -> RoutingRequest {
        var parts = (0..<number(0...5)).map { _ in pick(Self.words + Self.words.map { $0.lowercased() }) }
        if chance(50) { parts += (0..<number(1...4)).map { _ in pick(Self.functionWords) } }
        if chance(25) {
            parts.append("\n" + pick(["```", " ```", "~~~"]) + pick(["", "swift", "C++", "go"]) + "\nlet a")
        }
        var request = RoutingRequest(text: parts.joined(separator: " "))
        request.id = chance(80) ? "q\(number(0...999))" : ""
        request.inputTokens = chance(50) ? pick([-5, 0, 10, 450, 3999, 200_000]) : nil
        request.maximumOutputTokens = chance(20) ? pick([0, 30, 5000]) : nil
        request.mode = chance(50) ? pick(policy.modes + ["none"]) : nil
        request.modelOverride = chance(20) ? pick(policy.models.map(\.name) + ["none"]) : nil
        request.minimumTier = chance(20) ? pick(policy.tiers + ["none"]) : nil
        for field in Self.fields where chance(60) { request.metadata[field] = pick(Self.values + [""]) }
        request.tags = some(Self.values, 0...2)
        if chance(50) { request.headers["x-h"] = pick(Self.values) }
        if chance(30) { request.headers["x-mode"] = pick(policy.modes) }
        if chance(30) { request.metadata["user"] = "u\(number(0...999))" }
        request.session = chance(60) ? "s" : nil
        request.isNewRequest = chance(60)
        request.toolCount = chance(25) ? 1 : 0
        request.imageCount = chance(15) ? 2 : 0
        request.requiredCapabilities = chance(10) ? [pick(["json", "video"])] : []
        return request
    }

    mutating func prediction(_ policy: Policy) -> Prediction? {
        guard chance(85) else { return nil }
        var prediction = Prediction.unclassified(as: pick(policy.table.map(\.taskType) + ["other"]), bytes: 3)
        prediction.source = chance(85) ? .model : .default
        prediction.isUncertain = chance(30)
        prediction.confidence = pick([0.4, 0.59, 0.61, 0.9])
        return prediction
    }

    mutating func state(_ policy: Policy) -> RoutingState {
        var state = RoutingState(now: 1_770_000_000)
        for budget in policy.budgets {
            for owner in [""] + Self.values where chance(60) {
                state.budgets.add(
                    pick([2.5, 4, 5, 9.99, 10, 11]), to: .init(budget: budget.name, owner: owner),
                    period: budget.period.number(at: state.now))
            }
        }
        for model in policy.models where chance(15) { state.health.markDown(model.name) }
        if chance(15) { state.health.markDown("p\(number(0...2))") }
        if chance(15) {
            // Down by its errors, or up again once it has cooled down.
            let name = pick(policy.models.map(\.name) + ["p0", "p1"])
            let since = state.now - pick([1, 29, 31, 100])
            for _ in 0..<12 { state.health.record(name, failed: true, rules: policy.health, at: since) }
        }
        if chance(60) {
            state.sessions.record(
                "s", model: pick(policy.models.map(\.name) + ["gone"]),
                routedModel: chance(30) ? pick(policy.models.map(\.name) + ["gone"]) : nil,
                inputTokens: pick([0, 100, 100_000]), at: state.now - pick([-5, 0, 1800, 1801]))
        }
        if let rollout = policy.rollout, chance(60) { state.rollout = ledger(policy, rollout) }
        return state
    }

    /// How far the rollout has come, or another one of which nothing counts.
    private mutating func ledger(_ policy: Policy, _ rollout: Policy.Rollout) -> RolloutLedger {
        var progress: [String: RolloutLedger.Progress] = [:]
        for row in policy.table where chance(70) {
            var stage = RolloutLedger.Progress(share: 0.1, since: 0)
            stage.step = number(0...4)
            stage.stage = number(1...5)
            stage.takenBack = chance(20) ? .thumb : nil
            progress[row.taskType] = stage
        }
        return RolloutLedger(name: chance(85) ? rollout.name : "winter", progress: progress)
    }
}
