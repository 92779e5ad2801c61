import Evaluation
import Foundation
import Routing
import RoutingEvaluation
import RoutingPolicyFile
import Samples
import Testing

/// The sums of docs/savings.md, to the cent.
@Suite struct WorkedExampleTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Examples/savings").path

    private func simulate(
        _ name: String, mode: String? = nil, mix: [String: Double]? = nil
    ) throws -> Simulation {
        let file = try PolicyFile(path: "\(Self.folder)/\(name).yaml")
        #expect(file.issues.isEmpty, "\(file.issues)")
        var log = try TrafficLog(path: "\(Self.folder)/\(name).csv")
        if let mix { log = try #require(log.reweighted(to: mix)) }
        var settings = Simulator.Settings()
        settings.mode = mode
        return Simulation(
            log, policy: try CompiledPolicy(#require(file.policy)), name: name, settings: settings)
    }

    private func cents(_ amount: Double) -> Int { Int((amount * 100).rounded()) }

    @Test func `fifty thousand requests a day at prices a request`() throws {
        let simulation = try simulate("flat-price")
        #expect(cents(simulation.baseline.total.cost) == 625_00)
        #expect(cents(simulation.policy.total.cost) == 357_50)
        #expect(cents(simulation.baseline.total.cost - simulation.policy.total.cost) == 267_50)
        let savings = try #require(simulation.policy.savings(against: simulation.baseline))
        #expect((savings * 1000).rounded() == 428)
        let costs = ["simple", "code", "reasoning", "complex"].map { cents(simulation.policy.byTask[$0]?.cost ?? 0) }
        #expect(costs == [95_00, 75_00, 125_00, 62_50])
    }

    @Test func `an expensive tenth eats what the rest saves`() throws {
        let tenth = try simulate("expensive-tenth")
        #expect(cents(tenth.baseline.total.cost) == 3250_00)
        #expect(cents(tenth.policy.total.cost) == 3036_50)
        #expect(
            ["small", "large", "hardest"].map { cents(tenth.policy.byTask[$0]?.cost ?? 0) } == [
                136_50, 650_00, 2250_00,
            ])
        #expect((100 * (tenth.policy.savings(against: tenth.baseline) ?? 0)).rounded() == 7)
        let other = try simulate("expensive-tenth", mode: "cautious", mix: ["small": 70, "large": 25, "hardest": 5])
        #expect(cents(other.policy.total.cost) == 2386_50)
        #expect(
            ["small", "large", "hardest"].map { cents(other.policy.byTask[$0]?.cost ?? 0) } == [
                136_50, 1125_00, 1125_00,
            ])
        #expect((100 * (other.policy.savings(against: other.baseline) ?? 0)).rounded() == 27)
    }

    @Test func `three models by task type, where a published table does not follow from its own prices`() throws {
        let simulation = try simulate("three-models")
        let tasks = ["simple", "medium", "complex"]
        #expect(tasks.map { cents(simulation.baseline.byTask[$0]?.cost ?? 0) } == [1375_00, 1750_00, 1200_00])
        #expect(tasks.map { cents(simulation.policy.byTask[$0]?.cost ?? 0) } == [55_00, 280_00, 1200_00])
        #expect(cents(simulation.baseline.total.cost) == 4325_00)
        #expect(cents(simulation.policy.total.cost) == 1535_00)
        #expect(((simulation.policy.savings(against: simulation.baseline) ?? 0) * 1000).rounded() == 645)
        #expect(simulation.cheapest.name == "always gpt-4-1-nano")
        #expect(simulation.best.name == "always gpt-4o")
    }

    @Test func `the measured example of the documentation, mistakes and recommendation included`() throws {
        let policy = try #require(PolicyFile(path: "\(Self.folder)/measured.yaml").policy)
        var settings = Simulator.Settings()
        settings.misclassification = try Misclassification(csv: "\(Self.folder)/confusion.csv")
        let simulation = Simulation(
            try TrafficLog(path: "\(Self.folder)/measured.csv"), policy: try CompiledPolicy(policy), name: "measured",
            settings: settings, qualityKept: 0.95)
        #expect(cents(simulation.policy.total.cost) == 2737_52)
        #expect(cents(simulation.recommendation?.arm.total.cost ?? 0) == 2544_30)
        #expect(simulation.recommendation?.choices.map(\.new) == ["nano", "nano", "large", "large"])
        #expect(cents(simulation.baseline.total.cost) == 4090_00 && cents(simulation.cheapest.total.cost) == 163_60)
        let quality = try #require(simulation.policy.total.quality)
        #expect((quality * 1000).rounded() == 958)
        let lost = simulation.policy.mistakes.reduce(0) { $0 + min(0, $1.cost) }
        #expect(cents(lost) == -186_48)
    }

    @Test func `the benchmark of the documentation fills the table as it says`() throws {
        let path = "\(Self.folder)/measured.yaml"
        let calibration = try TableCalibration(
            #require(PolicyFile(path: path).policy), results: BenchmarkResults(path: "\(Self.folder)/benchmark.csv"),
            targets: [
                .init(taskType: "faq", mode: "balanced", goal: .minimum(0.94)),
                .init(taskType: "code", mode: "balanced", goal: .minimum(0.9)),
                .init(taskType: "creative", mode: "balanced", goal: .shareOfBest(0.85)),
            ], inputTokens: 500)
        #expect(calibration.cells.map(\.chosen) == ["nano", "large", "mini"])
    }
}
