import Foundation
import TestSupport
import Testing

/// `--where` through the real program.
@Suite struct RowConditionTests {
    @Test func `one file can hold the rows to train on, to choose by and to test`() throws {
        let folder = try ScratchFolder()
        let splits = ["train", "train", "train", "validation", "test"]
        // Five rows of a label follow each other, so that each split has every label.
        let texts = Corpus.texts(400, seed: 21)
        let data = try folder.write(
            Corpus.csv(texts, extra: [("split", { splits[$0 / Corpus.labels.count % splits.count] })]), to: "all.csv")
        let model = folder("model.safetensors")
        let trained = try tasktype(
            "train", data, "--where", "split=train", "--validation", data, "--validation-where", "split=validation",
            "--output", model, "--hash-bits", "12", "--c", "1", "--loss", "softmax")
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains("trained on 240 rows, judged on 80"), "\(trained.errors)")
        let evaluated = try tasktype(
            "evaluate", data, "--where", "split=test", "--model", model, "--format", "json", "--bootstrap", "0")
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        #expect(try object(evaluated.output)["rows"] as? Int == 80)
        let rest = try tasktype(
            "evaluate", data, "--where", "split!=test", "--where", "label=code", "--model", model, "--format", "json",
            "--bootstrap", "0")
        #expect(try object(rest.output)["rows"] as? Int == 80)
    }

    @Test func `conditions that nothing meets, or that are none, are refused in a sentence`() throws {
        let folder = try ScratchFolder()
        let data = try folder.write(Corpus.csv(Corpus.texts(40, seed: 22)), to: "data.csv")
        let output = folder("model.safetensors")
        let unmet = try tasktype("train", data, "--where", "split=train", "--output", output)
        #expect(unmet.status == 2)
        #expect(unmet.errors.contains("none of the 40 rows meets the conditions of --where"), "\(unmet.errors)")
        let none = try tasktype("evaluate", data, "--where", "split")
        #expect(none.status == 2)
        #expect(none.errors.contains("split is not of the form column=value"), "\(none.errors)")
        #expect(try folder.names() == ["data.csv"])
    }
}
