// A wrong assumption should end the test.
// swift-format-ignore-file: NeverForceUnwrap

import Foundation
import Routing
import TaskType

/// The decision as docs/routing.md describes it, by whole lists, names and sorting: slow, and plain to read.
struct ReferenceRouter {
    struct Answer: Equatable {
        var model: String?
        var fallbacks: [String] = []
        var hedge: [String] = []
        var cascade: [String] = []
        var taskType = ""
        var mode = ""
        var cause = ""
        var rule: String?
        var cost = 0.0
        var baseline = 0.0
        var judge: String?
        var refusedBy: String?
        var rollout: Arm?
    }

    struct Arm: Equatable {
        var arm = ""
        var share = 0.0
        var stage = 1
        var model: String?
        var cost: Double?
        var takenBack = false
    }

    let policy: Policy
    let request: RoutingRequest
    let prediction: Prediction?
    let state: RoutingState

    // MARK: Conditions

    private func tokens() -> Int {
        if let given = request.inputTokens { return max(0, given) }
        var quarters = 0
        for scalar in request.text.unicodeScalars {
            switch scalar.utf8.count {
            case 1: quarters += 1
            case 2: quarters += 2
            case 3: quarters += 4
            default: quarters += 8
            }
        }
        return Int((Double(quarters) / 4).rounded(.up))
    }

    private func finds(_ pattern: String, ignoringCase: Bool) -> Bool {
        let options: NSRegularExpression.Options = ignoringCase ? [.caseInsensitive] : []
        guard let expression = try? NSRegularExpression(pattern: pattern, options: options) else { return false }
        let range = NSRange(request.text.startIndex..., in: request.text)
        return expression.firstMatch(in: request.text, range: range) != nil
    }

    private func holds(_ condition: Policy.Condition) -> Bool {
        func among(_ value: String?, _ values: [String]) -> Bool { value.map { values.contains($0) } ?? false }
        switch condition {
        case .all(let parts): return !parts.contains { !holds($0) }
        case .any(let parts): return parts.contains { holds($0) }
        case .none(let parts): return !parts.contains { holds($0) }
        case .literal(let text, let ignoresCase):
            return finds(NSRegularExpression.escapedPattern(for: text), ignoringCase: ignoresCase)
        case .regex(let pattern, let ignoresCase): return finds(pattern, ignoringCase: ignoresCase)
        case .codeFence(let languages):
            return request.text.components(separatedBy: "\n").contains { line in
                guard line.hasPrefix("```") || line.hasPrefix(" ```") || line.hasPrefix("~~~") else { return false }
                let language = line.drop { "`~ \t".contains($0) }.lowercased()
                return languages.isEmpty || languages.contains(language)
            }
        case .language(let languages): return ReferenceLanguage.of(request.text).map(languages.contains) ?? false
        case .script(let scripts):
            // Words count, and each Chinese character; the texts that are drawn here have no other scripts.
            var (words, characters, inWord) = (0, 0, false)
            for scalar in request.text.unicodeScalars {
                let properties = scalar.properties
                if properties.isIdeographic { characters += 1 }
                let isPart = !properties.isIdeographic && (properties.isAlphabetic || properties.numericType != nil)
                if isPart, !inWord, properties.isAlphabetic { words += 1 }
                inWord = isPart
            }
            guard words + characters > 0 else { return false }
            return scripts.contains(words >= characters ? "Latin" : "Han")
        case .tokens(let amount): return tokens() >= amount.atLeast && tokens() <= amount.atMost ?? .max
        case .tools(let amount):
            return request.toolCount >= amount.atLeast && request.toolCount <= amount.atMost ?? .max
        case .images(let amount):
            return request.imageCount >= amount.atLeast && request.imageCount <= amount.atMost ?? .max
        case .metadata(let field, let values): return among(request.metadata[field], values)
        case .header(let name, let values): return among(request.headers[name], values)
        case .tags(let tags): return request.tags.contains { tags.contains($0) }
        }
    }

    // MARK: Models

    private func model(_ name: String) -> Policy.Model { policy.models.first { $0.name == name }! }
    func tier(_ name: String) -> Int { policy.tiers.firstIndex(of: model(name).tier)! }

    func cost(_ name: String, output: Int, cached: Int = 0) -> Double {
        let model = model(name)
        let fresh = Double(tokens() - cached) * model.inputPrice
        let stored = Double(cached) * (model.cachedInputPrice ?? model.inputPrice)
        return (fresh + stored + Double(output) * model.outputPrice) / 1_000_000
    }

    /// Names of the tests that a model fails.
    func failed(_ name: String, _ low: Int, _ high: Int, room: Int, waived: [String] = []) -> [String] {
        let model = model(name)
        var failed: [String] = []
        if tier(name) < low || tier(name) > high { failed.append("tier") }
        var needed = request.requiredCapabilities
        if request.toolCount > 0 { needed.append("tools") }
        if request.imageCount > 0 { needed.append("images") }
        if needed.contains(where: { !model.capabilities.contains($0) }) { failed.append("capability") }
        if model.contextWindow < room { failed.append("context") }
        if state.health.isDown(name, at: state.now) || state.health.isDown(model.provider, at: state.now) {
            failed.append("health")
        }
        return failed.filter { !waived.contains($0) }
    }

    private func select(
        _ list: [String], _ low: Int, _ high: Int, room: Int, output: Int
    ) -> (name: String, waived: [String], room: Int) {
        let names = policy.models.map(\.name)
        let anchor = min(max(tier(list[0]), low), high)
        func nearest(_ able: [String]) -> String? {
            able.sorted { left, right in
                let (a, b) = (abs(tier(left) - anchor), abs(tier(right) - anchor))
                if a != b { return a < b }
                let (c, d) = (cost(left, output: output), cost(right, output: output))
                if c != d { return c < d }
                return names.firstIndex(of: left)! < names.firstIndex(of: right)!
            }.first
        }
        for waived in [[], ["tier"], ["health"], ["tier", "health"]] {
            func passes(_ name: String) -> Bool { failed(name, low, high, room: room, waived: waived).isEmpty }
            if let name = list.first(where: passes) ?? nearest(names.filter(passes)) { return (name, waived, room) }
        }
        for waived in [["tier"], ["tier", "health"]] {
            let able = names.filter { failed($0, low, high, room: 0, waived: waived).isEmpty }
            guard let largest = able.map({ model($0).contextWindow }).max() else { continue }
            return (nearest(able.filter { model($0).contextWindow == largest })!, waived, largest)
        }
        return (list[0], ["tier", "capability", "context", "health"], room)
    }

    private func chain(of name: String, after seen: [String]) -> [String] {
        var found: [String] = []
        for next in model(name).fallbacks where !(seen + found).contains(next) {
            found.append(next)
            found += chain(of: next, after: seen + found)
        }
        return found
    }

    // MARK: The decision

    func decide() -> Answer {
        var (answer, room, output, isPinned) = plainDecision()
        // A model that the request names has no part in the rollout.
        if let rollout = policy.rollout, !isPinned { roll(out: rollout, &answer, room: room, output: output) }
        return answer
    }

    /// The decision without the rollout, the tokens of request and answer, and whether the request named its model.
    private func plainDecision() -> (answer: Answer, room: Int, output: Int, isPinned: Bool) {
        var answer = Answer()
        let byPriority = policy.rules.enumerated().sorted {
            $0.element.priority != $1.element.priority
                ? $0.element.priority > $1.element.priority : $0.offset < $1.offset
        }
        let rule = byPriority.map(\.element).first { holds($0.condition) }
        answer.rule = rule?.name
        answer.mode = mode()
        var uncertain = false
        answer.taskType = policy.defaultTaskType
        if let task = rule?.outcome.taskType {
            answer.taskType = task
        } else if rule?.outcome.skipsClassifier != true, let prediction, prediction.source != .default,
            let row = policy.table.first(where: { $0.taskType == prediction.taskType })
        {
            answer.taskType = row.taskType
            uncertain = prediction.isUncertain || Double(prediction.confidence) < row.minimumConfidence ?? 0
        }
        let row = policy.table.first { $0.taskType == answer.taskType }!
        var output = row.outputTokens ?? policy.defaultOutputTokens
        if let most = request.maximumOutputTokens { output = min(output, max(0, most)) }
        let room = tokens() + max(output, request.maximumOutputTokens ?? 0)

        // Overrides.
        var (low, high) = (0, policy.tiers.count - 1)
        var (lowCause, highCause) = ("override", "override")
        var pin: (model: String, cause: String, source: Policy.Overrides.Source)?
        for source in policy.overrides.order where pin == nil {
            let (name, floor, ceiling) = words(of: source, rule)
            let cause = source == .rule ? "rule" : "override"
            if let name, policy.models.contains(where: { $0.name == name }), (low...high).contains(tier(name)) {
                pin = (name, cause, source)
                continue
            }
            if let floor = floor.flatMap({ policy.tiers.firstIndex(of: $0) }), min(floor, high) > low {
                (low, lowCause) = (min(floor, high), cause)
            }
            if let ceiling = ceiling.flatMap({ policy.tiers.firstIndex(of: $0) }), max(ceiling, low) < high {
                (high, highCause) = (max(ceiling, low), cause)
            }
        }
        var list: [String] = []
        for name in row.models[answer.mode]! where !list.contains(name) { list.append(name) }
        var cause = "table"
        if let pin {
            list = [pin.model] + list.filter { $0 != pin.model }
            cause = pin.cause
        } else if uncertain {
            switch policy.uncertainty.action {
            case .table: break
            case .tierUp:
                let up = min(tier(select(list, low, high, room: room, output: output).name) + 1, high)
                if up > low { (low, lowCause) = (up, "uncertainty") }
            case .model:
                list = [policy.uncertainty.model!] + list.filter { $0 != policy.uncertainty.model }
                cause = "uncertainty"
            case .judge: answer.judge = policy.uncertainty.model
            }
        }

        // Budgets.
        answer.baseline =
            policy.baseline.map { cost($0, output: output) }
            ?? policy.models.map { cost($0.name, output: output) }.max()!
        let before = select(list, low, high, room: room, output: output).name
        var allowed = high
        var refusals: [Policy.Budget] = []
        for budget in policy.budgets {
            guard let owner = owner(of: budget) else { continue }
            let spent = state.budgets.spent(
                .init(budget: budget.name, owner: owner), period: budget.period, at: state.now)
            if budget.isHardStop, spent >= budget.limit {
                refusals.append(budget)
            }
            guard let step = budget.steps.filter({ spent >= $0.at * budget.limit }).last else { continue }
            if let down = step.tiersDown { allowed = min(allowed, max(0, tier(before) - down)) }
            if let name = step.tierCeiling { allowed = min(allowed, policy.tiers.firstIndex(of: name)!) }
        }
        if !refusals.isEmpty {
            func wait(_ budget: Policy.Budget) -> Double { budget.period.secondsLeft(at: state.now) }
            let longest = refusals.map(wait).max()!
            answer.refusedBy = refusals.first { wait($0) == longest }!.name
            answer.cause = "budget"
            answer.judge = nil
            return (answer, room, output, pin?.source == .request)
        }
        if allowed < high {
            (high, highCause) = (allowed, "budget")
            low = min(low, high)
        }

        let choice = select(list, low, high, room: room, output: output)
        var chosen = choice.name
        if chosen != list[0] {
            switch failed(list[0], low, high, room: room).first! {
            case "tier": cause = tier(list[0]) > high ? highCause : lowCause
            case let other: cause = other
            }
        }
        func free(_ name: String) -> Bool { failed(name, low, high, room: room).isEmpty }
        if let cascade = policy.cascade, cascade.scope.contains(taskType: answer.taskType, mode: answer.mode),
            pin == nil, !uncertain, choice.waived.isEmpty, choice.room == room
        {
            let able = list.filter(free).enumerated().sorted { left, right in
                let (a, b) = (cost(left.element, output: output), cost(right.element, output: output))
                return a != b ? a < b : left.offset < right.offset
            }.map(\.element).prefix(cascade.limit)
            if able.count > 1 {
                if able[0] != chosen { cause = "cascade" }
                chosen = able[0]
                answer.cascade = Array(able.dropFirst())
            }
        }
        var cached = 0
        if let rules = policy.sessions, pin == nil, let id = request.session,
            var session = state.sessions.session(id, rules: rules, at: state.now)
        {
            // A shadow goes on from what it would have done.
            if let rollout = policy.rollout, arm(rollout, answer.taskType).arm != "routed" {
                session.model = session.routedModel ?? session.model
            }
            let held = min(session.cachedTokens, tokens())
            if policy.models.contains(where: { $0.name == session.model }), free(session.model) {
                let rises = tier(chosen) > tier(session.model)
                let pays = cost(session.model, output: output, cached: held) <= cost(chosen, output: output)
                if session.model == chosen || !request.isNewRequest || (rises ? !rules.allowsUpward : pays) {
                    if session.model != chosen { cause = "session" }
                    chosen = session.model
                    answer.cascade = []
                }
            }
            if session.model == chosen { cached = held }
        }
        answer.model = chosen
        answer.cause = cause
        answer.cost = cost(chosen, output: output, cached: cached)

        // Fallbacks.
        var following = fallbacks(of: chosen, list, output: output) { name in
            failed(name, low, high, room: choice.room, waived: choice.waived).isEmpty
        }
        if policy.hedge?.contains(taskType: answer.taskType, mode: answer.mode) == true,
            let other = following.first(where: { model($0).provider != model(chosen).provider })
        {
            answer.hedge = [other]
            following.removeAll { $0 == other }
        }
        answer.fallbacks = following
        return (answer, room, output, pin?.source == .request)
    }

    func fallbacks(
        of chosen: String, _ list: [String], output: Int, where passes: (String) -> Bool
    ) -> [String] {
        func stands(_ name: String) -> Bool { name != chosen && passes(name) }
        let following = chain(of: chosen, after: [chosen]).filter(stands)
        let rest = policy.models.map(\.name).filter {
            stands($0) && !following.contains($0)
                && (tier($0) == tier(chosen) || (policy.fallbacks.crossesTiers && list.contains($0)))
        }
        let names = policy.models.map(\.name)
        let sorted = rest.sorted { left, right in
            let same = [left, right].map { model($0).provider == model(chosen).provider }
            if same[0] != same[1] { return same[1] }
            let place = [left, right].map { list.firstIndex(of: $0) ?? Int.max }
            if place[0] != place[1] { return place[0] < place[1] }
            let costs = [left, right].map { cost($0, output: output) }
            return costs[0] != costs[1]
                ? costs[0] < costs[1] : names.firstIndex(of: left)! < names.firstIndex(of: right)!
        }
        return Array((following + sorted).prefix(policy.fallbacks.limit))
    }

    private func mode() -> String {
        let asked = request.mode ?? policy.modeHeader.flatMap { request.headers[$0] }
        if let asked, policy.modes.contains(asked) { return asked }
        for source in policy.overrides.order {
            if source == .project, let mode = entry(policy.overrides.projects, "project")?.mode { return mode }
            if source == .userTier, let mode = entry(policy.overrides.userTiers, "user_tier")?.mode { return mode }
        }
        return policy.defaultMode
    }

    private func entry(_ entries: [String: Policy.Overrides.Entry], _ field: String) -> Policy.Overrides.Entry? {
        request.metadata[field].flatMap { entries[$0] }
    }

    private func words(
        of source: Policy.Overrides.Source, _ rule: Policy.Rule?
    ) -> (model: String?, floor: String?, ceiling: String?) {
        switch source {
        case .request:
            return (
                policy.overrides.allowsRequestModel ? request.modelOverride : nil,
                policy.overrides.allowsRequestTier ? request.minimumTier : nil, nil
            )
        case .project:
            let entry = entry(policy.overrides.projects, "project")
            return (entry?.model, entry?.tierFloor, entry?.tierCeiling)
        case .userTier:
            let entry = entry(policy.overrides.userTiers, "user_tier")
            return (entry?.model, entry?.tierFloor, entry?.tierCeiling)
        case .rule: return (rule?.outcome.model, rule?.outcome.tierFloor, rule?.outcome.tierCeiling)
        }
    }

    private func owner(of budget: Policy.Budget) -> String? {
        switch budget.owner {
        case .everyone: return ""
        case .project, .user, .feature:
            guard let name = request.metadata["\(budget.owner)"], name != "" else { return nil }
            return budget.only == nil || budget.only == name ? name : nil
        }
    }
}

extension Unicode.Scalar {
    fileprivate var utf8: [UInt8] { Array(String(self).utf8) }
}
