import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite("Rows worth a look")
struct ReviewTests {
    @Test(arguments: [UInt64(51), 52, 53])
    func `The errors shown are the most confident that no alternative excuses`(seed: UInt64) throws {
        let rows = try RandomRows(seed: seed, rows: 120, labels: 4).scored()
        let errors = Evaluation(rows, bootstrap: .none).confidentErrors
        let wrong = (0..<120).filter {
            rows.predicted[$0] != rows.truth[$0] && rows.predicted[$0] != rows.alternative[$0]
        }
        #expect(errors.count == min(Evaluation.errorLimit, wrong.count))
        let shown = Set(errors.map(\.row))
        #expect(shown.isSubset(of: Set(wrong)))
        let least = try #require(errors.last?.confidence)
        for row in wrong where !shown.contains(row) { #expect(rows.confidence(ofRow: row) <= least) }
        #expect(zip(errors, errors.dropFirst()).allSatisfy { $0.confidence >= $1.confidence })
    }

    @Test func `A row is contested where the model is as sure of another label as it is of that label's rows`() throws {
        // Rows of "yes" get 0.8 on average, so the "no" row with 0.85 is doubtful and the one with 0.75 is not.
        let rows = try binaryRows(
            [(1, 0.9), (1, 0.7), (0, 0.85), (0, 0.75), (0, 0.1), (0, 0.95)], alternative: [nil, 0, nil, nil, nil, 1])
        let contested = Evaluation(rows, bootstrap: .none).contested
        #expect(contested.suspects.map(\.row) == [2])
        #expect(contested.suspectCount == 1)
        #expect(contested.pairs == [.init(truth: 0, suggested: 1, rows: 1)])
        #expect(contested.alternatives == .init(label: 1, alternative: 1, neither: 0))
    }

    @Test func `The groups of the reliability diagram add up to the plain calibration error`() throws {
        for seed in UInt64(54)..<57 {
            let rows = try RandomRows(seed: seed, rows: 300, labels: 3, weighted: true).scored()
            let evaluation = Evaluation(rows, bootstrap: .none)
            let diagram = evaluation.reliability
            let gaps = diagram.bins.reduce(0) { $0 + $1.weight * abs($1.confidence - ($1.accuracy.value ?? 0)) }
            #expect(isClose(gaps / evaluation.totalWeight, evaluation.calibrationErrorPlain, tolerance: 1e-9))
            let counted = diagram.counts.reduce(0) { $0 + $1.right + $1.wrong }
            #expect(isClose(counted, evaluation.totalWeight, tolerance: 1e-9))
            let right = diagram.counts.reduce(0) { $0 + $1.right }
            #expect(isClose(right / counted, evaluation.accuracy.value, tolerance: 1e-9))
        }
    }

    @Test func `Intervals of labels hold their figures`() throws {
        let rows = try RandomRows(seed: 58, rows: 200, labels: 4, weighted: true).scored()
        for figures in Evaluation(rows, bootstrap: try .few(100)).perLabel {
            #expect(try #require(figures.precisionInterval).contains(try #require(figures.precision)))
            #expect(try #require(figures.recallInterval).contains(try #require(figures.recall)))
            #expect(try #require(figures.f1Interval).contains(try #require(figures.f1)))
        }
    }

    @Test func `Leaks are found letter by letter, and apart from case, white space and punctuation`() throws {
        var finder = LeakFinder(texts: ["Sort it.", "sort   IT!", "Prove it", "…", "Sort it."])
        for text in ["Sort it.", "prove, it?", "?!", "unknown"] { finder.see(text) }
        #expect(finder.matches == [.exact, .normalized, .normalized, nil, .exact])
        let rows = try binaryRows([(0, 0.1), (0, 0.9), (1, 0.9), (0, 0.2), (1, 0.1)])
        let leaks = try LeakFigures(
            rows, matches: finder.matches, trainingFiles: ["t.csv"], trainingRows: finder.trainingRows)
        #expect(leaks.exact == 2 && leaks.normalized == 2 && leaks.trainingRows == 4)
        #expect(leaks.rows == [0, 1, 2, 4])
        #expect(leaks.accuracyOfLeaks.value == 0.5 && leaks.accuracyOfOthers.value == 1)
        #expect(throws: EvaluationError.self) {
            try LeakFigures(rows, matches: [], trainingFiles: [], trainingRows: 0)
        }
    }

    @Test(arguments: [UInt64(59), 60, 61])
    func `What is listed of an explanation and what is not add up to the difference`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        func contributions() -> [RowExplanation.Contribution] {
            (0..<40).map { .init(name: "word:w\($0)", weight: Double.random(in: -1...1, using: &generator)) }
        }
        let (answer, label) = (contributions(), contributions())
        for showsWords in [true, false] {
            let explanation = RowExplanation(answer: answer, label: label, bias: 0.5, showsWords: showsWords)
            let wanted = 0.5 + zip(answer, label).reduce(0) { $0 + $1.0.weight - $1.1.weight }
            #expect(isClose(explanation.difference, wanted, tolerance: 1e-9))
            let listed =
                explanation.forAnswer.reduce(0) { $0 + $1.weight } - explanation.forLabel.reduce(0) { $0 + $1.weight }
            #expect(isClose(listed + explanation.rest, wanted, tolerance: 1e-9))
            #expect((explanation.forAnswer + explanation.forLabel).allSatisfy { $0.weight > 0 })
            #expect(explanation.forAnswer.count <= RowExplanation.limit)
            #expect(explanation.byKind.map(\.name) == ["word"])
            #expect(isClose(explanation.byKind[0].weight, wanted - 0.5, tolerance: 1e-9))
        }
    }

    @Test(arguments: [UInt64(62), 63])
    func `A comparison has the figures of both evaluations, and their differences`(seed: UInt64) throws {
        let random = RandomRows(seed: seed, rows: 100, labels: 3)
        let rows = try random.scored()
        var changed = random
        changed.probabilities = changed.probabilities.indices.map { index in
            // Each row's probabilities turned by one label on every third row.
            let row = index / 3
            return row % 3 == 0 ? random.probabilities[row * 3 + (index + 1) % 3] : random.probabilities[index]
        }
        let other = try changed.scored()
        let settings = try Bootstrap.few(60)
        let comparison = try Comparison(of: rows, against: other, bootstrap: settings)
        let (one, two) = (Evaluation(rows, bootstrap: .none), Evaluation(other, bootstrap: .none))
        for figure in comparison.headline {
            let metric = try #require(Metric(rawValue: figure.name))
            #expect(isClose(figure.difference.candidate, one[metric].value))
            #expect(isClose(figure.difference.reference, two[metric].value))
            #expect(
                isClose(
                    figure.difference.difference.value, (one[metric].value ?? 0) - (two[metric].value ?? 0),
                    tolerance: 1e-9))
            let interval = try #require(figure.difference.difference.interval)
            #expect(interval.contains(try #require(figure.difference.difference.value)))
        }
        #expect(comparison.headline.map(\.name) == Metric.allCases.map(\.rawValue))
        for (label, figures) in comparison.perLabel.enumerated() {
            #expect(isClose(figures.f1.candidate, one.perLabel[label].f1))
            #expect(isClose(figures.recall.reference, two.perLabel[label].recall))
        }
        let costs = try CostMatrix(labels: rows.labels, cells: [0, 2, 3, 1, 0, 1, 1, 1, 0])
        let priced = try Comparison(of: rows, against: other, bootstrap: settings, costs: costs)
        #expect(priced.headline.last?.name == "cost")
        #expect(
            isClose(priced.cost.candidate, Evaluation(rows, bootstrap: .none, costs: costs).decisions.argmax.cost.value)
        )
    }

    @Test func `Values of a slice that have an order keep it`() throws {
        let rows = try ScoredRows(
            labels: ["a", "b"], truth: [0, 0, 0, 1, 1], probabilities: Array(repeating: 0.5, count: 10),
            slices: [
                .init(name: "length", values: ["long", "short", "long", "other", "long"], order: ["short", "long"])
            ])
        #expect(Evaluation(rows, bootstrap: .none).slices[0].values.map(\.value) == ["short", "long", "other"])
    }
}

@Suite("Axes")
struct AxisTests {
    @Test(arguments: [UInt64(64), 65, 66])
    func `Ticks are round, inside the domain and not too many`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let low = Double.random(in: -1000...1000, using: &generator)
            let width = exponential(Double.random(in: -12...9, using: &generator))
            let scale = AxisScale(AxisScale.rounded(low...low + width, 4), from: 0, to: 100)
            let ticks = scale.ticks(4)
            #expect(ticks.count <= 5)
            #expect(
                scale.domain.lowerBound <= low + 1e-6 * width && scale.domain.upperBound >= low + width * (1 - 1e-6))
            for tick in ticks { #expect((0...100).contains(scale(tick))) }
        }
        #expect(AxisScale(0...1, from: 0, to: 10).ticks(5) == [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1])
        #expect(AxisScale(3...3, from: 0, to: 10)(3).isFinite)
    }

    @Test func `Numbers are shown with a sign where it matters and grouped where they are long`() {
        #expect(Quantity.share.text(0.8125) == "81.3\u{A0}%")
        #expect(Quantity.share.signed.text(-0.01) == "−1.0\u{A0}pp")
        #expect(Quantity.share.signed.text(0.01) == "+1.0\u{A0}pp")
        #expect(Quantity.share.signed.text(0.0001) == "0.0\u{A0}pp")
        #expect(Quantity.number.text(.nan) == "–" && Quantity.number.text(nil as Double?) == "–")
        #expect(Quantity.share.text(Interval(low: 0.25, high: 0.5)) == "25.0 to 50.0\u{A0}%")
        #expect(["1234", "12345", "1234567.5"].map(grouped) == ["1234", "12\u{202F}345", "1\u{202F}234\u{202F}567.5"])
    }
}
