import Routing
import TaskType

/// Prints, as JSON, how long decisions take beside classifying the same requests, in microseconds.
///
/// Arguments: number of rules, number of models, and number of rounds over the requests; 100, 50 and 2000 where left
/// out.
@main
struct Decisions {
    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
        guard numbers.count <= 3, numbers.allSatisfy({ $0 > 0 }) else {
            print("usage: Decisions [RULES [MODELS [ROUNDS]]]")
            return
        }
        let settings = numbers + [100, 50, 2000].dropFirst(numbers.count)
        let plain = try CompiledPolicy(policy(rules: settings[0], models: settings[1], asksLanguage: false))
        let language = try CompiledPolicy(policy(rules: settings[0], models: settings[1], asksLanguage: true))
        let canary = try CompiledPolicy(rolledOut(plain.policy))
        let classifier = try TaskClassifier()
        let requests = texts.enumerated().map { index, text in
            var request = RoutingRequest(text: text)
            request.id = "request-\(index)"
            request.mode = ["eco", "balanced", "sport"][index % 3]
            request.metadata = ["user": "u\(index)", "project": "p\(index % 5)", "endpoint": "/v1/\(index)"]
            request.headers = ["x-team": "t\(index)"]
            request.session = "s\(index)"
            return request
        }
        let predictions = requests.map { classifier.classify($0.text) }
        let state = state(plain.policy)
        var models = 0
        func measure(_ body: (Int) -> Int) -> (median: Double, tail: Double) {
            var times: [Double] = []
            for round in 0..<settings[2] {
                for index in requests.indices {
                    let start = ContinuousClock.now
                    models &+= body(index)
                    let time = (ContinuousClock.now - start) / .microseconds(1)
                    // The first rounds fill the caches of RE2 and of the processor.
                    if round > 10 { times.append(time) }
                }
            }
            times.sort()
            return (times[times.count / 2], times[times.count * 99 / 100])
        }
        let figures: [(String, (median: Double, tail: Double))] = [
            ("clock", measure { _ in 0 }),
            ("classification", measure { classifier.classify(requests[$0].text).input.tokens }),
            ("rules", measure { plain.match(requests[$0]).rule ?? 0 }),
            ("decision", measure { decide(plain, requests[$0], predictions[$0], state) }),
            ("decision_with_language", measure { decide(language, requests[$0], predictions[$0], state) }),
            ("decision_in_canary", measure { decide(canary, requests[$0], predictions[$0], state) }),
            (
                "decision_as_json",
                measure { index in
                    plain.decide(requests[index], prediction: predictions[index], state: state).json.utf8.count
                }
            ),
        ]
        let parts = figures.map { #""\#($0)":{"p50_us":\#($1.median),"p99_us":\#($1.tail)}"# }
        let bytes = texts.reduce(0) { $0 + $1.utf8.count } / texts.count
        // The sum depends on every decision, so that none can be optimised away.
        print(
            #"{"rules":\#(settings[0]),"models":\#(settings[1]),"mean_bytes":\#(bytes),"sum":\#(models),"#
                + parts.joined(separator: ",") + "}")
    }

    private static func decide(
        _ policy: CompiledPolicy, _ request: RoutingRequest, _ prediction: Prediction, _ state: RoutingState
    ) -> Int {
        policy.decide(request, prediction: prediction, state: state).steps.count
    }

    /// Requests of some hundred bytes each.
    private static let texts = [
        "Write a function in Python that reads a file of readings, one a line, skips what is no number, and returns mean "
            + "and standard deviation. Add tests with pytest, also for an empty file.\n```python\ndef mean(path): ...\n```",
        "What is the capital of Mongolia, and since when?",
        "Compare three ways to store sessions of a web shop with 40,000 users a day: in the database, in memory with "
            + "replication, in signed cookies. Say what each costs a month, how it fails, and which one you would take. "
            + "Then write the migration plan in five steps, each with how to go back, and a mail to the team about it.",
        "A train leaves at 9:40 and drives 80 km/h; another leaves at 10:05 at 120 km/h on the same way. When and where "
            + "does the second catch up with the first? Show every step, and check the result by inserting it.",
        "Fasse den folgenden Absatz in zwei Sätzen zusammen und behalte alle Zahlen: Im vergangenen Jahr stieg der Umsatz "
            + "um 4,5 % auf 12,3 Millionen Euro, während die Kosten um 2 % sanken.",
    ]

    private static func policy(rules: Int, models: Int, asksLanguage: Bool) -> Policy {
        var policy = Policy()
        policy.tiers = ["small", "medium", "large", "frontier"]
        for index in 0..<models {
            var model = Policy.Model(
                name: "provider-\(index % 7)-model-\(index)", provider: "provider-\(index % 7)",
                tier: policy.tiers[index % 4], inputPrice: 0.05 * Double(index + 1),
                outputPrice: 0.2 * Double(index + 1),
                contextWindow: 8000 << (index % 6))
            model.capabilities = index % 3 == 0 ? ["tools"] : ["tools", "images"]
            policy.models.append(model)
        }
        let names = policy.models.map(\.name)
        for (index, task) in ["simple", "code", "reasoning", "complex"].enumerated() {
            var row = Policy.Row(taskType: task, models: [:])
            for (number, mode) in policy.modes.enumerated() {
                row.models[mode] = (0..<min(4, models)).map { names[(index * 3 + number + $0 * 5) % models] }
            }
            policy.table.append(row)
        }
        for index in 0..<rules {
            var outcome = Policy.Outcome()
            outcome.model = names[index % models]
            policy.rules.append(.init(name: "rule \(index)", when: condition(index, asksLanguage), then: outcome))
        }
        var budget = Policy.Budget(name: "team", owner: .project, period: .month, limit: 100)
        budget.steps = [.init(at: 0.8, tiersDown: 1)]
        policy.budgets = [budget]
        policy.sessions = .init()
        return policy
    }

    /// The policy with a rollout, half of whose users are routed.
    private static func rolledOut(_ policy: Policy) -> Policy {
        var policy = policy
        var rollout = Policy.Rollout(name: "spring")
        rollout.plan.stage = .canary
        rollout.plan.control = policy.models[0].name
        rollout.plan.steps = [0.5]
        rollout.holdout = 0.05
        policy.rollout = rollout
        return policy
    }

    /// No rule applies, so that all are tried.
    private static func condition(_ index: Int, _ asksLanguage: Bool) -> Policy.Condition {
        switch index % 10 {
        case 0, 1, 2: return .literal("internal code name \(index)", ignoresCase: index % 2 == 0)
        case 3: return .regex("\\b(ticket|case)-\(index)[0-9]{3,}\\b", ignoresCase: true)
        case 4: return .all([.metadata("endpoint", ["/v2/\(index)"]), .tokens(.init(atLeast: 10))])
        case 5: return .header("x-team", ["team-\(index)", "crew-\(index)"])
        case 6: return .all([.tools(.init(atLeast: 1)), .none([.images(.init(atLeast: index))])])
        case 7: return .any([.tags(["tag-\(index)"]), .tokens(.init(atLeast: 100_000 + index))])
        case 8: return asksLanguage ? .language(["vi"]) : .metadata("user", ["user-\(index)"])
        default: return .codeFence(languages: ["language\(index)"])
        }
    }

    private static func state(_ policy: Policy) -> RoutingState {
        var state = RoutingState(now: 1_770_000_000)
        for index in 0..<5 {
            state.budgets.spend(50, metadata: ["project": "p\(index)"], budgets: policy.budgets, at: state.now)
            state.sessions.record("s\(index)", model: policy.models[0].name, inputTokens: 100, at: state.now - 60)
        }
        for index in 0..<20 {
            state.health.record("model \(index)", failed: false, rules: policy.health, at: state.now)
        }
        return state
    }
}
