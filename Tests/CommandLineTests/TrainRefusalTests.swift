import Foundation
import TestSupport
import Testing

/// What training refuses, always with status 2, a sentence, and no model.
@Suite struct TrainRefusalTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func train(_ data: String, _ options: [String] = [], input: Data = Data()) throws -> ProgramResult {
        let result = try tasktype(
            ["train", data, "--output", folder("model.safetensors"), "--quiet"] + options, input: input)
        #expect(!FileManager.default.fileExists(atPath: folder("model.safetensors")))
        return result
    }

    private func train(content: String, _ options: [String] = []) throws -> ProgramResult {
        try train(try folder.write(content, to: "data.csv"), options)
    }

    @Test func `a validation file without rows is named`() throws {
        let empty = try folder.write("text,label\n", to: "empty.csv")
        let content = Corpus.csv(Corpus.texts(40, seed: 1))
        expectRefusal(
            try train(content: content, ["--validation", empty]), "empty.csv holds no rows to choose settings on")
    }

    @Test(arguments: [
        (["--holdout", "0"], "--holdout"), (["--holdout", "1"], "--holdout"),
        (["--holdout", "nan"], "--holdout"),
        (["--holdout", "some"], "--holdout"), (["--folds", "1"], "--folds"), (["--folds", "101"], "--folds"),
        (["--folds", "2.5"], "--folds"), (["--threads", "0"], "--threads"),
        (["--threads", "1025"], "--threads"),
        (["--hash-bits", "7"], "--hash-bits"), (["--hash-bits", "23"], "--hash-bits"),
        (["--word-ngrams", "0"], "--word-ngrams"), (["--word-ngrams", "4"], "--word-ngrams"),
        (["--hidden-units", "0"], "--hidden-units"), (["--hidden-units", "1025"], "--hidden-units"),
        (["--c", "0"], "--c"), (["--c", "-1"], "--c"), (["--c", "1,x"], "--c"), (["--c", ","], "--c"),
        (["--c", "inf"], "--c"), (["--kind", "forest"], "--kind"), (["--loss", "hinge"], "--loss"),
        (["--class-weights", "some"], "--class-weights"), (["--precision", "int2"], "--precision"),
        (["--seed", "x"], "--seed"), (["--seed", "18446744073709551616"], "--seed"),
        (["--default-label", "poem"], "default label poem"),
        (["--holdout", "0.2", "--folds", "3"], "exclude each other"),
        (["--validation", "v.csv", "--folds", "3"], "exclude each other"),
        (["--validation", "missing.csv"], "missing.csv"), (["--surprise"], "--surprise"),
        (["--expected-mix", "code"], "--expected-mix"), (["--expected-mix", "code=0"], "--expected-mix"),
        (["--expected-mix", "code=nan"], "--expected-mix"),
        (["--expected-mix", "poem=0.5,code=0.5"], "expected mix"),
        (["--expected-mix", "code=0.2,code=0.4"], "code"),
        (["--family-weights", "words"], "--family-weights"),
        (["--family-weights", "verbs=1"], "--family-weights"),
        (["--family-weights", "words=-1"], "--family-weights"),
        (["--family-weights", "words=inf"], "--family-weights"),
    ])
    func `an option out of range is refused by name`(options: [String], named: String) throws {
        expectRefusal(try train(content: Corpus.csv(Corpus.texts(16, seed: 1)), options), named)
    }

    @Test func `data and an output are needed`() throws {
        expectRefusal(try tasktype("train", "--output", folder("m")), "data")
        let data = try folder.write(Corpus.csv(Corpus.texts(16, seed: 1)), to: "data.csv")
        expectRefusal(try tasktype("train", data), "--output")
        expectRefusal(try train("-", ["--validation", "-"]), "Standard input")
    }

    @Test func `a quote left open is named by its line and column`() throws {
        let rows = Corpus.csv(Corpus.texts(8, seed: 1))
        let result = try train(content: rows + "simple text,\"simple\nanother text,code\n")
        expectRefusal(result, "data.csv:10:13", "quote", "never closed")
    }

    @Test(arguments: [
        ("text,labels\na,b\n", ["data.csv:1:1", "label"]), ("label\na\n", ["data.csv:1:1", "text"]),
        ("text,label\nhello\n", ["data.csv:2:", "expected 2 fields"]),
        ("text,label\n,code\n", ["data.csv:2:1", "text"]),
        ("text,label\nhello,\n", ["data.csv:2:7", "label"]),
        ("text,label,weight\nhello,code,-1\n", ["data.csv:2:12", "weight"]),
        ("text,label,weight\nhello,code,many\n", ["data.csv:2:12", "weight"]),
        ("text,label,timestamp\nhello,code,soon\n", ["data.csv:2:12", "timestamp"]), ("", ["data.csv"]),
        ("text,label\n", ["no samples"]), ("\n\n", ["data.csv"]),
    ])
    func `what is wrong with a table is said with its place`(content: String, parts: [String]) throws {
        let result = try train(content: content)
        expectRefusal(result)
        for part in parts { #expect(result.errors.contains(part), "\(result.errors)") }
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test func `invalid UTF-8 is named by its place`() throws {
        let data = try folder.write(
            Data("text,label\nab\u{0},x\nc".utf8) + [0xFF] + Data(",y\n".utf8), to: "data.csv")
        expectRefusal(try train(data), "data.csv:3:2", "UTF-8")
    }

    @Test func `one label only, and labels of one row, are refused by name`() throws {
        let one = Corpus.csv(Corpus.texts(12, seed: 1, labels: ["simple"]))
        expectRefusal(try train(content: one), "simple", "at least two labels")
        expectRefusal(
            try train(content: Corpus.csv(Corpus.texts(12, seed: 1)) + "a poem,poem\n"), "poem",
            "one training row")
    }

    @Test func `a label that only validation data have is refused`() throws {
        let extra = try folder.write("text,label\na poem,poem\nanother poem,poem\n", to: "validation.csv")
        expectRefusal(
            try train(content: Corpus.csv(Corpus.texts(12, seed: 1)), ["--validation", extra]), "poem",
            "no training row")
    }

    @Test func `missing files, folders and unknown formats are refused by name`() throws {
        expectRefusal(try train(folder("none.csv")), "none.csv", "No such file")
        expectRefusal(try train(folder("data.parquet")), "data.parquet")
        expectRefusal(try train(try folder.write("hello\n", to: "data.txt")), "data.txt", "labels")
        try FileManager.default.createDirectory(atPath: folder("sub.csv"), withIntermediateDirectories: false)
        expectRefusal(try train(folder("sub.csv")), "sub.csv", "directory")
        expectRefusal(try train(try folder.write("not gzip", to: "data.csv.gz")), "data.csv.gz", "gzip")
        expectRefusal(try train("-"), "<stdin>")
    }

    @Test func `malformed JSON is named by its place`() throws {
        let lines = "{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\" \"label\":\"x\"}\n"
        expectRefusal(try train(try folder.write(lines, to: "data.jsonl")), "data.jsonl:2:13")
    }

    @Test func `bad rows can be skipped, and are counted and listed`() throws {
        let data = try folder.write(
            Corpus.csv(Corpus.texts(24, seed: 1)) + "only a text\n,code\n", to: "data.csv")
        let result = try tasktype(
            ["train", data, "--output", folder("model.safetensors"), "--skip-bad-rows"] + TrainedModels.quick)
        #expect(result.status == 0)
        for part in ["data.csv:26:", "data.csv:27:1", "2 bad rows were skipped"] {
            #expect(result.errors.contains(part), "\(result.errors)")
        }
    }

    @Test func `one skipped row is counted in the singular`() throws {
        let data = try folder.write(Corpus.csv(Corpus.texts(24, seed: 1)) + ",code\n", to: "data.csv")
        let result = try tasktype(
            ["train", data, "--output", folder("model.safetensors"), "--skip-bad-rows"] + TrainedModels.quick)
        #expect(result.errors.contains("1 bad row was skipped"), "\(result.errors)")
    }
}
