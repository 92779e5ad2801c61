import Foundation
import TestSupport
import Testing

/// Whatever moment `models promote` is killed at, the folder is whole and the next promotion works.
@Suite struct ModelsPromoteKillTests {
    @Test func `promotions that are killed leave the old model or the new one, and a history that fits`() throws {
        let folder = try ScratchFolder()
        let models = try [TrainedModels.linear.get(), TrainedModels.other.get()]
        let revisions = try models.map {
            try object(tasktype("models", "inspect", $0, "--format", "json").output)["revision"] as? String
        }
        let data = try folder.write(Corpus.csv(Array(PromotionModels.newRows.prefix(80))), to: "new.csv")
        func arguments(_ model: Int) -> [String] {
            [
                "models", "promote", models[model], "--to", folder("m"), "--data", data, "--bootstrap", "200",
                "--margin",
                "1", "--label-margin", "1", "--possible-loss", "1", "--calibration-margin", "1",
            ]
        }
        #expect(try tasktype(arguments(0)).status == 0)
        // How long the whole takes tells when to kill; the end, where files are changed, is tried more often.
        let start = Date()
        #expect(try tasktype(arguments(1)).status == 0)
        let duration = Date().timeIntervalSince(start)
        var random = SplitMix64(seed: 5)
        var killed = 0
        var current = 1
        for round in 0..<24 {
            let next = 1 - current
            let running = try ProgramRunner.start(arguments(next))
            usleep(UInt32(1e6 * duration * Double.random(in: (round % 3 == 0 ? 0.05 : 0.6)...1.05, using: &random)))
            running.send(SIGKILL)
            let result = try running.wait()
            if result.signal == SIGKILL { killed += 1 }
            let listed = try object(tasktype("models", "list", folder.path, "--format", "json").output)
            let model = try #require((listed["models"] as? [[String: Any]])?.first)
            let active = try #require(model["revision"] as? String)
            #expect(active == revisions[current] || active == revisions[next], "round \(round)")
            #expect(model["problem"] is NSNull, "round \(round)")
            if result.status == 0 {
                #expect(active == revisions[next], "acknowledged, and so on the disk: round \(round)")
            }
            current = active == revisions[0] ? 0 : 1
        }
        #expect(killed > 0)
        let last = 1 - current
        #expect(try tasktype(arguments(last)).status == 0)
        let history = try ledger(folder("m.ledger.jsonl"))
        for (earlier, later) in zip(history, history.dropFirst()) {
            #expect(later["previous"] as? String == earlier["revision"] as? String)
        }
        #expect(history.last?["revision"] as? String == revisions[last])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix(".tmp") })
        #expect(try tasktype("models", "rollback", folder("m")).status == 0)
        #expect(try tasktype("models", "verify", folder("m.safetensors")).text.contains(revisions[current] ?? "?"))
    }
}
