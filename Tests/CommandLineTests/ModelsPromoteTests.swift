import Foundation
import TestSupport
import Testing

/// `tasktype models promote`.
@Suite struct ModelsPromoteTests {
    private let folder: ScratchFolder
    private let directory: String
    private let data: String
    private let good: String
    private let better: String

    init() throws {
        folder = try ScratchFolder()
        directory = folder("models")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        data = try folder.write(Corpus.csv(PromotionModels.newRows), to: "new.csv")
        good = try TrainedModels.linear.get()
        better = try TrainedModels.other.get()
    }

    private func promote(_ model: String, _ options: String...) throws -> ProgramResult {
        try tasktype(
            ["models", "promote", model, "--to", directory + "/m", "--bootstrap", "300"] + options)
    }

    private func revision(_ model: String) throws -> String {
        try #require(object(tasktype("models", "inspect", model, "--format", "json").output)["revision"] as? String)
    }

    private func active() throws -> String { try revision(directory + "/m.safetensors") }

    @Test func `a first model is put in place and said to be the first`() throws {
        let result = try promote(good, "--data", data)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text.contains("first model called m"))
        #expect(try active() == revision(good))
        let entry = try #require(ledger(directory + "/m.ledger.jsonl").first)
        #expect(entry["action"] as? String == "promoted")
        #expect((entry["reason"] as? String)?.contains("first model") == true)
    }

    @Test func `who beat whom, by how much, on what and by which rule is in the ledger`() throws {
        #expect(try promote(good).status == 0)
        let result = try promote(better, "--data", data, "--margin", "0.03", "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try active() == revision(better))
        let report = try object(result.output)
        #expect(report["outcome"] as? String == "promoted")
        let entry = try #require(ledger(directory + "/m.ledger.jsonl").last)
        #expect(try entry["revision"] as? String == revision(better))
        #expect(try entry["previous"] as? String == revision(good))
        let evidence = try #require(entry["evidence"] as? [String: Any])
        #expect(evidence["rows"] as? Int == 400)
        #expect((evidence["rule"] as? [String: Any])?["margin"] as? Double == 0.03)
        let accuracy = try #require(evidence["accuracy"] as? [String: Any])
        #expect(accuracy["candidate"] as? Double == (report["accuracy"] as? [String: Any])?["candidate"] as? Double)
        #expect((accuracy["difference_ci95"] as? [Double])?.count == 2)
        let file = try #require((evidence["data"] as? [[String: Any]])?.first)
        let digest = try ProgramRunner.run([data], program: "/usr/bin/sha256sum").text.prefix(64)
        #expect(file["digest"] as? String == "sha256:\(digest)")
        #expect((evidence["labels"] as? [String: Any])?.keys.sorted() == Corpus.labels)
    }

    @Test func `a model that is worse is refused with the label, the figures and exit status 1`() throws {
        _ = try promote(good)
        let result = try promote(try PromotionModels.worse.get(), "--data", data)
        #expect(result.status == 1)
        #expect(result.text.contains("Refused"))
        #expect(result.text.contains("label complex is worse by more than the margin of 2.0 points"))
        #expect(result.errors.contains("accuracy is worse by more than the margin of 0.50 points"))
        #expect(try active() == revision(good))
        let entry = try #require(ledger(directory + "/m.ledger.jsonl").last)
        #expect(entry["action"] as? String == "refused")
        let findings = try #require((entry["evidence"] as? [String: Any])?["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["kind"] as? String == "label_worse" && $0["label"] as? String == "complex" })
    }

    @Test func `a rehearsal decides alike and changes nothing`() throws {
        _ = try promote(good)
        let before = try ledger(directory + "/m.ledger.jsonl").count
        #expect(try promote(better, "--data", data, "--dry-run").text.contains("Would be promoted"))
        let refused = try promote(try PromotionModels.worse.get(), "--data", data, "--dry-run")
        #expect(refused.status == 1 && refused.text.contains("Would be refused"))
        #expect(try active() == revision(good))
        #expect(try ledger(directory + "/m.ledger.jsonl").count == before)
    }

    @Test func `force puts anything in place, with the reason and what spoke against it in the ledger`() throws {
        _ = try promote(good)
        let result = try promote(try PromotionModels.worse.get(), "--data", data, "--force", "traffic has no plans")
        #expect(result.status == 0)
        #expect(try active() == revision(PromotionModels.worse.get()))
        let reason = try #require(ledger(directory + "/m.ledger.jsonl").last?["reason"] as? String)
        #expect(reason.hasPrefix("forced: traffic has no plans (against: "))
        #expect(reason.contains("label complex"))
        expectRefusal(try promote(better, "--force", " "), "--force needs a reason")
    }

    @Test func `rows that the candidate was trained on, or calibrated by, are refused by their digest`() throws {
        _ = try promote(good)
        let rows = try folder.write(Corpus.csv(Corpus.texts(240, seed: 77)), to: "seen.csv")
        let result = try promote(better, "--data", rows)
        #expect(result.status == 1)
        #expect(result.text.contains("it was trained on"))
        let known = try folder.write(Corpus.csv(Corpus.texts(240, seed: 1)), to: "known.csv")
        let flattered = try promote(better, "--data", known, "--margin", "0.2", "--label-margin", "0.2", "--dry-run")
        #expect(flattered.text.contains("the model in service was trained on"))
        #expect(flattered.status == 0, "\(flattered.errors)")
        let training = try folder.write(Corpus.csv(Corpus.texts(200, seed: 8)), to: "training.csv")
        let model = folder("calibrated.safetensors")
        let options = TrainedModels.quick.filter { $0 != "--holdout" && $0 != "0.25" }
        #expect(
            try tasktype(["train", training, "--output", model, "--validation", data] + options).status == 0)
        #expect(try promote(model, "--data", data).text.contains("calibrated on"))
    }

    @Test func `with the training data, equal and nearly equal rows are found, and refused or left out`() throws {
        _ = try promote(good)
        let training = try folder.write(Corpus.csv(Corpus.texts(240, seed: 77)), to: "training.csv")
        var rows = Corpus.texts(240, seed: 77).prefix(20).enumerated().map { index, row in
            var row = row
            if index % 2 == 0 { row.text = row.text.replacing(", case ", with: ", cases ") }
            if index == 1 { row.text = row.text.uppercased() }
            return row
        }
        let unlike = PromotionModels.newRows.map {
            LabelledText(
                text: $0.text.replacing(" and ", with: " although it never again ").replacing("case", with: "number"),
                label: $0.label)
        }
        rows += unlike
        let mixed = try folder.write(Corpus.csv(rows), to: "mixed.csv")
        let refused = try promote(better, "--data", mixed, "--training", training, "--format", "json")
        #expect(refused.status == 1)
        let leaks = try #require(object(refused.output)["leaks"] as? [String: Any])
        #expect(leaks["exact"] as? Int == 9)
        #expect(leaks["normalized"] as? Int == 1)
        #expect(leaks["near"] as? Int == 10)
        let judged = try promote(
            better, "--data", mixed, "--training", training, "--drop-leaks", "--format", "json", "--margin", "0.1",
            "--label-margin", "0.1")
        #expect(try object(judged.output)["rows"] as? Int == 400)
        #expect((try object(judged.output)["leaks"] as? [String: Any])?["left_out"] as? Bool == true)
    }

    @Test func `one file with the rows to train on and those to judge by is judged row by row`() throws {
        _ = try promote(good)
        let rows = Corpus.texts(240, seed: 9) + PromotionModels.newRows
        let all = try folder.write(
            Corpus.csv(rows, extra: [("split", { $0 < 240 ? "train" : "test" })]), to: "all.csv")
        let model = folder("part.safetensors")
        #expect(
            try tasktype(["train", all, "--where", "split=train", "--output", model] + TrainedModels.quick).status == 0)
        let test = ["--data", all, "--where", "split=test", "--margin", "0.1", "--label-margin", "0.1", "--dry-run"]
        func judge(_ options: String...) throws -> ProgramResult {
            try tasktype(
                ["models", "promote", model, "--to", directory + "/m", "--bootstrap", "300", "--leak-threshold", "1"]
                    + test + options)
        }
        let unproven = try judge()
        #expect(unproven.status == 1 && unproven.errors.contains("show that with --training and --training-where"))
        let proven = try judge("--training", all, "--training-where", "split=train", "--format", "json")
        #expect(proven.status == 0, "\(proven.errors)")
        #expect(try object(proven.output)["where"] as? [String] == ["split=test"])
        #expect(try judge("--training", all).text.contains("400 of 400 rows are in the training data"))
    }

    @Test func `other labels are refused unless allowed, and rows that one model cannot know are not compared`() throws
    {
        _ = try promote(good)
        var rows = PromotionModels.newRows.prefix(200).map(\.self)
        rows.append(LabelledText(text: "Good morning to all of you there", label: "greeting"))
        let mixed = try folder.write(Corpus.csv(rows), to: "mixed.csv")
        let refused = try promote(try PromotionModels.otherLabels.get(), "--data", mixed)
        #expect(refused.status == 1)
        #expect(refused.text.contains("new: greeting; gone: complex, reasoning"))
        let allowed = try promote(
            try PromotionModels.otherLabels.get(), "--data", mixed, "--allow-label-changes", "--dry-run",
            "--format", "json")
        let report = try object(allowed.output)
        #expect(report["rows"] as? Int == 100)
        #expect(report["rows_left_out"] as? Int == 101)
        #expect((report["labels"] as? [String: Any])?.keys.sorted() == ["code", "simple"])
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(!findings.contains { $0["kind"] as? String == "labels" })
    }

    @Test func `too few rows are refused with how many are needed`() throws {
        _ = try promote(good)
        let few = try folder.write(Corpus.csv(Array(PromotionModels.newRows.prefix(20))), to: "few.csv")
        let result = try promote(better, "--data", few)
        #expect(result.status == 1)
        #expect(result.text.contains("has 5 rows, too few to tell"))
    }

    @Test func `the same revision again changes nothing`() throws {
        _ = try promote(good)
        let before = try ledger(directory + "/m.ledger.jsonl").count
        let result = try promote(good, "--data", data)
        #expect(result.status == 0 && result.text.contains("already"))
        #expect(try ledger(directory + "/m.ledger.jsonl").count == before)
    }

    @Test func `bad usage and bad files are refused in a sentence, and the folder stays as it was`() throws {
        _ = try promote(good)
        expectRefusal(try promote(better), "--data")
        expectRefusal(try promote(better, "--data", "-"), "digests")
        expectRefusal(try promote(better, "--data", folder("none.csv")), "none.csv")
        expectRefusal(try promote(folder("none.safetensors"), "--data", data), "none.safetensors")
        expectRefusal(try promote(data, "--data", data), "new.csv")
        expectRefusal(try promote(better, "--data", data, "--margin", "2"), "margin")
        expectRefusal(try promote(better, "--data", data, "--drop-leaks"), "--training")
        expectRefusal(
            try tasktype("models", "promote", better, "--to", folder("nowhere") + "/m", "--data", data),
            "there is no folder")
        expectRefusal(
            try tasktype("models", "promote", better, "--to", directory + "/.m", "--data", data), "names no model")
        let unknown = try folder.write("text,label\nHello there,poetry\n", to: "unknown.csv")
        expectRefusal(try promote(better, "--data", unknown), "unknown.csv:2", "poetry")
        #expect(try active() == revision(good))
    }

    @Test func `a broken model in service is no reference, but can be replaced by force`() throws {
        _ = try promote(good)
        try Data("no model".utf8).write(to: URL(fileURLWithPath: directory + "/m.safetensors"))
        expectRefusal(try promote(better, "--data", data), "cannot be compared with", "roll back")
        #expect(try promote(better, "--data", data, "--force", "was broken").status == 0)
        #expect(try active() == revision(better))
        #expect(try tasktype("models", "rollback", directory + "/m").status == 0)
        #expect(try active() == revision(good))
    }
}
