import Foundation
import TestSupport
import Testing

/// `tasktype models list`, `rollback`, `prune` and `diff`.
@Suite struct ModelsFolderTests {
    private let folder: ScratchFolder
    private let models: [String]
    private let revisions: [String]

    init() throws {
        folder = try ScratchFolder()
        models = try [TrainedModels.linear.get(), TrainedModels.other.get(), TrainedModels.perceptron.get()]
        revisions = try models.map {
            try #require(
                object(tasktype("models", "inspect", $0, "--format", "json").output)["revision"] as? String)
        }
        for model in models {
            #expect(try tasktype("models", "promote", model, "--to", folder("m"), "--force", "test").status == 0)
        }
    }

    private func listed() throws -> [String: Any] {
        let list = try object(tasktype("models", "list", folder.path, "--format", "json").output)
        return try #require((list["models"] as? [[String: Any]])?.first)
    }

    @Test func `a list has each model with its revisions, labels, rows, size and history`() throws {
        let model = try listed()
        #expect(model["name"] as? String == "m")
        #expect(model["revision"] as? String == revisions[2])
        #expect(model["kind"] as? String == "mlp")
        #expect(model["rows"] as? Int == 180)
        #expect(model["labels"] as? [String] == Corpus.labels)
        #expect(try model["bytes"] as? Int == Data(contentsOf: URL(fileURLWithPath: models[2])).count)
        #expect((model["kept_revisions"] as? [[String: Any]])?.count == 3)
        #expect(model["previous_revisions"] as? [String] == [revisions[1], revisions[0]])
        #expect((model["history"] as? [[String: Any]])?.count == 3)
        #expect((model["active_since"] as? String)?.hasSuffix("Z") == true)
        let text = try tasktype("models", "list", folder.path, "--history").text
        for part in revisions + ["rollback goes here", "180 rows", "forced: test", "code, complex"] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func `an empty folder, a missing one and a broken model are each said to be so`() throws {
        let empty = try ScratchFolder()
        #expect(try tasktype("models", "list", empty.path).text.contains("There are no models"))
        expectRefusal(try tasktype("models", "list", empty("none")), "there is no folder")
        try empty.write("junk", to: "x.safetensors")
        let result = try tasktype("models", "list", empty.path)
        #expect(result.status == 0 && result.text.contains("broken"))
    }

    @Test func `rollbacks go back one by one, and to a stated revision`() throws {
        #expect(try tasktype("models", "rollback", folder("m"), "--reason", "slow").text.contains(revisions[1]))
        #expect(try listed()["revision"] as? String == revisions[1])
        #expect(try tasktype("models", "rollback", "m", "--directory", folder.path).status == 0)
        #expect(try listed()["revision"] as? String == revisions[0])
        expectRefusal(try tasktype("models", "rollback", folder("m")), "no revision that was active before")
        let digits = String(revisions[2].dropFirst(7).prefix(10))
        #expect(try tasktype("models", "rollback", folder("m"), "--to", digits).status == 0)
        #expect(try listed()["revision"] as? String == revisions[2])
        expectRefusal(try tasktype("models", "rollback", folder("m"), "--to", "abc"), "no revision")
        expectRefusal(try tasktype("models", "rollback", folder("other")), "other")
        #expect(try ledger(folder("m.ledger.jsonl")).contains { $0["reason"] as? String == "slow" })
    }

    @Test func `a kept copy that is damaged is not rolled back to`() throws {
        try folder.write("junk", to: "m.revisions/sha256-\(revisions[1].dropFirst(7)).safetensors")
        #expect(try tasktype("models", "rollback", folder("m")).text.contains(revisions[0]))
        expectRefusal(try tasktype("models", "rollback", folder("m"), "--to", revisions[1]), "damaged")
    }

    @Test func `pruning says how many it removed and leaves the way back`() throws {
        let rehearsal = try tasktype("models", "prune", folder("m"), "--keep", "0", "--dry-run")
        #expect(rehearsal.text.contains("1 revision would be removed"))
        #expect((try listed()["kept_revisions"] as? [[String: Any]])?.count == 3)
        let result = try tasktype(
            "models", "prune", "--all", "--directory", folder.path, "--keep", "0", "--format", "json")
        let pruned = try #require(try JSONSerialization.jsonObject(with: result.output) as? [[String: Any]])
        #expect(pruned.first?["removed"] as? [String] == [revisions[0]])
        #expect((pruned.first?["kept"] as? [String]).map(Set.init) == Set(revisions[1...]))
        #expect(try tasktype("models", "rollback", folder("m")).text.contains(revisions[1]))
        expectRefusal(try tasktype("models", "prune", folder("m"), "--keep", "-1"), "--keep")
        expectRefusal(try tasktype("models", "prune", "--keep", "1"), "--all")
    }

    @Test func `a difference names settings, calibration and provenance, and what weights moved`() throws {
        let result = try tasktype("models", "diff", models[0], models[1], "--format", "json", "--list", "7")
        #expect(result.status == 0, "\(result.errors)")
        let difference = try object(result.output)
        let names = try #require(difference["changes"] as? [[String: Any]]).compactMap { $0["name"] as? String }
        #expect(names.contains { $0.hasPrefix("calibration.scales[") })
        #expect(names.contains("provenance.origin.data[0]"))
        #expect(!names.contains { $0.hasPrefix("features.") })
        let weights = try #require(difference["weights"] as? [String: Any])
        let moved = try #require(weights["moved_most"] as? [[String: Any]])
        #expect(moved.count == 7)
        let distances = try moved.map { abs(try #require($0["a"] as? Double) - (try #require($0["b"] as? Double))) }
        #expect(distances == distances.sorted(by: >))
        #expect(try tasktype("models", "diff", models[0], models[0]).text.contains("the same, byte for byte"))
        let settings = try tasktype("models", "diff", models[0], models[2]).text
        #expect(settings.contains("kind") && settings.contains("cannot be compared"))
    }

    @Test func `revisions of a folder are named by name and digits`() throws {
        let text = try tasktype(
            "models", "diff", folder("m") + "@previous", folder("m") + "@" + revisions[0].dropFirst(7).prefix(8)
        ).text
        #expect(text.contains(revisions[1]) && text.contains(revisions[0]))
        let other = try tasktype("models", "diff", "m", "m@previous", "--directory", folder.path)
        #expect(other.text.contains(revisions[2]) && other.text.contains(revisions[1]))
        expectRefusal(try tasktype("models", "diff", "m@ffff", "m", "--directory", folder.path), "ffff")
    }

    @Test func `given requests, what both answer is compared, without texts unless asked for`() throws {
        let worse = try PromotionModels.worse.get()
        let data = try folder.write(Corpus.csv(PromotionModels.newRows), to: "new.csv")
        let answers = try #require(
            object(tasktype("models", "diff", worse, models[0], data, "--format", "json").output)["answers"]
                as? [String: Any])
        let changed = try #require(answers["changed"] as? [[String: Any]])
        #expect(!changed.isEmpty && changed.allSatisfy { $0["text"] == nil && $0["label"] != nil })
        let matrix = try #require((answers["agreement"] as? [String: Any])?["matrix"] as? [[Double]])
        #expect(matrix.flatMap(\.self).reduce(0, +) == 400)
        #expect(try tasktype("models", "diff", worse, models[0], data).text.contains("Agreement"))
        #expect(
            try tasktype("models", "diff", worse, models[0], data, "--show-texts").text.contains("plan for a harbour"))
        let unlabelled = try folder.write(
            PromotionModels.newRows.map { "{\"text\":\"\($0.text)\"}\n" }.joined(), to: "requests.jsonl")
        let plain = try #require(
            object(tasktype("models", "diff", worse, models[0], unlabelled, "--format", "json").output)["answers"]
                as? [String: Any])
        #expect(plain["accuracy_a"] == nil)
        #expect((plain["changed"] as? [[String: Any]])?.count == changed.count)
    }
}
