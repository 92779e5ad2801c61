import Foundation
import TestSupport
import Testing

/// `tasktype evaluate --training`: leaks and the learning curve.
@Suite struct EvaluateTrainingTests {
    private let folder: ScratchFolder
    private let model: String
    private let training: String

    init() throws {
        folder = try ScratchFolder()
        model = try TrainedModels.linear.get()
        training = try folder.write(Corpus.csv(Corpus.texts(240, seed: 1)), to: "training.csv")
    }

    private func evaluate(_ data: String, _ options: String...) throws -> ProgramResult {
        try tasktype(
            ["evaluate", data, "--model", model, "--bootstrap", "50", "--no-latency", "--training", training] + options)
    }

    @Test func `rows that are nearly the same as training rows are counted, and accuracy is given without them`() throws
    {
        var rows = Corpus.texts(240, seed: 1).prefix(30).map(\.self)
        for index in rows.indices where index % 3 == 1 { rows[index].text += " Please" }
        for index in rows.indices where index % 3 == 2 { rows[index].text = rows[index].text.uppercased() + "!" }
        rows += ["Fold a paper crane", "Name three large rivers", "Tell me of the sea"].map {
            LabelledText(text: $0, label: "simple")
        }
        let data = try folder.write(Corpus.csv(rows), to: "rows.csv")
        let leaks = try #require(object(evaluate(data, "--format", "json").output)["leaks"] as? [String: Any])
        #expect(leaks["exact"] as? Int == 10)
        #expect(leaks["normalized"] as? Int == 10)
        #expect(leaks["near"] as? Int == 10)
        #expect((leaks["rows"] as? [Int])?.count == 30)
        #expect(leaks["accuracy_of_others"] as? Double != nil)
        let text = try evaluate(data).text.replacing("\n", with: " ")
        #expect(text.contains("10 more nearly"))
        #expect(text.contains("all others"))
        let equal = try #require(
            object(evaluate(data, "--format", "json", "--leak-threshold", "1").output)["leaks"] as? [String: Any])
        #expect(equal["near"] is NSNull)
        #expect((equal["rows"] as? [Int])?.count == 20)
        expectRefusal(try evaluate(data, "--leak-threshold", "0.2"), "--leak-threshold")
    }

    @Test func `a learning curve is in every form of the report, the same at each run`() throws {
        let data = try folder.write(Corpus.csv(Corpus.texts(80, seed: 600)), to: "rows.csv")
        let json = try evaluate(data, "--learning-curve", "--format", "json")
        #expect(json.status == 0, "\(json.errors)")
        let curve = try #require(object(json.output)["learning_curve"] as? [String: Any])
        let points = try #require(curve["points"] as? [[String: Any]])
        let rows = points.compactMap { $0["rows"] as? Double }
        #expect(rows.count == 4 && zip(rows, [30.0, 60, 120, 240]).allSatisfy { abs($0 - $1) <= 4 }, "\(rows)")
        #expect(points.last?["models"] as? Int == 1)
        #expect((curve["doubling"] as? [String: Any])?["rows"] as? Double == 480)
        let advice = try #require(curve["advice"] as? String)
        #expect(advice.hasPrefix("Twice as many rows"))
        #expect(try evaluate(data, "--learning-curve", "--format", "json").output == json.output)
        #expect(try evaluate(data, "--learning-curve").text.contains("Learning curve"))
        let page = try evaluate(data, "--learning-curve", "--format", "html").text
        #expect(page.contains("id=\"learning-curve-plot\"") && page.contains("more data"))
        #expect(!(try evaluate(data, "--format", "html").text.contains("learning-curve-plot")))
    }

    @Test func `a learning curve without training data, or with too little of it, is refused`() throws {
        let data = try folder.write(Corpus.csv(Corpus.texts(40, seed: 600)), to: "rows.csv")
        expectRefusal(try tasktype("evaluate", data, "--model", model, "--learning-curve"), "--training")
        let few = try folder.write(Corpus.csv(Corpus.texts(40, seed: 2)), to: "few.csv")
        expectRefusal(
            try tasktype("evaluate", data, "--model", model, "--learning-curve", "--training", few), "too few", "80")
    }

    @Test func `a comparison has the differences of each slice and of each label's precision`() throws {
        let rows = Corpus.texts(120, seed: 600)
        let data = try folder.write(
            Corpus.csv(rows, extra: [("team", { $0 % 2 == 0 ? "red" : "blue" })]), to: "rows.csv")
        let result = try evaluate(
            data, "--against", PromotionModels.worse.get(), "--slice", "team", "--format", "json")
        let comparison = try #require(object(result.output)["comparison"] as? [String: Any])
        let slices = try #require(comparison["slices"] as? [[String: Any]]).filter { $0["column"] as? String == "team" }
        #expect(slices.compactMap { $0["rows"] as? Int } == [60, 60])
        // The label complex stands in every fourth row, always an odd one.
        let differences = try slices.map { slice in
            (
                try #require(slice["value"] as? String),
                try #require((slice["accuracy"] as? [String: Any])?["difference"] as? Double)
            )
        }
        #expect(differences.first { $0.0 == "blue" }?.1 ?? 0 > 0.2)
        #expect(abs(differences.first { $0.0 == "red" }?.1 ?? 1) < 0.2)
        let labels = try #require(comparison["per_label"] as? [String: [String: Any]])
        #expect(labels["simple"]?.keys.sorted() == ["f1", "precision", "recall"])
    }
}
