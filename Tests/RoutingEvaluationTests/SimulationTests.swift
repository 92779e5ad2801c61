import Evaluation
import Routing
import RoutingPolicyFile
import Samples
import TestSupport
import Testing

@testable import RoutingEvaluation

@Suite struct SimulationTests {
    /// Two models, 1 and 10 a million tokens, good at half and at nearly all of the hard requests.
    static func policy(_ more: String = "") throws -> CompiledPolicy {
        let text = """
            version: 1
            tiers: [low, high]
            modes: [eco, sport]
            defaults: {mode: eco, task_type: hard, baseline: large}
            models:
              small: {provider: a, tier: low, input_price: 1, output_price: 1, cached_input_price: 0.1,
                context_window: 10000, quality: {easy: 0.9, hard: 0.5}, latency_seconds: 0.5}
              large: {provider: b, tier: high, input_price: 10, output_price: 10, cached_input_price: 1,
                context_window: 10000, quality: {easy: 0.95, hard: 0.9}, latency_seconds: 2}
            table:
              easy: {eco: small, sport: large}
              hard: {eco: large, sport: large}
            \(more)
            """
        let file = PolicyFile(bytes: Array(text.utf8))
        return try CompiledPolicy(#require(file.policy, "\(file.issues)"))
    }

    static let log = TrafficLog([
        .init(taskType: "easy", requests: 600, inputTokens: 900, outputTokens: 100),
        .init(taskType: "hard", requests: 400, inputTokens: 900, outputTokens: 100),
    ])

    private func near(_ left: Double?, _ right: Double) -> Bool { left.map { abs($0 - right) < 1e-9 } ?? false }

    @Test func `mistakes have a price both ways`() throws {
        var settings = Simulator.Settings()
        settings.misclassification = try Misclassification(
            labels: ["easy", "hard"], counts: [[90, 10], [20, 80]])
        settings.classifierCost = 0.0001
        settings.classifierSeconds = 0.25
        let simulation = Simulation(Self.log, policy: try Self.policy(), name: "p", settings: settings)
        let arm = simulation.policy
        // 600 easy: 540 at 0.001 and 60 at 0.01; 400 hard: 80 at 0.001 and 320 at 0.01; 1,000 classifications at 0.0001.
        #expect(near(arm.total.cost, 0.54 + 0.6 + 0.08 + 3.2 + 0.1))
        #expect(near(arm.classifierCost, 0.1))
        #expect(near(arm.total.quality, (540 * 0.9 + 60 * 0.95 + 80 * 0.5 + 320 * 0.9) / 1000))
        #expect(near(arm.total.seconds, (620 * 0.5 + 380 * 2) / 1000 + 0.25))
        #expect(near(simulation.accuracy, 0.86))
        #expect(arm.mistakes.count == 2)
        #expect(near(arm.mistakes.first { $0.truth == "easy" }?.cost, 60 * 0.009))
        #expect(near(arm.mistakes.first { $0.truth == "hard" }?.cost, -80 * 0.009))
        #expect(near(arm.mistakes.first { $0.truth == "hard" }?.quality, -80 * 0.4))
        #expect(near(simulation.baseline.total.cost, 10))
        #expect(simulation.cheapest.name == "always small" && simulation.best.name == "always large")
        // A classifier that always errs costs most; the curve ends where it is right.
        #expect(near(simulation.accuracyCurve.last?.cost, (0.6 + 4 + 0.1) / 1000))
    }

    @Test func `savings follow the mix`() throws {
        let simulation = Simulation(Self.log, policy: try Self.policy(), name: "p")
        let easy = try #require(simulation.mixSensitivity.first { $0.taskType == "easy" })
        #expect(near(easy.curve.first?.savings, 0))
        #expect(near(easy.curve.last?.savings, 0.9))
        #expect(easy.nearby.count == 3 && near(easy.nearby[1].savings, 0.54) && near(easy.nearby[0].savings, 0.45))
    }

    @Test func `a prompt read anew by another model is paid for`() throws {
        var first = TrafficLog.Row(taskType: "easy", inputTokens: 1000, outputTokens: 0)
        first.request.session = "s"
        var second = TrafficLog.Row(taskType: "hard", inputTokens: 3000, outputTokens: 0)
        second.request.session = "s"
        var third = second
        third.inputTokens = 4000
        third.request.inputTokens = 4000
        let arm = Simulator(TrafficLog([first, second, third])).run(try Self.policy(), name: "p")
        // 1,000 at 1; 3,000 at 10, of which 1,000 could have cost 1; then 3,000 from the cache at 1 and 1,000 at 10.
        #expect(near(arm.total.cost, (1000 + 30_000 + 3000 + 10_000) / 1e6))
        #expect(near(arm.lostCacheCost, 1000 * 9 / 1e6))
        let one = Simulation(TrafficLog([first, second, third]), policy: try Self.policy(), name: "p")
        #expect(near(one.baseline.total.cost, (10_000 + 1000 + 20_000 + 3000 + 10_000) / 1e6))
    }

    @Test func `a cascade goes on as often as the answers before fail`() throws {
        let policy = try Self.policy("cascade: {limit: 2}").policy
        var changed = policy
        changed.table[1].models["eco"] = ["small", "large"]
        let arm = Simulator(Self.log).run(try CompiledPolicy(changed), name: "p")
        let hard = try #require(arm.byTask["hard"])
        #expect(near(hard.cost, 400 * (0.001 + 0.5 * 0.01)))
        #expect(near(hard.quality, 0.9))
        #expect(near(hard.seconds, 0.5 + 0.5 * 2))
        #expect(near(arm.byModel["large"]?.requests, 200))
    }

    @Test func `two providers at once cost both, and the faster one answers`() throws {
        let policy = try Self.policy("hedge: {modes: [sport]}\nfallbacks: {across_tiers: true}").policy
        var changed = policy
        changed.table[1].models["sport"] = ["large", "small"]
        var settings = Simulator.Settings()
        settings.mode = "sport"
        let arm = Simulator(Self.log, settings: settings).run(try CompiledPolicy(changed), name: "p")
        let hard = try #require(arm.byTask["hard"])
        #expect(near(hard.cost, 400 * 0.011))
        #expect(near(hard.seconds, 0.5))
        #expect(near(hard.quality, 0.5))
    }

    /// Random traffic with sessions and mistakes: what is summed up by task type, by model and by both is the same money.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func `parts add up to the whole`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let rows = (0..<60).map { index in
            var row = TrafficLog.Row(
                taskType: Bool.random(using: &random) ? "easy" : "hard",
                requests: Double(Int.random(in: 1...9, using: &random)),
                inputTokens: Int.random(in: 0...12_000, using: &random),
                outputTokens: Int.random(in: 0...900, using: &random))
            if Bool.random(using: &random) { row.request.session = "s\(Int.random(in: 0...5, using: &random))" }
            row.isUncertain = Int.random(in: 0...3, using: &random) == 0
            row.time = Double(index * Int.random(in: 0...900, using: &random))
            return row
        }
        let extras = [
            "cascade: {limit: 2}\nhedge: {modes: [sport]}\nsessions: {upward: true}",
            "uncertainty: {action: judge, model: small, prompt: Which?}",
            "budgets: [{name: b, period: day, limit: 1, steps: [{at: 0.2, tier_ceiling: low}], hard_stop: true}]",
        ]
        var settings = Simulator.Settings()
        settings.mode = Bool.random(using: &random) ? "sport" : "eco"
        settings.misclassification = try Misclassification(labels: ["easy", "hard"], counts: [[7, 3], [1, 4]])
        settings.classifierCost = 0.001
        settings.seed = seed
        let simulator = Simulator(TrafficLog(rows), settings: settings)
        let arm = simulator.run(try Self.policy(extras[Int(seed % 3)]), name: "p")
        let requests = rows.reduce(0) { $0 + $1.requests }
        #expect(abs(arm.total.requests - requests) < 1e-6, "seed \(seed)")
        let byTask = arm.byTask.values.reduce(0) { $0 + $1.cost }
        let byModel = arm.byModel.values.reduce(0) { $0 + $1.cost }
        let cells = arm.cells.values.flatMap(\.values).reduce(0) { $0 + $1.cost }
        #expect(abs(byTask - arm.total.cost) < 1e-9 && abs(cells - byModel) < 1e-9, "seed \(seed)")
        #expect(abs(byModel + arm.classifierCost - arm.total.cost) < 1e-9, "seed \(seed)")
        #expect(arm.lostCacheCost >= 0 && arm.lostCacheCost <= arm.total.cost, "seed \(seed)")
        #expect(simulator.run(try Self.policy(extras[Int(seed % 3)]), name: "p").total == arm.total, "seed \(seed)")
    }

    @Test func `budgets shift and refuse as they are spent`() throws {
        let budget = "budgets: [{name: b, period: day, limit: 0.025, hard_stop: true}]"
        var rows = (0..<5).map { index in
            var row = TrafficLog.Row(taskType: "hard", inputTokens: 900, outputTokens: 100)
            row.time = Double(index)
            return row
        }
        let arm = Simulator(TrafficLog(rows)).run(try Self.policy(budget), name: "p")
        #expect(arm.refused == 2)
        #expect(near(arm.total.cost, 0.03))
        #expect(near(arm.total.quality, 0.9 * 3 / 5))
        rows[4].time = 90_000
        #expect(Simulator(TrafficLog(rows)).run(try Self.policy(budget), name: "p").refused == 1)
        rows[4].time = nil
        let simulation = Simulation(TrafficLog(rows), policy: try Self.policy(budget), name: "p")
        #expect(simulation.policy.refused == 0)
        #expect(simulation.notes.contains { $0.contains("Budgets were left out") })
    }

    /// A budget's steps cut in within a line, as they do where its requests come singly.
    @Test(arguments: [
        "budgets: [{name: b, period: day, limit: 0.025, hard_stop: true}]",
        "budgets: [{name: b, period: day, limit: 0.1, steps: [{at: 0.31, tier_ceiling: low}], hard_stop: true}, "
            + "{name: c, period: month, limit: 0.2, steps: [{at: 0.3, tiers_down: 1}]}]",
    ])
    func `many requests on one line meet budgets as single ones do`(budgets: String) throws {
        let policy = try Self.policy(budgets)
        var row = TrafficLog.Row(taskType: "hard", inputTokens: 900, outputTokens: 100)
        row.time = 0
        let singly = Simulator(TrafficLog([TrafficLog.Row](repeating: row, count: 40))).run(policy, name: "p")
        row.requests = 40
        let together = Simulator(TrafficLog([row])).run(policy, name: "p")
        #expect(singly.total.cost < 0.4, "the budget should cut in")
        #expect(near(together.total.cost, singly.total.cost))
        #expect(near(together.refused, singly.refused))
        #expect(near(together.total.quality, singly.total.quality ?? 0))
        let calls: ([String: SimulationArm.Sums]) -> [String: Int] = { $0.mapValues { Int($0.requests.rounded()) } }
        let (one, many) = (calls(together.byModel), calls(singly.byModel))
        #expect(one == many)
    }

    @Test func `a rollout is taken to be complete`() throws {
        var policy = try Self.policy().policy
        policy.rollout = .init(name: "r")
        let simulation = Simulation(Self.log, policy: try CompiledPolicy(policy), name: "p")
        let without = Simulation(Self.log, policy: try Self.policy(), name: "p")
        #expect(simulation.policy.total == without.policy.total)
        #expect(simulation.policy.total.cost < simulation.baseline.total.cost)
        #expect(simulation.notes.contains("The policy's rollout is taken to be complete."))
    }

    @Test func `what is not measured is named and not guessed`() throws {
        var policy = try Self.policy().policy
        policy.models[1].quality["hard"] = nil
        policy.models[0].latencySeconds = nil
        let simulation = Simulation(Self.log, policy: try CompiledPolicy(policy), name: "p", qualityKept: 0.9)
        #expect(simulation.policy.total.quality == nil)
        #expect(simulation.policy.total.seconds == nil)
        #expect(near(simulation.policy.byTask["easy"]?.quality, 0.9))
        #expect(simulation.policy.gaps.map(\.model) == ["large"])
        #expect(SimulationReport(simulation, traffic: "t").text.contains("No quality is known of large on hard"))
    }

    @Test func `the recommended model keeps the quality of what a label really stands for`() throws {
        var settings = Simulator.Settings()
        let sure = Simulation(Self.log, policy: try Self.policy(), name: "p", settings: settings, qualityKept: 0.9)
        #expect(sure.recommendation?.choices.map(\.new) == ["small", "large"])
        // Half of what is called easy is hard: behind that label the small model keeps too little.
        settings.misclassification = try Misclassification(labels: ["easy", "hard"], counts: [[1, 0], [1, 1]])
        let unsure = Simulation(Self.log, policy: try Self.policy(), name: "p", settings: settings, qualityKept: 0.9)
        let choice = try #require(unsure.recommendation?.choices.first)
        #expect(choice.new == "large" && choice.old == "small")
        #expect(near(choice.quality, (600 * 0.95 + 200 * 0.9) / 800))
        #expect(near(unsure.recommendation?.arm.total.cost, 10))
    }

    @Test func `errors become as frequent as asked and keep their kinds`() throws {
        let given = try Misclassification(labels: ["a", "b", "c"], counts: [[8, 2, 0], [0, 10, 0], [1, 1, 8]])
        let mix = ["a": 0.5, "b": 0.3, "c": 0.2]
        #expect(near(given.accuracy(over: mix), 0.5 * 0.8 + 0.3 + 0.2 * 0.8))
        let better = try #require(given.scaled(toAccuracy: 0.93, over: mix))
        #expect(near(better.accuracy(over: mix), 0.93))
        #expect(near(better.shares[0][1], 0.1) && better.shares[0][2] == 0)
        #expect(Misclassification(labels: ["a", "b"], accuracy: 1).scaled(toAccuracy: 0.9, over: mix) == nil)
        #expect(throws: Misclassification.Failure.self) {
            try Misclassification(labels: ["a", "b"], counts: [[1, 0], [0, -1]])
        }
        #expect(throws: Misclassification.Failure.self) {
            try Misclassification(labels: ["a", "b"], counts: [[1, 0]])
        }
    }

    @Test func `reports hold the figures, and the page is whole`() throws {
        var settings = Simulator.Settings()
        settings.misclassification = Misclassification(labels: ["easy", "hard"], accuracy: 0.9)
        let simulation = Simulation(
            Self.log, policy: try Self.policy(), name: "<a>.yaml", against: (try Self.policy(), "b & c"),
            settings: settings, qualityKept: 0.95)
        let report = SimulationReport(simulation, traffic: "log.csv")
        #expect(report.text.contains("always large"))
        #expect(report.json.contains("\"by_task_type_and_model\""))
        #expect(report.html.contains("&lt;a&gt;.yaml") && !report.html.contains("<a>.yaml"))
        for id in ["summary", "parts", "mistakes", "sensitivity", "recommendation", "about"] {
            #expect(report.html.contains("<section id=\"\(id)\""), "\(id)")
        }
        #expect(!report.html.contains("nan") && !report.html.contains("inf,"))
    }
}
