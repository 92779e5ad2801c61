import Foundation
import TestSupport
import Testing

@Suite struct ModelSizeTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func `train keeps within a size and says what was tried`() throws {
        let data = try folder.write(Corpus.csv(Corpus.texts(240, seed: 1)), to: "data.csv")
        let (model, report) = (folder("small.safetensors"), folder("report.json"))
        let result = try tasktype(
            [
                "train", data, "--output", model, "--holdout", "0.25", "--loss", "softmax", "--c", "1", "--hash-bits",
                "12", "--max-size", "32KiB", "--report", report,
            ])
        #expect(result.status == 0, "\(result.errors)")
        let size = try Data(contentsOf: URL(fileURLWithPath: model)).count
        #expect(size <= 32 * 1024)
        #expect(result.errors.contains("smaller models for at most 32768 bytes, judged on"))
        #expect(result.errors.contains("kept"))
        let search = try #require(
            try object(try Data(contentsOf: URL(fileURLWithPath: report)))["size_search"] as? [String: Any])
        #expect(search["maximum_bytes"] as? Int == 32 * 1024)
        #expect(try tasktype("models", "verify", model).status == 0)
    }

    @Test func `a model is shrunk by samples it was not trained on`() throws {
        let data = try folder.write(Corpus.csv(Corpus.texts(160, seed: 5)), to: "other.csv")
        let smaller = folder("smaller.safetensors")
        let model = try TrainedModels.linear.get()
        let result = try tasktype(
            ["models", "shrink", model, "--data", data, "--max-size", "40000", "--output", smaller])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: smaller)).count <= 40_000)
        #expect(result.errors.contains("judged on 160 held-out rows"))
        #expect(try tasktype("models", "verify", smaller).status == 0)
        let answer = try tasktype("classify", "--strict", "--model", smaller, "--explain", "--", "Who?")
        #expect(answer.status == 0, "\(answer.errors)")
    }

    @Test func `a size that nothing fits, no size and a size that is none are refused`() throws {
        let data = try folder.write(Corpus.csv(Corpus.texts(160, seed: 5)), to: "other.csv")
        let model = try TrainedModels.linear.get()
        let output = folder("never.safetensors")
        for (size, part) in [("2kb", "without any weight it takes"), ("much", "--max-size"), ("10", "--max-size")] {
            let result = try tasktype(
                ["models", "shrink", model, "--data", data, "--max-size", size, "--output", output])
            #expect(result.status != 0 && result.errors.contains(part), "\(size): \(result.errors)")
        }
        let none = try tasktype(["models", "shrink", model, "--data", data, "--output", output])
        #expect(none.status != 0 && none.errors.contains("--max-size is needed"), "\(none.errors)")
        #expect(!FileManager.default.fileExists(atPath: output))
    }
}
