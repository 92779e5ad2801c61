import Foundation
import TestSupport
import Testing

/// What a weights file says of the rows and weights behind it.
@Suite struct TrainProvenanceTests {
    private static let quick = ["--hash-bits", "11", "--c", "3", "--loss", "softmax", "--quiet"]

    private func provenance(_ model: String) throws -> [String: Any] {
        let metadata = try #require(WeightsFile(path: model).header["__metadata__"] as? [String: Any])
        let text = try #require(metadata["tasktype.provenance"] as? String)
        return try object(Data(text.utf8))
    }

    @Test func `conditions on rows and weights of labels stand in the weights file`() throws {
        let folder = try ScratchFolder()
        let splits = ["train", "train", "train", "validation"]
        let data = try folder.write(
            Corpus.csv(
                Corpus.texts(160, seed: 24), extra: [("split", { splits[$0 / Corpus.labels.count % splits.count] })]),
            to: "all.csv")
        let model = folder("model.safetensors")
        let trained = try tasktype(
            ["train", data, "--output", model, "--where", "split=train", "--validation", data, "--validation-where"]
                + ["split!=train", "--class-weights", "code=2,simple=0.5"] + Self.quick)
        #expect(trained.status == 0, "\(trained.errors)")
        let told = try provenance(model)
        let origin = try #require(told["origin"] as? [String: Any])
        #expect(origin["conditions"] as? [String] == ["split=train"])
        #expect(origin["validation_conditions"] as? [String] == ["split!=train"])
        let training = try #require(told["training"] as? [String: Any])
        #expect(training["class_weights"] as? String == "none")
        #expect(training["label_weights"] as? [String: Double] == ["code": 2, "simple": 0.5])

        let plain = folder("plain.safetensors")
        #expect(try tasktype(["train", data, "--output", plain] + Self.quick).status == 0)
        let other = try provenance(plain)
        #expect((other["origin"] as? [String: Any])?["conditions"] == nil)
        #expect((other["training"] as? [String: Any])?["class_weights"] as? String == "balanced")
    }

    @Test func `timestamps in the future are told of once, and change nothing`() throws {
        let folder = try ScratchFolder()
        func train(_ year: Int) throws -> (errors: String, bytes: Data) {
            let data = try folder.write(
                Corpus.csv(
                    Corpus.texts(80, seed: 25), extra: [("timestamp", { $0 == 3 ? "\(year)-05-01" : "2024-05-01" })]),
                to: "data.csv")
            let model = folder("\(year).safetensors")
            let result = try tasktype(["train", data, "--output", model] + Self.quick)
            #expect(result.status == 0, "\(result.errors)")
            return (result.errors, try Data(contentsOf: URL(fileURLWithPath: model)))
        }
        let late = try train(2999)
        #expect(late.errors.contains("warning: 1 timestamp lies in the future, the first at"), "\(late.errors)")
        #expect(late.errors.contains("data.csv:5:1"), "\(late.errors)")
        let past = try train(2023)
        #expect(!past.errors.contains("future"), "\(past.errors)")
    }
}
