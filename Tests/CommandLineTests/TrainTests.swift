import Foundation
import TestSupport
import Testing

@Suite struct TrainTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Trains on `count` rows and returns what the program said; the model is `model.safetensors`.
    private func train(rows count: Int = 80, _ options: [String], quick: Bool = true) throws -> ProgramResult {
        let data = try folder.write(Corpus.csv(Corpus.texts(count, seed: 8)), to: "data.csv")
        var arguments = [
            "train", data, "--output", folder("model.safetensors"), "--hash-bits", "12", "--c", "1",
        ]
        if quick { arguments += ["--loss", "softmax", "--word-ngrams", "2"] }
        return try tasktype(arguments + options)
    }

    private func expectTrained(_ result: ProgramResult, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.text == "", sourceLocation: sourceLocation)
        let verified = try tasktype("models", "verify", folder("model.safetensors"))
        #expect(verified.status == 0, "\(verified.errors)", sourceLocation: sourceLocation)
    }

    private func report() throws -> [String: Any] { try object(try folder.content("report.json")) }

    @Test func `training writes a model that knows the labels, and says what it did`() throws {
        let result = try train([])
        try expectTrained(result)
        #expect(try folder.names() == ["data.csv", "model.safetensors"])
        for part in ["trained on 80 rows", "kept logistic softmax", "int8 weights", "rows/s", "5-fold"] {
            #expect(result.errors.contains(part), "\(result.errors)")
        }
        // Not a terminal: no line redraws itself.
        #expect(!result.errors.contains("\u{1B}"))
        #expect(!result.errors.contains("\r"))
        let facts = try object(
            try tasktype("models", "inspect", folder("model.safetensors"), "--format", "json").output)
        #expect(facts["labels"] as? [String] == Corpus.labels)
    }

    @Test func `all settings of the default search are tried`() throws {
        let data = try folder.write(Corpus.csv(Corpus.texts(40, seed: 8)), to: "data.csv")
        let result = try tasktype(
            "train", data, "--output", folder("model.safetensors"), "--holdout", "0.2", "--hash-bits", "10",
            "--report", folder("report.json"), "--quiet")
        try expectTrained(result)
        let trials = try #require(try report()["trials"] as? [[String: Any]])
        #expect(Set(trials.compactMap { $0["loss"] as? String }) == ["softmax", "squared-hinge"])
        #expect(Set(trials.compactMap { $0["inverse_regularization"] as? Double }) == [0.3, 1, 3, 10])
    }

    @Test func `quiet says nothing`() throws {
        let result = try train(["--quiet", "--holdout", "0.25"])
        try expectTrained(result)
        #expect(result.errors == "")
    }

    @Test func `the report is JSON and agrees with the data`() throws {
        try expectTrained(try train(["--holdout", "0.25", "--report", folder("report.json")]))
        let report = try report()
        #expect(report["rows"] as? Int == 60)
        #expect(report["held_out_rows"] as? Int == 20)
        #expect(
            report["label_counts"] as? [String: Int] == [
                "code": 20, "complex": 20, "reasoning": 20, "simple": 20,
            ])
        #expect(report["seed"] as? Int == 1)
        #expect(report["file_bytes"] as? Int == (try folder.content("model.safetensors")).count)
        let chosen = try #require(report["chosen"] as? [String: Any])
        #expect(chosen["kind"] as? String == "logistic")
        #expect((0...1).contains(try #require(chosen["accuracy"] as? Double)))
    }

    @Test func `folds judge every row once and train on all`() throws {
        try expectTrained(try train(["--folds", "4", "--report", folder("report.json")]))
        #expect(try report()["rows"] as? Int == 80)
        #expect(try report()["held_out_rows"] as? Int == 80)
    }

    @Test func `validation files are judged on and not trained on`() throws {
        let rows = try folder.write(Corpus.csv(Corpus.texts(24, seed: 99)), to: "validation.csv")
        try expectTrained(try train(["--validation", rows, "--report", folder("report.json")]))
        #expect(try report()["rows"] as? Int == 80)
        #expect(try report()["held_out_rows"] as? Int == 24)
        let file = try WeightsFile(path: folder("model.safetensors"))
        let metadata = try #require(file.header["__metadata__"] as? [String: String])
        let provenance = try object(Data(try #require(metadata["tasktype.provenance"]).utf8))
        let origin = try #require(provenance["origin"] as? [String: Any])
        let digest = try #require((origin["data"] as? [String])?.first)
        let other = try #require((origin["validation"] as? [String])?.first)
        #expect(digest.hasPrefix("sha256:") && other.hasPrefix("sha256:"))
        #expect(digest != other)
    }

    @Test(arguments: [("mlp", ["mlp"]), ("auto", ["average", "logistic", "mlp"])])
    func `a perceptron is trained, alone or beside the linear model`(kind: String, tried: [String]) throws {
        let options = [
            "--kind", kind, "--hidden-units", "8", "--holdout", "0.25", "--report", folder("report.json"),
        ]
        try expectTrained(try train(rows: 60, options))
        let trials = try #require(try report()["trials"] as? [[String: Any]])
        #expect(Set(trials.compactMap { $0["kind"] as? String }) == Set(tried))
        let result = try tasktype(
            "classify", "--model", folder("model.safetensors"), "--format", "jsonl", "--",
            "Prove that every integer which")
        #expect(try decodedAnswers(result).first?.task_type == "reasoning")
    }

    @Test func `float32 keeps four times the bytes of int8 and answers alike`() throws {
        try expectTrained(try train(["--holdout", "0.25", "--precision", "int8"]))
        let small = try folder.content("model.safetensors")
        try FileManager.default.moveItem(
            atPath: folder("model.safetensors"), toPath: folder("small.safetensors"))
        try expectTrained(try train(["--holdout", "0.25", "--precision", "float32"]))
        #expect(try folder.content("model.safetensors").count > 2 * small.count)
        func answers(of name: String) throws -> [Answer] {
            let texts = Corpus.texts(20, seed: 55).map(\.text)
            return try decodedAnswers(
                try tasktype(["classify", "--model", folder(name), "--format", "jsonl", "--"] + texts))
        }
        for (first, second) in zip(try answers(of: "small.safetensors"), try answers(of: "model.safetensors")) {
            #expect(first.task_type == second.task_type)
            #expect(abs(first.confidence - second.confidence) < 0.05)
        }
    }

    @Test func `the default label is the one named, else the most frequent one`() throws {
        let named = try train(["--holdout", "0.25", "--default-label", "reasoning"])
        try expectTrained(named)
        func emptyAnswer() throws -> String? {
            let result = try tasktype(
                "classify", "--model", folder("model.safetensors"), "--format", "jsonl", "--", "")
            return try decodedAnswers(result).first?.task_type
        }
        #expect(try emptyAnswer() == "reasoning")
        let rows = Corpus.texts(60, seed: 4) + Corpus.texts(10, seed: 6, labels: ["simple"])
        let data = try folder.write(Corpus.csv(rows), to: "uneven.csv")
        let result = try tasktype(
            ["train", data, "--output", folder("model.safetensors")] + TrainedModels.quick)
        try expectTrained(result)
        #expect(try emptyAnswer() == "simple")
    }

    @Test func `a row with a heavy weight decides against many light ones`() throws {
        // The same text under two labels: the weights alone say which one wins.
        func label(heavy: String) throws -> String? {
            let rows = Corpus.texts(40, seed: 21, labels: ["code", "simple"]).enumerated().map { index, row in
                index < 20 ? LabelledText(text: "Tell me of swans, geese and ducks.", label: row.label) : row
            }
            let table = Corpus.csv(
                rows,
                extra: [("weight", { index in index < 20 && rows[index].label == heavy ? "50" : "0.5" })])
            let data = try folder.write(table, to: "weighted.csv")
            let result = try tasktype(
                ["train", data, "--output", folder("model.safetensors"), "--class-weights", "none"]
                    + TrainedModels.quick)
            try expectTrained(result)
            let answer = try tasktype(
                "classify", "--model", folder("model.safetensors"), "--format", "jsonl", "--",
                "Tell me of swans, geese and ducks.")
            return try decodedAnswers(answer).first?.task_type
        }
        #expect(try label(heavy: "code") == "code")
        #expect(try label(heavy: "simple") == "simple")
    }

    @Test func `rows of one group are held out together`() throws {
        // Two groups a label: a held-out half is one whole group of each.
        let rows = Corpus.texts(80, seed: 13)
        let table = Corpus.csv(
            rows,
            extra: [("group", { index in "\(rows[index].label)-\(index / 4 % 5 == 0 ? "small" : "large")" })])
        let data = try folder.write(table, to: "grouped.csv")
        let result = try tasktype(
            "train", data, "--output", folder("model.safetensors"), "--holdout", "0.5", "--loss", "softmax",
            "--c", "1",
            "--hash-bits", "12", "--report", folder("report.json"))
        try expectTrained(result)
        // Each label has a group of 4 rows and one of 16.
        let heldOut = try #require(try report()["held_out_rows"] as? Int)
        #expect([16, 28, 40, 52, 64].contains(heldOut), "\(heldOut)")
    }

    @Test func `compressed files, JSON Lines and standard input give the same weights as a table`() throws {
        let rows = Corpus.texts(48, seed: 8)
        let table = Corpus.csv(rows)
        func weights(_ data: String, input: Data = Data()) throws -> [Float] {
            let output = folder("model.safetensors")
            try? FileManager.default.removeItem(atPath: output)
            let result = try tasktype(
                ["train", data, "--output", output, "--precision", "float32"] + TrainedModels.quick,
                input: input)
            try expectTrained(result)
            let file = try WeightsFile(path: output)
            return try file.tensors().filter { $0.hasPrefix("linear.") }.flatMap { try file.floats($0) }
        }
        let expected = try weights(try folder.write(table, to: "data.csv"))
        #expect(expected.contains { $0 != 0 })
        #expect(try weights(try folder.write(gzipped(Data(table.utf8)), to: "data.csv.gz")) == expected)
        #expect(try weights(try folder.write(try Corpus.jsonLines(rows), to: "data.jsonl")) == expected)
        #expect(try weights("-", input: Data(table.utf8)) == expected)
    }

    @Test func `several files are one body of data`() throws {
        let rows = Corpus.texts(48, seed: 8)
        let first = try folder.write(Corpus.csv(Array(rows[..<20])), to: "a.csv")
        let second = try folder.write(try Corpus.jsonLines(Array(rows[20...])), to: "b.jsonl")
        let result = try tasktype(
            [
                "train", first, second, "--output", folder("model.safetensors"), "--report",
                folder("report.json"),
            ]
                + TrainedModels.quick)
        try expectTrained(result)
        #expect(try report()["rows"] as? Int == 36)
    }

    @Test func `a named pipe is read like a file, once`() throws {
        let table = try folder.write(Corpus.csv(Corpus.texts(48, seed: 8)), to: "data.csv")
        let result = try ProgramRunner.shell(
            """
            mkfifo pipe.csv && { cat '\(table)' > pipe.csv & }
            trap "kill $! 2> /dev/null" EXIT
            "$tasktype" train pipe.csv --output model.safetensors --quiet --holdout 0.25 --loss softmax --c 1
            """, folder: folder.path, timeLimit: 60)
        try expectTrained(result)
    }
}
