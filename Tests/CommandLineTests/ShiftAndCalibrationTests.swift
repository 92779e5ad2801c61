import Foundation
import TestSupport
import Testing

/// Calibration, abstention, imbalance and shift through the program.
@Suite struct ShiftAndCalibrationTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private static let quick = ["--hash-bits", "11", "--c", "3", "--loss", "softmax", "--quiet"]

    private func data(_ count: Int = 160, seed: UInt64 = 8, extra: [(name: String, value: (Int) -> String)] = [])
        throws -> String
    {
        try folder.write(Corpus.csv(Corpus.texts(count, seed: seed), extra: extra), to: "data\(seed).csv")
    }

    private func train(_ data: String, _ options: [String], to name: String = "model.safetensors") throws
        -> ProgramResult
    {
        try tasktype(["train", data, "--output", folder(name), "--report", folder("report.json")] + options)
    }

    private func report() throws -> [String: Any] { try object(try folder.content("report.json")) }

    private func requests(_ count: Int, labels: [String], name: String = "traffic.jsonl") throws -> String {
        let encoder = JSONEncoder()
        let lines = try Corpus.texts(count, seed: 31, labels: labels).map {
            String(decoding: try encoder.encode(["text": $0.text]), as: UTF8.self) + "\n"
        }
        return try folder.write(lines.joined(), to: name)
    }

    @Test func `a handful of requests tells no label mix`() throws {
        let data = try data()
        let few = try requests(49, labels: ["code"], name: "few.jsonl")
        expectRefusal(try train(data, Self.quick + ["--traffic", few]), "49 requests", "give 50 or more")
        #expect(!(try folder.names()).contains("model.safetensors"))
    }

    @Test func `candidates by label and target shares are kept in the file and evaluated`() throws {
        let data = try data()
        let result = try train(
            data, Self.quick + ["--candidates", "per-label", "--candidate-coverage", "0.8", "--target-share", "0.5"])
        #expect(result.status == 0, "\(result.errors)")
        let decisions = try #require(try report()["decisions"] as? [String: Any])
        #expect(decisions["candidate_sets"] as? String == "per-label")
        #expect(decisions["candidate_target"] as? Double == 0.8)
        #expect((decisions["candidate_coverage_by_label"] as? [String: Double])?.count == 4)
        let share = try #require(decisions["certain_share"] as? Double)
        #expect(share > 0.3 && share < 0.7)
        let evaluated = try tasktype(
            "evaluate", try self.data(80, seed: 9), "--model", folder("model.safetensors"), "--format", "json",
            "--bootstrap", "0")
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        let candidates = try #require(try object(evaluated.output)["candidates"] as? [String: Any])
        #expect(candidates["target"] as? Double == 0.8)
        #expect((candidates["per_label"] as? [String: Any])?.count == 4)
        #expect((0...1).contains(try #require(candidates["coverage"] as? Double)))
        #expect((1...4).contains(try #require(candidates["mean_size"] as? Double)))
        let facts = try object(
            try tasktype("models", "inspect", folder("model.safetensors"), "--format", "json").output)
        let metadata = try #require(facts["metadata"] as? [String: String])
        #expect(metadata["tasktype.format_version"] == "2")
        #expect(metadata["tasktype.decision"]?.contains("candidate_thresholds") == true)
    }

    @Test func `traffic is estimated, reported and expected, as the mix that it comes to`() throws {
        let data = try data(240)
        let traffic = try requests(400, labels: ["code", "code", "code", "simple", "reasoning", "complex"])
        let loud = Self.quick.filter { $0 != "--quiet" }
        let result = try train(data, loud + ["--traffic", traffic])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("label mix of the traffic, from 400 requests"), "\(result.errors)")
        let estimate = try #require(try report()["traffic"] as? [String: Any])
        let shares = try #require(estimate["shares"] as? [String: [String: Double]])
        #expect(abs((shares["code"]?["traffic"] ?? 0) - 0.5) < 0.12, "\(shares)")
        let mix = try #require(
            try object(
                Data(
                    (try object(
                        try tasktype("models", "inspect", folder("model.safetensors"), "--format", "json").output)[
                            "metadata"] as? [String: String])?["tasktype.decision"]?.utf8 ?? "".utf8))["priors"]
                as? [Double])
        #expect(abs(mix[0] - (shares["code"]?["traffic"] ?? 0)) < 0.01)
    }

    @Test func `a model is adapted to a mix and to traffic without training, and says from what`() throws {
        let data = try data(240)
        #expect(try train(data, Self.quick).status == 0)
        let given = try tasktype(
            "models", "adapt", folder("model.safetensors"), "--expected-mix",
            "code=0.7,complex=0.1,reasoning=0.1,simple=0.1", "--output", folder("given.safetensors"))
        #expect(given.status == 0, "\(given.errors)")
        func share(_ model: String) throws -> Double {
            let result = try tasktype("classify", "", "--model", folder(model), "--format", "jsonl")
            let answer = try object(result.output)
            return try #require((answer["probabilities"] as? [String: Double])?["code"])
        }
        #expect(abs(try share("given.safetensors") - 0.7) < 1e-5)
        let traffic = try requests(200, labels: ["simple", "simple", "simple", "code"])
        let labelled = try self.data(80, seed: 9)
        let adapted = try tasktype(
            "models", "adapt", folder("model.safetensors"), "--traffic", traffic, "--labelled", labelled, "--output",
            folder("adapted.safetensors"))
        #expect(adapted.status == 0, "\(adapted.errors)")
        #expect(adapted.errors.contains("95 % interval") && adapted.errors.contains("candidates were fitted anew"))
        let revision = try #require(
            try object(try tasktype("models", "inspect", folder("model.safetensors"), "--format", "json").output)[
                "revision"]
                as? String)
        let text = try tasktype("models", "inspect", folder("adapted.safetensors")).text
        #expect(text.contains(revision))
        // The same input gives the same bytes.
        let again = try tasktype(
            "models", "adapt", folder("model.safetensors"), "--traffic", traffic, "--labelled", labelled, "--output",
            folder("again.safetensors"), "--quiet")
        #expect(again.errors == "")
        #expect(try folder.content("again.safetensors") == folder.content("adapted.safetensors"))
    }

    @Test func `a warm start names its parent and takes its features, and decay what rows are worth`() throws {
        #expect(try train(try data(), Self.quick, to: "old.safetensors").status == 0)
        let fresh = try data(120, seed: 12, extra: [("timestamp", { "2026-0\(1 + $0 % 6)-01" })])
        let result = try train(
            fresh, ["--warm-start", folder("old.safetensors"), "--decay", "60d"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("rows fade from 2026-06-01"), "\(result.errors)")
        let decay = try #require(try report()["decay"] as? [String: Any])
        #expect(decay["half_life_days"] as? Double == 60)
        let old = try object(try tasktype("models", "inspect", folder("old.safetensors"), "--format", "json").output)
        let new = try object(try tasktype("models", "inspect", folder("model.safetensors"), "--format", "json").output)
        let revision = try #require(old["revision"] as? String)
        let metadata = try #require(new["metadata"] as? [String: String])
        #expect(metadata["tasktype.provenance"]?.contains("\"parent\":\"\(revision)\"") == true)
        #expect((old["metadata"] as? [String: String])?["tasktype.features"] == metadata["tasktype.features"])
    }

    @Test(arguments: [
        (["--target-share", "0"], "--target-share"), (["--target-share", "1.2"], "--target-share"),
        (["--target-share", "code=2"], "--target-share"), (["--target-share", "poem=0.5"], "poem"),
        (["--target-share", ""], "--target-share"), (["--target-share", "x"], "--target-share"),
        (["--target-share", "0.5", "--target-precision", "0.8"], "exclude each other"),
        (["--candidates", "some"], "--candidates"), (["--candidate-coverage", "1"], "--candidate-coverage"),
        (["--class-weights", "code=0"], "--class-weights"), (["--class-weights", "code=-2"], "--class-weights"),
        (["--class-weights", "poem=2"], "poem"), (["--class-weights", "code=1,code=2"], "twice"),
        (["--decay", "0"], "--decay"), (["--decay", "-3d"], "--decay"), (["--decay", "soon"], "--decay"),
        (["--decay", "30d"], "no `timestamp`"),
        (["--decay", "30d", "--undated", "newest"], "no row has a `timestamp`"),
        (["--undated", "never"], "--undated"),
        (["--traffic", "traffic.csv", "--expected-mix", "code=1"], "exclude each other"),
        (["--traffic", "missing.jsonl"], "missing.jsonl"),
        (["--warm-start", "missing.safetensors"], "missing.safetensors"),
        (["--warm-start", "m.safetensors", "--hash-bits", "12"], "leave out --hash-bits"),
    ])
    func `what cannot be done is refused by name`(options: [String], named: String) throws {
        let result = try tasktype(
            ["train", try data(16), "--output", folder("model.safetensors"), "--quiet"] + options)
        expectRefusal(result, named)
        #expect(!FileManager.default.fileExists(atPath: folder("model.safetensors")))
    }

    @Test func `traffic that is empty or labelled is refused, and so is adapting without what it needs`() throws {
        let data = try data(16)
        for (content, name, named) in [
            ("", "empty.jsonl", "holds no request"), ("text\n", "empty.csv", "holds no request"),
            (Corpus.csv(Corpus.texts(4, seed: 1)), "labelled.csv", "has labels"),
            (String(repeating: "{\"text\":\"\"}\n", count: 60), "silent.jsonl", "anything to classify"),
        ] {
            let traffic = try folder.write(content, to: name)
            let result = try train(data, Self.quick + ["--traffic", traffic])
            expectRefusal(result, named)
            #expect(!FileManager.default.fileExists(atPath: folder("model.safetensors")))
        }
        #expect(try train(data, Self.quick).status == 0)
        let model = folder("model.safetensors")
        for (options, named) in [
            ([], "--expected-mix"), (["--traffic", "t.jsonl"], "--labelled"),
            (["--expected-mix", "code=1"], "positive share for each"),
            (["--expected-mix", "code=0"], "--expected-mix"),
        ] {
            let result = try tasktype(["models", "adapt", model, "--output", folder("new.safetensors")] + options)
            expectRefusal(result, named)
            #expect(!FileManager.default.fileExists(atPath: folder("new.safetensors")))
        }
    }
}
