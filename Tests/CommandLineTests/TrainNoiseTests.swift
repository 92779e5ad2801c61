import Foundation
import TestSupport
import Testing

/// Training on noisy copies through the program.
@Suite struct TrainNoiseTests {
    private let folder: ScratchFolder
    private let data: String

    init() throws {
        folder = try ScratchFolder()
        data = try folder.write(
            Corpus.csv(Corpus.texts(200, seed: 61), extra: [("split", { $0 % 10 == 3 ? "test" : "train" })]),
            to: "data.csv")
    }

    private func train(_ name: String, _ options: [String], input: Data = Data(), data: String? = nil) throws
        -> ProgramResult
    {
        try tasktype(
            [
                "train", data ?? self.data, "--output", folder(name), "--hash-bits", "11", "--c", "3", "--loss",
                "softmax",
            ]
                + options, input: input)
    }

    private func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: folder(name)) }

    private func training(_ name: String) throws -> [String: Any] {
        let metadata = try #require(WeightsFile(path: folder(name)).header["__metadata__"] as? [String: Any])
        let text = try #require(metadata["tasktype.provenance"] as? String)
        return try #require(try object(Data(text.utf8))["training"] as? [String: Any])
    }

    @Test func `what noise a model saw stands in its file, and rows are counted without copies`() throws {
        let options = ["--where", "split!=test", "--noise", "typos,punctuation", "--noise-weight", "0.3"]
        let trained = try train("a.safetensors", options + ["--threads", "1"])
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains("trained on 180 rows, judged on 180"), "\(trained.errors)")
        #expect(trained.errors.contains("and on 180 copies with noise"), "\(trained.errors)")
        let noise = try #require(try training("a.safetensors")["noise"] as? [String: Any])
        #expect(noise["kinds"] as? [String] == ["typos", "punctuation"])
        #expect(noise["weight"] as? Double == 0.3)
        #expect(noise["typo_rate"] as? Double == 0.05)
        #expect(noise["copies"] as? Int == 180)

        for (index, other) in [["--threads", "3"], ["--memory-limit", "0"]].enumerated() {
            #expect(try train("b\(index).safetensors", options + other).status == 0)
            #expect(bytes("b\(index).safetensors") == bytes("a.safetensors"))
        }
        #expect(try train("c.safetensors", options + ["--seed", "2"]).status == 0)
        // Copies of rows that are held out are not trained on either.
        let held = try train("held.safetensors", options + ["--holdout", "0.25"])
        #expect(held.errors.contains("trained on 134 rows, judged on 46"), "\(held.errors)")
        #expect(held.errors.contains("and on 134 copies with noise"), "\(held.errors)")
        #expect(bytes("c.safetensors") != bytes("a.safetensors"))
        let plain = try train("plain.safetensors", ["--where", "split!=test"])
        #expect(!plain.errors.contains("noise"), "\(plain.errors)")
        #expect(try training("plain.safetensors")["noise"] == nil)
    }

    @Test func `a search, standard input and conversations go together with noise`() throws {
        let searched = try train("a.safetensors", ["--noise", "case", "--tune-trials", "4", "--folds", "2"])
        #expect(searched.status == 0, "\(searched.errors)")
        #expect(try training("a.safetensors")["noise"] != nil)
        let read = try train(
            "b.safetensors", ["--noise", "case"], input: Data(contentsOf: URL(fileURLWithPath: data)), data: "-")
        #expect(read.status == 0, "\(read.errors)")
        var lines = ""
        for (index, row) in Corpus.texts(60, seed: 62).enumerated() {
            let messages = [
                ["role": "system", "content": "You help."], ["role": "user", "content": "Question \(index)?"],
                ["role": "assistant", "content": "Yes."], ["role": "user", "content": row.text],
            ]
            let line = try JSONSerialization.data(withJSONObject: ["messages": messages, "label": row.label])
            lines += String(decoding: line, as: UTF8.self) + "\n"
        }
        let conversations = try train(
            "c.safetensors", ["--noise", "typos,case"], data: try folder.write(lines, to: "conversations.jsonl"))
        #expect(conversations.status == 0, "\(conversations.errors)")
        #expect(conversations.errors.contains("and on 60 copies with noise"), "\(conversations.errors)")
    }

    @Test(arguments: [
        (["--noise", ""], "--noise takes"), (["--noise", "rain"], "not rain"),
        (["--noise", "typos,"], "--noise takes"),
        (["--noise-weight", "0.3"], "--noise-weight needs --noise"), (["--typo-rate", "0.1"], "--typo-rate needs"),
        (["--noise", "case", "--typo-rate", "0.1"], "--typo-rate needs typos"),
        (["--noise", "typos", "--noise-weight", "0"], "weight of noisy copies"),
        (["--noise", "typos", "--noise-weight", "2"], "weight of noisy copies"),
        (["--noise", "typos", "--noise-weight", "nan"], "weight of noisy copies"),
        (["--noise", "typos", "--typo-rate", "0.5"], "typing error"),
    ])
    func `what makes no sense is refused in a sentence`(options: [String], named: String) throws {
        let result = try train("no.safetensors", options)
        expectRefusal(result, named)
        #expect(bytes("no.safetensors") == nil)
    }

    @Test func `noise that changes no text is refused`() throws {
        let rows = "text,label\n" + (0..<40).map { "好 \($0) 的,l\($0 % 2)\n" }.joined()
        let result = try train("no.safetensors", ["--noise", "case"], data: try folder.write(rows, to: "plain.csv"))
        expectRefusal(result, "leave --noise out")
    }
}
