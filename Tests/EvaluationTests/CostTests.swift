import TestSupport
import Testing

@testable import Evaluation

@Suite("Costs of answers")
struct CostTests {
    private let labels = ["simple", "code", "a,b \"c\""]

    @Test func `Costs are read line by line, and the line that says more wins`() throws {
        let costs = try CostMatrix(
            parsing: """
                \u{FEFF}Truth, predicted ,cost\r
                *,*,1\r
                \r
                code,*,5
                *,simple,2
                code,simple,7
                simple,simple,0.25
                "a,b ""c""\",code,9
                """, labels: labels)
        #expect(costs.cells == [0.25, 1, 1, 7, 0, 5, 2, 9, 0])
        #expect(!costs.isZeroOne)
        #expect(try CostMatrix(parsing: "truth,predicted,cost\n*,*,1", labels: labels).isZeroOne)
    }

    @Test func `A label that is called * is a label`() throws {
        let costs = try CostMatrix(parsing: "truth,predicted,cost\n*,b,3\nb,*,4", labels: ["*", "b"])
        #expect(costs.cells == [0, 3, 4, 0])
    }

    @Test(arguments: [
        ("", "header"), ("a,b,c", "header"), ("truth,predicted,cost", "say nothing about \"simple\""),
        ("truth,predicted,cost\nsimple,code", "Line 2"), ("truth,predicted,cost\n\nsimple,kode,1", "Line 3"),
        ("truth,predicted,cost\n*,*,-1", "\"-1\""), ("truth,predicted,cost\n*,*,nan", "\"nan\""),
        ("truth,predicted,cost\n*,*,inf", "\"inf\""), ("truth,predicted,cost\n*,*,1e300", "1e300"),
        ("truth,predicted,cost\n*,*,1\n*,*,2", "Line 3"), ("truth,predicted,cost\n\"*,*,1", "never closed"),
        ("truth,predicted,cost\ncode,*,1", "*,*,1"),
    ])
    func `Costs that cannot be used are refused with the place`(text: String, part: String) {
        let error = #expect(throws: EvaluationError.self) { try CostMatrix(parsing: text, labels: labels) }
        #expect(error?.code == .invalidCosts)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [UInt64(41), 42, 43, 44])
    func `The label of least expected cost is what trying all labels finds`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let random = RandomRows(seed: seed, rows: 200, labels: 5, weighted: true)
        let rows = try random.scored()
        let costs = try CostMatrix(
            labels: rows.labels, cells: (0..<25).map { _ in Double.random(in: 0...10, using: &generator) })
        let decisions = Evaluation(rows, bootstrap: try .few(50), costs: costs).decisions
        var (total, least, argmax, changed) = (0.0, 0.0, 0.0, 0)
        for row in 0..<rows.count {
            let expected = (0..<5).map { answer in
                (0..<5).reduce(0) { $0 + Double(rows.probabilities[row * 5 + $1]) * costs[$1, answer] }
            }
            let best = (0..<5).min { expected[$0] < expected[$1] } ?? 0
            total += rows.weights[row]
            least += rows.weights[row] * costs[rows.truth[row], best]
            argmax += rows.weights[row] * costs[rows.truth[row], rows.predicted[row]]
            if best != rows.predicted[row] { changed += 1 }
        }
        #expect(isClose(decisions.leastCost.cost.value, least / total))
        #expect(isClose(decisions.argmax.cost.value, argmax / total))
        #expect(isClose(decisions.difference.value, (least - argmax) / total, tolerance: 1e-9))
        #expect(decisions.changedRows == changed && changed > 0)
        #expect(isClose(decisions.cells.reduce(0) { $0 + $1.weight * $1.cost }, argmax, tolerance: 1e-9))
        let interval = try #require(decisions.argmax.cost.interval)
        #expect(interval.contains(argmax / total))
        for label in 0..<5 {
            let cost =
                (0..<rows.count).reduce(0) { $0 + rows.weights[$1] * costs[rows.truth[$1], label] } / total
            #expect(decisions.constant.cost <= cost + 1e-12)
            if label == decisions.constant.label { #expect(isClose(decisions.constant.cost, cost)) }
        }
    }

    @Test(arguments: [UInt64(45), 46])
    func `Without costs the cost is the share of errors and no answer changes`(seed: UInt64) throws {
        let evaluation = Evaluation(
            try RandomRows(seed: seed, rows: 90, labels: 4, weighted: true).scored(), bootstrap: .none)
        let accuracy = try #require(evaluation.accuracy.value)
        #expect(isClose(evaluation.decisions.argmax.cost.value, 1 - accuracy))
        #expect(evaluation.decisions.leastCost == evaluation.decisions.argmax)
        #expect(evaluation.decisions.changedRows == 0)
        #expect(isClose(evaluation.decisions.majority.cost, 1 - evaluation.baselines.majority.accuracy))
        #expect(isClose(evaluation.decisions.randomCost, 1 - evaluation.baselines.random.accuracy))
    }

    @Test func `Rounding overturns no tie`() throws {
        let costs = try CostMatrix(labels: ["a", "b", "c"], cells: [0, 0.1, 0.1, 0.1, 0, 0.1, 0.1, 0.1, 0])
        for preferred in 0..<3 {
            let third: [Float] = [1 / 3, 1 / 3, 1 / 3]
            #expect(costs.leastExpected(third[...], preferred: preferred) == preferred)
        }
    }

    @Test func `Errors are told apart by how far off they are`() throws {
        let rows = try ScoredRows(
            labels: ["b", "a", "c"], truth: [1, 1, 0, 2, 2],
            probabilities: [0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0], weights: [1, 2, 1, 1, 1])
        let order = try LabelOrder(["a", "b", "c"], labels: rows.labels)
        let errors = try #require(Evaluation(rows, bootstrap: .none, order: order).orderedErrors)
        #expect(errors.byDistance == [2, 3, 1])
        #expect(errors.tooLow == 2 && errors.tooHigh == 2)
        #expect(isClose(errors.adjacentShare, 0.75))
        #expect(isClose(errors.accuracyWithinOne, 5.0 / 6))
        #expect(isClose(errors.meanDistance, 5.0 / 6))
        #expect(Evaluation(rows, bootstrap: .none).orderedErrors == nil)
    }

    @Test(arguments: [(["a"], "b"), (["a", "b", "x"], "x"), (["a", "b", "a"], "twice"), ([], "a")])
    func `An order names each label once`(names: [String], part: String) {
        let error = #expect(throws: EvaluationError.self) { try LabelOrder(names, labels: ["a", "b"]) }
        #expect(error?.code == .invalidOrder)
        #expect(error?.message.contains(part) == true)
    }
}
