import Foundation
import TestSupport
import Testing

/// Data that nobody can learn from, or that change meanwhile: one clear sentence each, and no half-written file.
@Suite struct BadDataTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private var model: String { folder("model.safetensors") }

    private func train(_ input: String, _ options: String...) throws -> ProgramResult {
        try tasktype(["train", input, "--output", model] + TrainedModels.quick + options)
    }

    /// Expects that training refuses `input` with one sentence, and leaves nothing behind.
    private func expectRefusedTraining(
        _ input: String, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try folder.names()
        let result = try tasktype(["train", input, "--output", model] + TrainedModels.quick)
        expectRefusal(result, sourceLocation: sourceLocation)
        for part in parts { #expect(result.errors.contains(part), "\(result.errors)", sourceLocation: sourceLocation) }
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)", sourceLocation: sourceLocation)
        #expect(try folder.names() == before, sourceLocation: sourceLocation)
    }

    private func rows(
        _ count: Int, seed: UInt64 = 5, extra: [(name: String, value: (Int) -> String)] = []
    ) throws -> String {
        try folder.write(Corpus.csv(Corpus.texts(count, seed: seed), extra: extra), to: "in.csv")
    }

    private func report(_ arguments: String...) throws -> [String: Any] {
        let result = try tasktype(arguments + ["--format", "json", "--quiet"])
        #expect(result.status == 0, "\(result.errors)")
        return try object(result.output)
    }

    /// Number of rows, labels or groups of a finding of `data check`.
    private func finding(_ kind: String, in input: String) throws -> Int {
        let result = try tasktype("data", "check", input, "--quiet", "--fail-on", kind)
        guard result.status == 1 else { return 0 }
        let words = result.errors.split(separator: " ")
        return words.firstIndex(of: "is").flatMap { Int(words[$0 + 1].filter(\.isNumber)) } ?? -1
    }

    // MARK: Labels

    @Test func `labels that contradict each other everywhere are nothing to learn from`() throws {
        let texts = Corpus.texts(12, seed: 3)
        let all = Corpus.labels.flatMap { label in texts.map { LabelledText(text: $0.text, label: label) } }
        let input = try folder.write(Corpus.csv(all), to: "in.csv")
        try expectRefusedTraining(input, "every text has two labels or more", "data check")
        #expect(try finding("conflicts", in: input) == 48)
        expectRefusal(
            try tasktype("data", "dedupe", input, "--output", folder("out.csv"), "--quiet"), "contradictory",
            "--conflicts")
        #expect(try folder.names() == ["in.csv"])
        // A majority decides; one row more with one label is something to learn.
        let majority = try folder.write(
            Corpus.csv(all + texts.map { LabelledText(text: $0.text, label: "code") }), to: "majority.csv")
        #expect(try train(majority).status == 0)
        let model = try TrainedModels.linear.get()
        let result = try tasktype("evaluate", input, "--model", model, "--format", "json", "--bootstrap", "0")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try object(result.output)["accuracy"] as? Double ?? 1 <= 0.25 + 1e-9)
    }

    @Test func `a label with nearly all rows, and one with two, are pointed at`() throws {
        let many = Corpus.texts(1998, seed: 8, labels: ["simple"])
        let few = [
            LabelledText(text: "sort a list in Swift", label: "code"), .init(text: "fix my loop", label: "code"),
        ]
        let input = try folder.write(Corpus.csv(many + few), to: "in.csv")
        let fewer = try folder.write(Corpus.csv(Array(many.prefix(398)) + few), to: "fewer.csv")
        let options = TrainedModels.quick.filter { $0 != "--quiet" }
        let result = try tasktype(["train", fewer, "--output", model] + options)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("99.5 % of the rows have the label simple"), "\(result.errors)")
        #expect(result.errors.contains("too few rows to learn from or to judge by: code 2"), "\(result.errors)")
        let check = try tasktype("data", "check", input, "--quiet", "--fail-on", "dominant_label,rare_labels")
        #expect(check.status == 1)
        #expect(
            check.errors.contains("dominant_label is 1998") && check.errors.contains("rare_labels is 1"),
            "\(check.errors)")
        let evaluation = try tasktype("evaluate", fewer, "--model", model, "--format", "json", "--bootstrap", "0")
        #expect(try object(evaluation.output)["rows"] as? Int == 400)
        let split = try report("data", "split", fewer, "--train", folder("a.csv"), "--test", folder("b.csv=0.5"))
        let sides = try #require(split["sides"] as? [String: [String: Any]])
        #expect(sides.values.reduce(0) { $0 + ($1["rows"] as? Int ?? 0) } == 400)
        #expect(try tasktype("data", "audit", fewer, "--quiet").status == 0)
    }

    // MARK: Texts

    @Test func `texts that are all the same are refused, whatever their labels`() throws {
        let lines = (0..<40).map { "the very same text,\(Corpus.labels[$0 % 4])\n" }.joined()
        let input = try folder.write("text,label\n" + lines, to: "in.csv")
        try expectRefusedTraining(input, "all 40 texts are the same")
        #expect(try finding("unlearnable", in: input) == 40)
        expectRefusal(try tasktype("data", "audit", input, "--quiet"))
        expectRefusal(
            try tasktype(
                "data", "split", input, "--train", folder("a.csv"), "--test", folder("b.csv=0.5"), "--quiet"),
            "stay together")
        let choice = try report("data", "select", input, "--count", "5", "--output", folder("c.csv"))
        #expect(choice["chosen"] as? Int == 1)
        let result = try tasktype(
            "evaluate", input, "--model", try TrainedModels.linear.get(), "--format", "json", "--bootstrap", "0")
        #expect(try object(result.output)["accuracy"] as? Double == 0.25)
        #expect(try folder.names() == ["c.csv", "in.csv"])
    }

    @Test func `texts without anything to learn from are refused`() throws {
        let lines = (0..<40).map { "\u{200B}\u{200D},\(Corpus.labels[$0 % 4])\n" }.joined()
        try expectRefusedTraining(try folder.write("text,label\n" + lines, to: "in.csv"), "all 40 texts are the same")
    }

    @Test func `a row of ten megabytes is a row like others`() throws {
        func write(_ megabytes: Int, to name: String) throws -> String {
            let long = String(repeating: "a long tale of ships & harbours.", count: megabytes << 15)
            #expect(long.utf8.count == megabytes << 20)
            let rows = Corpus.texts(24, seed: 6) + [LabelledText(text: long, label: "complex")]
            return try folder.write(Corpus.csv(rows), to: name)
        }
        #expect(try train(try write(10, to: "in.csv")).status == 0)
        #if DEBUG
            // Bytes take 30 times as long as in a release build.
            let input = try write(1, to: "in.csv")
        #else
            let input = folder("in.csv")
        #endif
        let evaluation = try tasktype("evaluate", input, "--model", model, "--format", "json", "--bootstrap", "0")
        #expect(try object(evaluation.output)["rows"] as? Int == 25)
        #expect(try report("data", "check", input)["rows"] as? Int == 25)
        #expect(try report("data", "dedupe", input, "--output", folder("out.csv"))["kept"] as? Int == 25)
        #expect(try folder.content("out.csv") == folder.content("in.csv"))
    }

    // MARK: Columns

    @Test(arguments: ["0", "-1", "nan", "1e400", "some"])
    func `weights that are none are refused by every command, by their place`(weight: String) throws {
        let input = try rows(20, extra: [("weight", { $0 == 7 ? weight : "1" })])
        try expectRefusedTraining(input, "in.csv:9:", "`weight` is `\(weight)`")
        let model = try TrainedModels.linear.get()
        for command in [
            ["evaluate", input, "--model", model], ["data", "dedupe", input, "-o", folder("o.csv")],
            ["data", "split", input, "--train", folder("a.csv"), "--test", folder("b.csv=0.5")],
            ["data", "audit", input],
            ["data", "select", input, "--count", "3", "-o", folder("o.csv")],
        ] {
            expectRefusal(try tasktype(command), "in.csv:9:", "`weight`")
        }
        #expect(try finding("bad_rows", in: input) == 1)
        #expect(try folder.names() == ["in.csv"])
    }

    @Test func `times that cannot be read are refused by their place, times to come are pointed at`() throws {
        let unreadable = try rows(20, extra: [("timestamp", { $0 == 7 ? "31.12.2025" : "2025-01-01" })])
        try expectRefusedTraining(unreadable, "in.csv:9:", "`timestamp`", "ISO 8601")
        expectRefusal(
            try tasktype(
                "data", "split", unreadable, "--by", "time", "--train", folder("a.csv"), "--test", folder("b.csv=0.5")),
            "in.csv:9:", "`timestamp`")
        #expect(try finding("bad_rows", in: unreadable) == 1)
        let future = try rows(20, extra: [("timestamp", { "2999-01-\($0 + 10)" })])
        #expect(try finding("future_timestamps", in: future) == 20)
        #expect(try train(future).status == 0)
        let none = try rows(20)
        expectRefusal(
            try tasktype(
                "data", "split", none, "--by", "time", "--train", folder("a.csv"), "--test", folder("b.csv=0.5")),
            "timestamp")
    }

    @Test func `groups that leave a side empty are refused, with how many there are`() throws {
        try expectRefusedTraining(try rows(40, extra: [("group", { _ in "one" })]), "one group", "--validation")
        let one = folder("in.csv")
        expectRefusal(
            try tasktype("data", "split", one, "--train", folder("a.csv"), "--test", folder("b.csv=0.5"), "--quiet"),
            "stay together")
        expectRefusal(try tasktype("data", "audit", one, "--quiet"))
        // Rows to judge by that come from elsewhere are a way out.
        let other = try folder.write(Corpus.csv(Corpus.texts(20, seed: 77)), to: "other.csv")
        let options = TrainedModels.quick.filter { !["--holdout", "0.25"].contains($0) }
        #expect(try tasktype(["train", one, "--output", model, "--validation", other] + options).status == 0)
    }

    // MARK: Files that change

    @Test(arguments: ["train", "evaluate", "check", "dedupe", "split", "audit", "select", "label"])
    func `a file that changes while it is read stops the run`(command: String) throws {
        let input = try rows(60)
        let pipe = folder("pipe.csv")
        #expect(mkfifo(pipe, 0o600) == 0)
        let model = try TrainedModels.linear.get()
        let output = folder("out.csv")
        let arguments =
            switch command {
            case "train": ["train", input, pipe, "--output", self.model] + TrainedModels.quick
            case "evaluate": ["evaluate", input, pipe, "--model", model]
            case "split": ["data", "split", input, pipe, "--train", output, "--test", folder("b.csv=0.5")]
            case "select": ["data", "select", input, pipe, "--model", model, "--count", "5", "-o", output]
            case "label":
                ["data", "label", input, pipe, "--endpoint", "http://127.0.0.1:1", "--model", "m", "-o", output]
            case "dedupe": ["data", "dedupe", input, pipe, "-o", output]
            default: ["data", command, input, pipe]
            }
        let program = try ProgramRunner.start(arguments)
        // The program waits for the pipe: opening it for writing returns when it has come to it, with the file read.
        let writer = try #require(FileHandle(forWritingAtPath: pipe))
        let handle = try #require(FileHandle(forWritingAtPath: input))
        try handle.truncate(atOffset: 200)
        try handle.close()
        try writer.write(contentsOf: Data(Corpus.csv(Corpus.texts(8, seed: 9)).utf8))
        try writer.close()
        let result = try program.wait()
        expectRefusal(result, "in.csv was changed while it was read")
        #expect(try folder.names() == ["in.csv", "pipe.csv"])
    }
}
