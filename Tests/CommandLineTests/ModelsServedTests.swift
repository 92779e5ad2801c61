import Foundation
import TestSupport
import Testing

/// A running sidecar takes over what is promoted and rolled back beside it.
@Suite struct ModelsServedTests {
    @Test func `answers name the promoted revision, and after a rollback the former one`() throws {
        let folder = try ScratchFolder()
        let models = folder("models")
        try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: false)
        let data = try folder.write(Corpus.csv(PromotionModels.newRows), to: "new.csv")
        func revision(_ model: String) throws -> String {
            try #require(
                object(tasktype("models", "inspect", model, "--format", "json").output)["revision"] as? String)
        }
        let (first, second) = (try TrainedModels.linear.get(), try TrainedModels.other.get())
        let target = models + "/default"
        #expect(try tasktype("models", "promote", first, "--to", target).status == 0)
        let socket = folder("socket")
        let sidecar = try ProgramRunner.start([
            "serve", "--models-directory", models, "--models-watch-interval", "0.05", "--listen-unix-socket", socket,
            "--listen-port", "none", "--log-level", "error",
        ])
        func answer() -> String? {
            let body = "{\"text\":\"Who painted the picture which sings before breakfast?\"}"
            guard let connection = try? RawConnection(unixSocket: socket),
                connection.send(
                    "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"),
                let response = connection.response(), response.status == 200,
                let answer = try? object(Data(response.body.utf8))
            else { return nil }
            return (answer["model"] as? [String: Any])?["revision"] as? String
        }
        func waitFor(_ wanted: String) throws -> Bool {
            try sidecar.wait(timeLimit: 30) { answer() == wanted }
        }
        #expect(try waitFor(revision(first)))
        #expect(
            try tasktype("models", "promote", second, "--to", target, "--data", data, "--margin", "0.1").status == 0)
        #expect(try waitFor(revision(second)))
        #expect(
            try tasktype("models", "promote", PromotionModels.worse.get(), "--to", target, "--data", data).status == 1)
        #expect(try tasktype("models", "rollback", target).status == 0)
        #expect(try waitFor(revision(first)))
        sidecar.send(SIGTERM)
        #expect(try sidecar.wait(timeLimit: 30).status == 0)
        // What the sidecar writes of changes that it met in place must not disturb the way back.
        #expect(
            try ledger(models + "/default.ledger.jsonl").compactMap { $0["action"] as? String } == [
                "promoted", "promoted", "refused", "rolled_back",
            ])
    }
}
