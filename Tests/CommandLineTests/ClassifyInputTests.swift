import Foundation
import TestSupport
import Testing

@Suite struct ClassifyInputTests {
    private let model: String
    private let folder: ScratchFolder
    private let rows = Corpus.texts(20, seed: 5)

    init() throws {
        model = try TrainedModels.linear.get()
        folder = try ScratchFolder()
    }

    private func classify(_ options: [String], input: Data = Data()) throws -> ProgramResult {
        try tasktype(["classify", "--model", model, "--format", "jsonl"] + options, input: input)
    }

    /// What the model says of a text that is an argument.
    private func expected() throws -> [String] {
        try decodedAnswers(try classify(["--"] + rows.map(\.text))).map(\.task_type)
    }

    @Test func `texts that are arguments are classified one by one and numbered from 1`() throws {
        let result = try classify(["--"] + rows.map(\.text))
        #expect(result.status == 0)
        #expect(result.errors == "")
        let answers = try decodedAnswers(result)
        #expect(answers.map(\.id) == (1...20).map(String.init))
        // Sentences of the same making as those that it was trained on are no riddle to the model.
        #expect(zip(answers, rows).count { $0.task_type == $1.label } >= 19)
    }

    @Test func `a text that begins with a dash stands behind two dashes`() throws {
        #expect(try decodedAnswers(try classify(["--", "--help"])).count == 1)
        #expect(try classify(["--helm"]).status == 2)
    }

    @Test func `a table is classified row by row, and other columns are passed over`() throws {
        let path = try folder.write(
            Corpus.csv(rows, extra: [("id", { "n\($0)" }), ("channel", { _ in "web" })]), to: "rows.csv")
        let answers = try decodedAnswers(try classify(["--input", path]))
        #expect(answers.map(\.id) == (0..<20).map { "n\($0)" })
        #expect(answers.map(\.task_type) == (try expected()))
    }

    @Test func `a table needs no label column`() throws {
        let path = try folder.write("prompt\nWho painted it?\n\"a, b\nand c\"\n", to: "rows.csv")
        #expect(try decodedAnswers(try classify(["--input", path])).map(\.input.bytes) == [15, 10])
    }

    @Test func `JSON Lines come back with their identifiers`() throws {
        let path = try folder.write(try Corpus.jsonLines(rows), to: "rows.jsonl")
        let answers = try decodedAnswers(try classify(["--input", path]))
        #expect(answers.map(\.id) == (0..<20).map { "row-\($0)" })
        #expect(answers.map(\.task_type) == (try expected()))
    }

    @Test func `a text file is a request a line, empty lines among them`() throws {
        let path = try folder.write("Who painted it?\n\nProve it.\n", to: "rows.txt")
        let answers = try decodedAnswers(try classify(["--input", path]))
        #expect(answers.map(\.id) == ["1", "2", "3"])
        #expect(answers.map(\.source) == ["model", "default", "model"])
    }

    @Test func `a compressed file gives the same answers`() throws {
        let text = Corpus.csv(rows)
        let plain = try classify(["--input", try folder.write(text, to: "rows.csv")])
        let packed = try classify(["--input", try folder.write(gzipped(Data(text.utf8)), to: "rows.csv.gz")])
        #expect(packed.status == 0)
        #expect(packed.output == plain.output)
        #expect(try decodedAnswers(plain).count == 20)
    }

    @Test func `standard input is a request a line, or what the format option says`() throws {
        let lines = Data(rows.map { $0.text + "\n" }.joined().utf8)
        #expect(try decodedAnswers(try classify([], input: lines)).map(\.task_type) == (try expected()))
        #expect(try decodedAnswers(try classify(["--input", "-"], input: lines)).count == 20)
        let json = Data(try Corpus.jsonLines(rows).utf8)
        let answers = try decodedAnswers(try classify(["--input-format", "jsonl"], input: json))
        #expect(answers.map(\.id) == (0..<20).map { "row-\($0)" })
        let table = Data(Corpus.csv(rows).utf8)
        #expect(try self.answers(of: table, "csv").count == 20)
    }

    private func answers(of bytes: Data, _ format: String) throws -> [Answer] {
        try decodedAnswers(try classify(["--input", "-", "--input-format", format], input: bytes))
    }

    @Test func `empty standard input has no answers and is no error`() throws {
        let result = try classify([])
        #expect(result.status == 0)
        #expect(result.text == "")
    }

    @Test func `several files follow each other, and unnumbered rows are counted through`() throws {
        let first = try folder.write("one\ntwo\n", to: "a.txt")
        let second = try folder.write("text\nthree\n", to: "b.csv")
        let answers = try decodedAnswers(try classify(["--input", first, "--input", second]))
        #expect(answers.map(\.id) == ["1", "2", "3"])
        #expect(answers.map(\.input.bytes) == [3, 3, 5])
    }

    @Test func `of a conversation the last request of the person is asked`() throws {
        let path = try folder.write(
            """
            {"id":"chat","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Prove that every integer which divides by seven is red."},{"role":"assistant","content":"Done."},{"role":"user","content":[{"type":"text","text":"Who painted the picture which opens on Mondays?"}]}],"tools":[{"type":"function","function":{"name":"look"}}]}
            {"messages":[]}

            """, to: "chat.jsonl")
        let answers = try decodedAnswers(try classify(["--input", path]))
        #expect(answers.map(\.id) == ["chat", "2"])
        #expect(answers.first?.task_type == "simple")
        #expect(answers.first?.input.bytes == "Who painted the picture which opens on Mondays?".utf8.count)
        #expect(answers.last?.source == "default")
    }

    @Test(arguments: [1, 2, 4, 7])
    func `many requests come back in their order on any number of threads`(threads: Int) throws {
        // More than one batch, with lengths that keep threads busy for different times.
        var generator = SplitMix64(seed: 11)
        let lengths = (0..<9000).map { _ in Int.random(in: 1...40, using: &generator) }
        let lines = lengths.map { String(repeating: "a ", count: $0).dropLast() + "\n" }.joined()
        let result = try classify(["--threads", "\(threads)"], input: Data(lines.utf8))
        let answers = try decodedAnswers(result)
        #expect(answers.map(\.id) == (1...9000).map(String.init))
        #expect(answers.map(\.input.tokens) == lengths)
    }

    @Test func `texts and files exclude each other`() throws {
        expectRefusal(try classify(["--input", "a.csv", "--", "text"]), "--input exclude each other")
    }

    @Test func `files that cannot be read are refused by name`() throws {
        expectRefusal(try classify(["--input", folder("none.csv")]), "none.csv", "No such file")
        expectRefusal(try classify(["--input", folder("none.pdf")]), "none.pdf", ".jsonl")
        try FileManager.default.createDirectory(atPath: folder("in.csv"), withIntermediateDirectories: false)
        expectRefusal(try classify(["--input", folder("in.csv")]), "in.csv", "directory")
        let broken = try folder.write(gzipped(Data("text\nhello\n".utf8)).dropLast(6), to: "cut.csv.gz")
        #expect(try classify(["--input", broken]).status == 2)
        expectRefusal(
            try classify(["--input", try folder.write("a,b\n1,2\n", to: "h.csv")]), "h.csv:1:1", "text")
    }

    @Test func `answers before a bad row are printed, then the row is named`() throws {
        let path = try folder.write("{\"text\":\"one\"}\n{\"text\":2}\n{\"text\":\"three\"}\n", to: "r.jsonl")
        let stopped = try classify(["--input", path])
        #expect(stopped.status == 2)
        #expect(stopped.errors.contains("r.jsonl:2:"))
        #expect(try decodedAnswers(stopped).map(\.input.bytes) == [3])
        let skipping = try classify(["--input", path, "--skip-bad-rows"])
        #expect(skipping.status == 0)
        #expect(try decodedAnswers(skipping).map(\.input.bytes) == [3, 5])
        #expect(skipping.errors.contains("r.jsonl:2:"))
        #expect(skipping.errors.contains("1 bad row"))
    }
}
