import Testing

@testable import Evaluation

@Suite("Scored rows")
struct ScoredRowsTests {
    @Test func `The predicted label is the most probable one, the lowest index among equals`() throws {
        let rows = try ScoredRows(
            labels: ["a", "b", "c"], truth: [0, 0, 0],
            probabilities: [0.2, 0.5, 0.3, 0.4, 0.4, 0.2, 0.25, 0.375, 0.375])
        #expect(rows.predicted == [1, 0, 1])
        #expect(rows.confidence(ofRow: 0) == 0.5)
    }

    @Test func `An alternative that repeats the label counts as none`() throws {
        let rows = try binaryRows([(0, 0.2), (1, 0.2)], alternative: [0, 0])
        #expect(rows.alternative == [nil, 0])
    }

    @Test func `Weights default to one`() throws {
        let rows = try binaryRows([(0, 0.2), (1, 0.2)])
        #expect(rows.weights == [1, 1])
        #expect(!rows.isWeighted)
        #expect(try binaryRows([(0, 0.2)], weights: [2]).isWeighted)
    }

    @Test func `No rows is an error that says so`() {
        let error = #expect(throws: EvaluationError.self) { try binaryRows([]) }
        #expect(error?.code == .noRows)
        #expect(error?.message == "There are no rows to evaluate: give at least one labelled row.")
    }

    @Test(arguments: [
        ([], "at least one"), (["a", ""], "empty name"), (["a", "b", "a"], "\"a\" is listed twice"),
    ])
    func `Labels must be given, named and distinct`(labels: [String], part: String) {
        let error = #expect(throws: EvaluationError.self) {
            try ScoredRows(labels: labels, truth: [0], probabilities: [1])
        }
        #expect(error?.code == .invalidLabels)
        #expect(error?.message.contains(part) == true)
    }

    @Test func `Columns of another length are refused and named`() {
        func message(
            alternative: [Int?] = [], probabilities: [Float] = [1, 0, 1, 0], weights: [Double] = [],
            uncertain: [Bool]? = nil, slices: [ScoredRows.SliceColumn] = []
        ) -> String? {
            let error = #expect(throws: EvaluationError.self) {
                try ScoredRows(
                    labels: ["a", "b"], truth: [0, 1], alternative: alternative, probabilities: probabilities,
                    weights: weights, uncertain: uncertain, slices: slices)
            }
            #expect(error?.code == .wrongLength)
            return error?.message
        }
        #expect(message(alternative: [nil])?.contains("1 alternative labels where the rows need 2") == true)
        #expect(message(probabilities: [1, 0, 1])?.contains("3 probabilities where the rows need 4") == true)
        #expect(message(weights: [1, 1, 1])?.contains("3 weights") == true)
        #expect(message(uncertain: [])?.contains("0 uncertainty flags") == true)
        #expect(message(slices: [.init(name: "tier", values: ["x"])])?.contains("column \"tier\"") == true)
    }

    @Test(arguments: [-1, 2, Int.max, Int.min])
    func `Label indices out of range are refused with their row`(index: Int) {
        let label = #expect(throws: EvaluationError.self) {
            try ScoredRows(labels: ["a", "b"], truth: [0, index], probabilities: [1, 0, 1, 0])
        }
        #expect(label?.code == .labelOutOfRange)
        #expect(label?.message.hasPrefix("Row 2 has the label index \(index)") == true)
        let alternative = #expect(throws: EvaluationError.self) {
            try ScoredRows(
                labels: ["a", "b"], truth: [0, 0], alternative: [index, nil], probabilities: [1, 0, 1, 0])
        }
        #expect(alternative?.message.hasPrefix("Row 1 has the alternative label index") == true)
    }

    @Test(
        arguments: [
            [0.5, .nan], [1.5, -0.5], [.infinity, 0], [0.5, 0.4], [1, 0.01], [0, 0],
        ] as [[Float]])
    func `Probabilities that are none are refused with their row`(row: [Float]) {
        let error = #expect(throws: EvaluationError.self) {
            try ScoredRows(labels: ["a", "b"], truth: [0, 0], probabilities: [1, 0] + row)
        }
        #expect(error?.code == .invalidProbability)
        #expect(error?.message.lowercased().contains("row 2") == true)
    }

    @Test func `Probabilities rounded to four digits are accepted`() throws {
        _ = try ScoredRows(labels: ["a", "b", "c"], truth: [0], probabilities: [0.3333, 0.3333, 0.3333])
    }

    @Test(arguments: [0, -1, .nan, .infinity, 1e300] as [Double])
    func `Weights that are not positive and sane are refused`(weight: Double) {
        let error = #expect(throws: EvaluationError.self) { try binaryRows([(0, 0.5)], weights: [weight]) }
        #expect(error?.code == .invalidWeight)
    }

    @Test(arguments: [-1, .nan, .infinity] as [Double])
    func `Latencies that are none are refused`(latency: Double) {
        let error = #expect(throws: EvaluationError.self) {
            try ScoredRows(labels: ["a"], truth: [0], probabilities: [1], latencies: [3, latency])
        }
        #expect(error?.code == .invalidLatency)
        #expect(error?.message.hasPrefix("Latency 2 is") == true)
    }

    @Test(arguments: [["", "b"], ["a", "a"]])
    func `Slicing columns need distinct names`(names: [String]) {
        let error = #expect(throws: EvaluationError.self) {
            try ScoredRows(
                labels: ["a"], truth: [0], probabilities: [1],
                slices: names.map { .init(name: $0, values: ["x"]) })
        }
        #expect(error?.code == .invalidSlice)
    }
}
