import Foundation
import TestSupport
import Testing

/// `train --tune` through the built program.
@Suite struct TrainTuneTests {
    private let folder: ScratchFolder
    private let data: String

    init() throws {
        folder = try ScratchFolder()
        data = try folder.write(Corpus.csv(Corpus.texts(80, seed: 50)), to: "data.csv")
    }

    private func tune(_ options: [String]) throws -> ProgramResult {
        try tasktype(["train", data, "--output", folder("model.safetensors"), "--hash-bits", "9"] + options)
    }

    @Test func `a search prints its trials, writes them to the report, and repeats byte for byte`() throws {
        let options = ["--tune-trials", "16", "--folds", "3", "--report", folder("report.json")]
        let result = try tune(options + ["--threads", "1"])
        #expect(result.status == 0, "\(result.errors)")
        for part in ["defaults", "part", "weighting none", "kept ", "points over the defaults", "--tune-trials "] {
            #expect(result.errors.contains(part), "\(result.errors)")
        }
        let report = try object(try folder.content("report.json"))
        let tuning = try #require(report["tuning"] as? [String: Any])
        let trials = try #require(tuning["trials"] as? [[String: Any]])
        #expect(trials.first?["rung"] as? String == "defaults")
        #expect((tuning["gain"] as? Double ?? -1) >= 0)
        let model = try folder.content("model.safetensors")
        #expect(try tasktype("models", "verify", folder("model.safetensors")).status == 0)
        #expect(try tune(options + ["--threads", "3", "--quiet"]).status == 0)
        #expect(try folder.content("model.safetensors") == model)
    }

    @Test func `a budget in seconds ends with a model that answers`() throws {
        let result = try tune(["--tune", "2", "--quiet"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors == "")
        let answer = try tasktype("classify", "Fix the bug in this script", "--model", folder("model.safetensors"))
        #expect(answer.status == 0)
    }

    @Test func `a budget too short for one trial is refused and nothing is written`() throws {
        expectRefusal(
            try tune(["--tune", "0.000001", "--quiet", "--report", folder("r.json")]), "too short for one trial")
        #expect(try folder.names() == ["data.csv"])
    }

    @Test(arguments: [
        (["--tune", "0"], "--tune"), (["--tune", "-1"], "--tune"), (["--tune", "nan"], "--tune"),
        (["--tune", "soon"], "--tune"), (["--tune-trials", "0"], "--tune-trials"),
        (["--tune-trials", "1.5"], "--tune-trials"), (["--tune", "5", "--loss", "logistic"], "--loss logistic"),
    ])
    func `an option of the search that makes no sense is refused by name`(options: [String], named: String) throws {
        expectRefusal(try tune(options + ["--quiet"]), named)
        #expect(try folder.names() == ["data.csv"])
    }

    @Test func `a search goes together with traffic, a size and weights of labels, and not with a start`() throws {
        let requests = Corpus.texts(60, seed: 52).map {
            "{\"text\":\"\($0.text.filter { $0 != "\"" && $0 != "\\" })\"}\n"
        }
        let traffic = try folder.write(requests.joined(), to: "traffic.jsonl")
        let result = try tune(
            ["--tune-trials", "2", "--traffic", traffic, "--max-size", "96KiB", "--class-weights", "code=2"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("label mix of the traffic, from 60 requests"), "\(result.errors)")
        #expect(result.errors.contains("smaller models for at most 98304 bytes"), "\(result.errors)")
        let size = try Data(contentsOf: URL(fileURLWithPath: folder("model.safetensors"))).count
        #expect(size <= 98304)
        expectRefusal(
            try tune(["--tune-trials", "2", "--warm-start", folder("model.safetensors"), "--quiet"]), "--warm-start")
    }

    @Test func `standard input cannot be searched on`() throws {
        let result = try tasktype(
            ["train", "-", "--output", folder("model.safetensors"), "--tune", "5"],
            input: Data(Corpus.csv(Corpus.texts(40, seed: 51)).utf8))
        expectRefusal(result, "more than once")
    }
}
