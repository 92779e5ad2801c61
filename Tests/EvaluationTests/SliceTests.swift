import Testing

@testable import Evaluation

@Suite("Slices")
struct SliceTests {
    @Test func `An interval of Wilson's holds its proportion, also where rounding would put it outside`() {
        for rows in 1...2000 {
            let none = Interval(wilson: 0, rows: Double(rows))
            let all = Interval(wilson: 1, rows: Double(rows))
            #expect(none.low == 0 && none.high > 0 && all.high == 1 && all.low < 1, "\(rows): \(none), \(all)")
        }
    }

    @Test func `Each value has the figures of its own rows, most rows first`() throws {
        let rows = try ScoredRows(
            labels: ["a", "b"], truth: [0, 0, 1, 1, 0], alternative: [nil, 1, nil, nil, nil],
            probabilities: [0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.6, 0.4, 0.9, 0.1],
            slices: [
                .init(name: "tier", values: ["gold", "free", "free", "gold", "free"]),
                .init(name: "lang", values: ["de", "en", "fr", "en", "de"]),
            ])
        let slices = Evaluation(rows, bootstrap: try .few()).slices
        #expect(slices.map(\.column) == ["tier", "lang"])
        let tier = slices[0].values
        #expect(tier.map(\.value) == ["free", "gold"])
        #expect(tier.map(\.rows) == [3, 2])
        #expect(isClose(tier[0].accuracy.value, 2.0 / 3))
        #expect(tier[0].accuracyAcceptable.value == 1)
        #expect(isClose(tier[0].macroF1.value, 2.0 / 3))
        #expect(tier[1].accuracy.interval == Interval(wilson: 0.5, rows: 2))
        #expect(tier[0].macroF1.interval != nil)
        #expect(slices[1].values.map(\.value) == ["de", "en", "fr"])
    }

    @Test func `A slice's figures are those of an evaluation of its rows alone`() throws {
        var random = RandomRows(seed: 51, rows: 240, labels: 4, weighted: true)
        let values = (0..<240).map { "v\($0 % 3)" }
        let whole = try ScoredRows(
            labels: random.labels, truth: random.truth, alternative: random.alternative,
            probabilities: random.probabilities, weights: random.weights,
            slices: [.init(name: "v", values: values)])
        random = random.picking((0..<240).filter { $0 % 3 == 1 })
        let alone = Evaluation(try random.scored(), bootstrap: .none)
        let slice = try #require(
            Evaluation(whole, bootstrap: .none).slices[0].values.first { $0.value == "v1" })
        #expect(isClose(slice.accuracy.value, alone.accuracy.value))
        #expect(isClose(slice.accuracyAcceptable.value, alone.accuracyAcceptable.value))
        #expect(isClose(slice.macroF1.value, alone.macroF1.value))
    }

    @Test func `Only the fifty most frequent values are reported, and the rest is counted`() throws {
        // Value n occurs n + 1 times, for n below 53.
        let values = (0..<53).flatMap { value in Array(repeating: "v\(value)", count: value + 1) }
        let rows = try ScoredRows(
            labels: ["a"], truth: values.map { _ in 0 }, probabilities: values.map { _ in 1 },
            slices: [.init(name: "v", values: values)])
        let report = Evaluation(rows, bootstrap: .none).slices[0]
        #expect(report.values.count == 50)
        #expect(report.values.first?.value == "v52")
        #expect(report.values.last?.value == "v3")
        #expect(report.valuesLeftOut == 3)
        #expect(report.rowsLeftOut == 1 + 2 + 3)
    }
}
