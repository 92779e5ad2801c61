import Foundation
import TestSupport
import Testing

/// `data dedupe` and `data split`, which write files.
@Suite struct DataWritingTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func data(_ arguments: String...) throws -> ProgramResult {
        try tasktype(["data"] + arguments + ["--quiet"])
    }

    private func text(_ name: String) throws -> String { String(decoding: try folder.content(name), as: UTF8.self) }

    @Test func `rows that stay are copied with every column, byte for byte`() throws {
        let input = try folder.write(
            "\u{FEFF}id,prompt,task_type,Extra One\r\n1,\"a \"\"b\"\",\nc\",x,\"keep, this\"\r\n2,d,x,\r\n3,D,x,gone\r\n",
            to: "in.csv")
        let result = try data("dedupe", input, "--output", folder("out.csv"), "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            try text("out.csv") == "id,prompt,task_type,Extra One\n1,\"a \"\"b\"\",\nc\",x,\"keep, this\"\n2,d,x,\n")
        let report = try object(result.output)
        #expect(report["rows"] as? Int == 3)
        #expect(report["kept"] as? Int == 2)
        #expect(report["exact_duplicates"] as? Int == 1)
    }

    @Test func `files of different columns become one table`() throws {
        let first = try folder.write("text,label,source\none,a,web\n", to: "first.csv")
        let second = try folder.write("id,Prompt,label\n7,two,b\n", to: "second.csv")
        let third = try folder.write("{\"text\":\"three\",\"label\":\"a\",\"turn\":3}\n", to: "third.jsonl")
        #expect(try data("dedupe", first, second, third, "--output", folder("out.csv")).status == 0)
        #expect(try text("out.csv") == "text,label,source,id,turn\none,a,web,,\ntwo,b,,7,\nthree,a,,,3\n")
        #expect(try data("dedupe", first, second, third, "--output", folder("out.jsonl")).status == 0)
        let lines = try text("out.jsonl").split(separator: "\n")
        #expect(lines[0] == "{\"text\":\"one\",\"label\":\"a\",\"source\":\"web\"}")
        #expect(lines[2] == "{\"text\":\"three\",\"label\":\"a\",\"turn\":3}")
    }

    @Test func `conversations survive as they are`() throws {
        let line =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\",\"tool_calls\":[{\"id\":1}]}],\"label\":\"a\",\"x\":{\"y\":[1, 2]}}"
        let input = try folder.write(line + "\n" + line + "\n", to: "in.jsonl")
        #expect(try data("dedupe", input, "--output", folder("out.jsonl")).status == 0)
        #expect(try text("out.jsonl") == line + "\n")
    }

    @Test func `contradictory rows are reported with their places`() throws {
        let input = try folder.write("text,label\none,a\nOne,b\ntwo,a\n", to: "in.csv")
        let result = try data("dedupe", input, "--output", folder("out.csv"))
        #expect(result.text.contains("in.csv:2 a, "), "\(result.text)")
        #expect(try text("out.csv") == "text,label\ntwo,a\n")
        #expect(try data("dedupe", input, "--output", folder("out.csv"), "--conflicts", "keep").status == 0)
        #expect(try text("out.csv") == "text,label\none,a\nOne,b\ntwo,a\n")
    }

    @Test func `a bad row stops the run before anything is written, unless it is to be skipped`() throws {
        let input = try folder.write("text,label\none,a\nonly\n", to: "in.csv")
        expectRefusal(try data("dedupe", input, "--output", folder("out.csv")), "in.csv:3:1")
        #expect(try folder.names() == ["in.csv"])
        let result = try data("dedupe", input, "--output", folder("out.csv"), "--skip-bad-rows")
        #expect(result.status == 0)
        #expect(result.errors.contains("1 bad row was skipped"))
    }

    @Test func `outputs that cannot be written are refused before the work`() throws {
        let input = try folder.write("text,label\none,a\ntwo,b\n", to: "in.csv")
        for output in ["out.csv.gz", "out.txt", "out"] {
            expectRefusal(try data("dedupe", input, "--output", folder(output)), ".csv or .jsonl")
        }
        expectRefusal(try data("dedupe", input, "--output", folder("no/out.csv")), "there is no folder")
        expectRefusal(
            try data("dedupe", try folder.write("text,label\n", to: "e.csv"), "-o", folder("o.csv")),
            "there are no rows")
        #expect(try folder.names() == ["e.csv", "in.csv"])
    }

    @Test func `a division has every row once and no leak`() throws {
        let rows = Corpus.texts(80, seed: 41)
        let input = try folder.write(Corpus.csv(rows, extra: [("group", { "g\($0 / 2)" })]), to: "in.csv")
        let result = try data(
            "split", input, "--train", folder("train.csv"), "--validation", folder("validation.csv=0.1"), "--test",
            folder("test.csv=0.25"), "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        let sides = try #require(try object(result.output)["sides"] as? [String: [String: Any]])
        let counts = ["train", "validation", "test"].map { sides[$0]?["rows"] as? Int ?? 0 }
        #expect(counts.reduce(0, +) == 80)
        #expect(abs(counts[2] - 20) <= 4, "\(counts)")
        let lines = try ["train.csv", "validation.csv", "test.csv"].flatMap {
            try text($0).split(separator: "\n").dropFirst()
        }
        #expect(lines.sorted() == (try text("in.csv")).split(separator: "\n").dropFirst().sorted())
        let check = try data(
            "check", folder("train.csv"), "--against", folder("test.csv"), "--fail-on", "leaks,straddling_groups")
        #expect(check.status == 0, "\(check.errors)")
    }

    @Test func `the same seed gives the same files, another seed others`() throws {
        let input = try folder.write(Corpus.csv(Corpus.texts(60, seed: 42)), to: "in.csv")
        func train(_ seed: String, _ threads: String) throws -> Data {
            let result = try data(
                "split", input, "--train", folder("a.csv"), "--test", folder("b.csv=0.3"), "--seed", seed, "--threads",
                threads)
            #expect(result.status == 0, "\(result.errors)")
            return try folder.content("a.csv")
        }
        let first = try train("5", "1")
        #expect(try train("5", "3") == first)
        #expect(try train("6", "1") != first)
    }

    @Test(arguments: [
        ["--train", "a.csv"], ["--train", "a.csv", "--test", "a.csv=0.2"], ["--train", "a.csv", "--test", "b.csv"],
        ["--train", "a.csv=0.5", "--test", "b.csv=0.2"], ["--train", "a.csv", "--test", "b.csv=2"],
        ["--train", "a.csv", "--test", "b.csv=0.7", "--validation", "c.csv=0.4"],
    ])
    func `sides that make no sense are refused`(sides: [String]) throws {
        let input = try folder.write("text,label\none,a\ntwo,b\n", to: "in.csv")
        expectRefusal(try tasktype(["data", "split", input] + sides, folder: folder.path))
        #expect(try folder.names() == ["in.csv"])
    }

    @Test func `groups that leave a side empty leave no file`() throws {
        let input = try folder.write("text,label,group\none two three,a,g\nfour five six,b,g\n", to: "in.csv")
        expectRefusal(
            try data("split", input, "--train", folder("a.csv"), "--test", folder("b.csv=0.5")), "1 unit",
            "stay together")
        expectRefusal(
            try data("split", input, "--train", folder("a.csv"), "--test", folder("b.csv=0.5"), "--by", "time"), "unit")
        #expect(try folder.names() == ["in.csv"])
    }
}
