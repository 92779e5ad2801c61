import Foundation
import TestSupport
import Testing

@Suite struct ClassifyExplainTests {
    private struct Calibration: Decodable {
        var scales: [Double]
        var offsets: [Double]
    }

    private func sum(_ answer: Answer) throws -> Double {
        try #require(answer.explanation).reduce(0) { $0 + $1.weight }
    }

    @Test func `there is an explanation only on request, and the bias closes it`() throws {
        #expect(try linearAnswer(to: "Prove it.").explanation == nil)
        let parts = try #require(
            try linearAnswer(to: "Prove it.", "--explain", "--explain-top", "3").explanation)
        #expect(parts.count == 5)
        #expect(parts.last?.feature == "(bias)")
        #expect(parts[3].feature.hasSuffix("more features)"))
        #expect(abs(parts[0].weight) >= abs(parts[1].weight) && abs(parts[1].weight) >= abs(parts[2].weight))
    }

    @Test func `the sum is the same however many features are shown`() throws {
        let text = "Write a Swift function that sorts its rows twice and returns an empty list, case 17."
        let whole = try linearAnswer(to: text, "--explain", "--explain-top", "100000")
        let parts = try #require(whole.explanation)
        #expect(!parts.contains { $0.feature.hasSuffix("more features)") })
        #expect(parts.count > 100)
        for shown in ["0", "1", "12", "50"] {
            let other = try linearAnswer(to: text, "--explain", "--explain-top", shown)
            #expect(other.explanation?.count == Int(shown).map { $0 + 2 })
            #expect(abs(try sum(other) - (try sum(whole))) < 1e-4)
        }
        // In the request's own words.
        #expect(parts.contains { $0.feature.contains("Swift") })
    }

    @Test func `the bias of a linear model is the one in its file, so the features leave nothing out`() throws {
        let file = try WeightsFile(path: try TrainedModels.linear.get())
        let biases = try file.floats("linear.bias")
        for row in Corpus.texts(12, seed: 31) + [LabelledText(text: "{ x == 1; }\n\n- 漢字 2026?", label: "")] {
            let answer = try linearAnswer(to: row.text, "--explain")
            let label = try #require(Corpus.labels.firstIndex(of: answer.task_type))
            let bias = try #require(answer.explanation?.last?.weight)
            #expect(abs(bias - Double(biases[label])) < 1e-5, "\(row.text)")
        }
    }

    @Test func `weights and bias sum to the logit from which the probability follows`() throws {
        // The softmax loss with a quadratic penalty has its optimum where the labels' weights sum to zero: of two
        // labels, one's logit is the other's with the sign changed, and a sum tells both.
        let folder = try ScratchFolder()
        let rows = Corpus.texts(160, seed: 3, labels: ["code", "simple"])
        let data = try folder.write(Corpus.csv(rows), to: "two.csv")
        let model = folder("two.safetensors")
        // Little data fit by little weight, so that probabilities keep away from 0 and 1.
        let trained = try tasktype(
            "train", data, "--output", model, "--kind", "logistic", "--loss", "softmax", "--c", "0.001",
            "--precision", "float32", "--hash-bits", "12", "--holdout", "0.25", "--quiet")
        #expect(trained.status == 0, "\(trained.errors)")
        let metadata = try object(try tasktype("models", "inspect", model, "--format", "json").output)[
            "metadata"]
        let text = try #require((metadata as? [String: String])?["tasktype.calibration"])
        let calibration = try JSONDecoder().decode(Calibration.self, from: Data(text.utf8))
        let mixed = [
            "Write", "Who painted the Python script that", "Define the struct", "What is the unit test",
        ]
        let result = try tasktype(
            ["classify", "--model", model, "--format", "jsonl", "--explain", "--"] + mixed)
        var seen = 0
        for answer in try decodedAnswers(result) where answer.input.coverage > 0.9 {
            let own = answer.task_type == "code" ? 0 : 1
            let logit = try sum(answer)
            let difference =
                (calibration.scales[own] + calibration.scales[1 - own]) * logit + calibration.offsets[own]
                - calibration.offsets[1 - own]
            #expect(abs(1 / (1 + exp(-difference)) - answer.confidence) < 1e-3, "\(answer)")
            seen += 1
        }
        #expect(seen >= 3)
    }

    @Test func `a perceptron is explained too`() throws {
        let model = try TrainedModels.perceptron.get()
        let result = try tasktype(
            "classify", "--model", model, "--format", "jsonl", "--explain", "--",
            "Prove that every integer which")
        let answer = try #require(try decodedAnswers(result).first)
        #expect(answer.task_type == "reasoning")
        #expect(try sum(answer) > 0)
    }

    @Test func `text output lists the features below the request`() throws {
        let result = try tasktype(
            "classify", "--model", try TrainedModels.linear.get(), "--explain", "--explain-top", "2", "--",
            "Prove it.")
        #expect(result.lines.count == 5)
        #expect(result.lines[1].hasPrefix("    +"))
        #expect(result.lines[4].hasSuffix("  (bias)"))
    }

    @Test func `nothing to classify has no explanation`() throws {
        #expect(try linearAnswer(to: "", "--explain").explanation == nil)
    }
}
