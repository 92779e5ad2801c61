import Evaluation
import Samples
import TestSupport
import Testing

@testable import RoutingEvaluation

@Suite struct RoutingBenchmarkTests {
    private func outcomes(
        _ text: String, _ change: (inout RoutingOutcomes.Columns) -> Void = { _ in }
    ) throws -> RoutingOutcomes {
        var columns = RoutingOutcomes.Columns()
        change(&columns)
        return try RoutingOutcomes(CSVTable(bytes: Array(text.utf8), name: "o.csv"), columns: columns)
    }

    private func near(_ left: Double?, _ right: Double) -> Bool { left.map { abs($0 - right) < 1e-9 } ?? false }

    /// Four prompts: the strong model wins two, loses none, one both get right.
    private static let four = "weak,strong,s\n0,1,4\n1,1,3\n0,1,2\n0,0,1\n"

    @Test func `figures of four prompts by hand`() throws {
        let benchmark = RoutingBenchmark(
            try outcomes(Self.four) { $0.scores = ["s"] }, bootstrap: .none)
        #expect(near(benchmark.weak.value, 0.25) && near(benchmark.strong.value, 0.75))
        #expect(benchmark.routers.map(\.name) == ["s", "oracle", "random"])
        let router = benchmark.routers[0]
        // Recovered at 0, ¼, ½, ¾, 1: 0, ½, ½, 1, 1; the area of the lines between.
        #expect(near(router.averageRecovered.value, (0.25 + 0.5 + 0.75 + 1) / 4))
        #expect(near(router.callsForHalf.value, 0.25))
        #expect(near(router.callsForFourFifths.value, 0.5 + 0.25 * 0.6))
        #expect(near(router.points[10].quality.value, 0.5) && near(router.points[10].recovered, 0.5))
        #expect(near(benchmark.routers[1].averageRecovered.value, 0.75))
        #expect(near(benchmark.routers[1].callsForFourFifths.value, 0.4))
        #expect(near(benchmark.routers[2].averageRecovered.value, 0.5))
        #expect(near(benchmark.routers[2].callsForHalf.value, 0.5))
    }

    @Test func `costs follow the calls`() throws {
        let text = "weak,strong,strong.cost,s\n0,1,4,2\n1,1,2,1\n"
        let benchmark = RoutingBenchmark(
            try outcomes(text) {
                $0.scores = ["s"]
                $0.costs = ["weak": 1]
            }, bootstrap: .none)
        #expect(benchmark.hasCosts)
        #expect(benchmark.costs == (1, 3))
        let costs = benchmark.routers[0].points.map(\.cost)
        #expect(near(costs.first, 1) && near(costs[10], 2.5) && near(costs.last, 3))
    }

    @Test func `choices are a point with the gap that they recover`() throws {
        let text = "weak,strong,mid,c\n0,1,1,strong\n1,1,0,weak\n0,1,1,mid\n0,0,0,weak\n"
        let benchmark = RoutingBenchmark(
            try outcomes(text) {
                $0.choices = ["c"]
                $0.costs = ["weak": 1, "strong": 9, "mid": 3]
            }, bootstrap: .none)
        let choice = try #require(benchmark.chosen.first)
        #expect(near(choice.quality.value, 0.75) && near(choice.recovered.value, 1))
        #expect(near(choice.cost, 14.0 / 4) && near(choice.strongShare, 0.25))
    }

    @Test func `where the strong model is not better there is no gap`() throws {
        let benchmark = RoutingBenchmark(
            try outcomes("weak,strong\n1,0\n1,1\n"), bootstrap: try Bootstrap(resamples: 20))
        #expect(benchmark.routers.allSatisfy { $0.averageRecovered.value == nil })
        #expect(RoutingBenchmarkReport(benchmark, data: "o.csv").text.contains("there is no gap to recover"))
    }

    @Test(arguments: [
        ("weak\n1\n", "no column `strong`"), ("weak,strong\n1,x\n", "o.csv:2:1: strong is `x`"),
        ("weak,strong\n", "no prompts"), ("weak,strong\n1,inf\n", "strong is `inf`"),
    ])
    func `what is wrong is said in a sentence`(text: String, part: String) {
        let error = #expect(throws: SampleError.self) { try outcomes(text) }
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }

    @Test func `a cost of a model that is no column is refused`() {
        let error = #expect(throws: SampleError.self) {
            try outcomes("weak,strong\n0,1\n") { $0.costs = ["weak": 1, "stong": 2] }
        }
        #expect(error?.description.contains("did you mean `strong`?") == true, "\(String(describing: error))")
    }

    /// The same from plain sorting and sums, where no two scores are equal.
    @Test func `random outcomes give what plain sums give`() throws {
        for seed in 0..<40 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let count = Int.random(in: 2...60, using: &random)
            let rows = (0..<count).map { _ in
                (
                    Double.random(in: 0...1, using: &random), Double.random(in: 0.2...1.2, using: &random),
                    Double.random(in: 0...1, using: &random)
                )
            }
            let text = "weak,strong,s\n" + rows.map { "\($0.0),\($0.1),\($0.2)\n" }.joined()
            let benchmark = RoutingBenchmark(try outcomes(text) { $0.scores = ["s"] }, bootstrap: .none)
            let sorted = rows.sorted { $0.2 > $1.2 }
            let gap = rows.reduce(0) { $0 + $1.1 - $1.0 }
            guard gap > 0 else { continue }
            var recovered = [0.0]
            for row in sorted { recovered.append(recovered[recovered.count - 1] + (row.1 - row.0) / gap) }
            let area = zip(recovered, recovered.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(count)
            let value = try #require(benchmark.routers[0].averageRecovered.value)
            #expect(abs(value - area) < 1e-9, "seed \(seed)")
            let oracle = try #require(benchmark.routers[1].averageRecovered.value)
            #expect(oracle >= value - 1e-9, "seed \(seed): no router is better than the oracle")
        }
    }

    @Test func `intervals hold the figures and do not depend on threads`() throws {
        var random = SplitMix64(seed: 5)
        let text =
            "weak,strong,s\n"
            + (0..<300).map { _ in
                "\(Int.random(in: 0...1, using: &random)),\(Int.random(in: 0...4, using: &random) > 0 ? 1 : 0),\(Int.random(in: 0...9, using: &random))\n"
            }.joined()
        let data = try outcomes(text) { $0.scores = ["s"] }
        let one = RoutingBenchmark(data, bootstrap: try Bootstrap(resamples: 200, seed: 3, threads: 1))
        let many = RoutingBenchmark(data, bootstrap: try Bootstrap(resamples: 200, seed: 3, threads: 4))
        let router = one.routers[0]
        #expect(router.averageRecovered == many.routers[0].averageRecovered)
        #expect(router.averageRecovered.interval?.contains(router.averageRecovered.value ?? -1) == true)
        #expect(RoutingBenchmarkReport(one, data: "<o>").html.contains("&lt;o&gt;"))
        #expect(RoutingBenchmarkReport(one, data: "o").json.contains("\"apgr_ci95\""))
    }
}
