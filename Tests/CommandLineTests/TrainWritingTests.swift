import Foundation
import TestSupport
import Testing

/// What is on the disk when a training run ends in whatever way.
@Suite struct TrainWritingTests {
    private let folder: ScratchFolder
    private let data: String

    init() throws {
        folder = try ScratchFolder()
        data = try folder.write(Corpus.csv(Corpus.texts(40, seed: 1)), to: "data.csv")
    }

    private func train(to output: String, _ options: [String] = []) throws -> ProgramResult {
        try tasktype(["train", data, "--output", output] + TrainedModels.quick + options)
    }

    /// A run that takes many seconds: a perceptron on many rows.
    private func startLongRun() throws -> RunningProgram {
        let data = try folder.write(Corpus.csv(Corpus.texts(3000, seed: 2)), to: "long.csv")
        let running = try ProgramRunner.start([
            "train", data, "--output", folder("model.safetensors"), "--kind", "mlp", "--hidden-units", "128",
        ])
        #expect(try running.wait { running.errorsSoFar.contains("training the perceptron") })
        return running
    }

    @Test func `a missing folder is refused`() throws {
        expectRefusal(try train(to: folder("none/model.safetensors")), "none/", "there is no folder")
    }

    @Test func `a path under a file, a folder and a device are refused`() throws {
        expectRefusal(
            try train(to: data + "/model.safetensors"), "data.csv/model.safetensors", "cannot be written")
        expectRefusal(try train(to: folder.path), "folder")
        expectRefusal(try train(to: "/dev/null"), "/dev/null")
        expectRefusal(try train(to: ""), "cannot be written")
        #expect(try folder.names() == ["data.csv"])
    }

    @Test func `a file size limit leaves the old model whole and nothing beside it`() throws {
        let output = folder("model.safetensors")
        #expect(try train(to: output).status == 0)
        let old = try folder.content("model.safetensors")
        let result = try ProgramRunner.shell(
            """
            ulimit -f 64
            "$tasktype" train data.csv --output model.safetensors --seed 5 --hash-bits 14 --holdout 0.25 --quiet
            """, folder: folder.path)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("larger than the limit"), "\(result.errors)")
        #expect(try folder.content("model.safetensors") == old)
        #expect(try folder.names() == ["data.csv", "model.safetensors"])
    }

    @Test func `a refused run leaves the old model whole`() throws {
        let output = folder("model.safetensors")
        #expect(try train(to: output).status == 0)
        let old = try folder.content("model.safetensors")
        try folder.write("text,label\n\"open,code\n", to: "data.csv")
        #expect(try train(to: output).status == 2)
        #expect(try folder.content("model.safetensors") == old)
    }

    @Test func `a report that cannot be written leaves the old model whole`() throws {
        let output = folder("model.safetensors")
        try folder.write("old", to: "model.safetensors")
        expectRefusal(try train(to: output, ["--report", folder("none/report.json")]), "none/")
        #expect(try folder.content("model.safetensors") == Data("old".utf8))
    }

    @Test func `Ctrl-C stops a long run: status 130, no model, nothing left behind`() throws {
        let running = try startLongRun()
        running.send(SIGINT)
        let result = try running.wait()
        #expect(result.status == 130, "\(result)")
        #expect(result.errors.contains("stopped; nothing was written"))
        #expect(try folder.names() == ["data.csv", "long.csv"])
    }

    @Test func `a second Ctrl-C need not wait for the first`() throws {
        let running = try startLongRun()
        running.send(SIGINT)
        // Signals of the same kind that arrive together are one.
        Thread.sleep(forTimeInterval: 0.1)
        running.send(SIGINT)
        #expect(try running.wait().status == 130)
        #expect(try folder.names() == ["data.csv", "long.csv"])
    }

    @Test func `Ctrl-C stops a run that waits for standard input`() throws {
        // The pipe stays open and empty. The shell gives the number of the waiting program away.
        let running = try ProgramRunner.start(
            [
                "-c", "mkfifo idle; exec 3<>idle; exec \"$0\" train - --output model.safetensors < idle",
                try program(),
            ],
            program: "/bin/sh", folder: folder.path)
        // Nothing tells from outside that the program reads; it does so within its first milliseconds.
        Thread.sleep(forTimeInterval: 1)
        running.send(SIGINT)
        let result = try running.wait(timeLimit: 20)
        #expect(result.status == 130, "\(result)")
        #expect(result.errors.contains("stopped; nothing was written"))
    }

    private func program() throws -> String { try #require(ProgramRunner.tasktype) }

    @Test func `a run that is killed leaves the old model whole`() throws {
        try folder.write("old", to: "model.safetensors")
        let running = try startLongRun()
        running.send(SIGKILL)
        #expect(try running.wait().signal == SIGKILL)
        #expect(String(decoding: try folder.content("model.safetensors"), as: UTF8.self) == "old")
        #expect(try folder.names() == ["data.csv", "long.csv", "model.safetensors"])
    }

    @Test func `a run that is killed at any moment leaves the old model or the new one`() throws {
        let output = folder("model.safetensors")
        #expect(try train(to: output, ["--seed", "2"]).status == 0)
        let new = try folder.content("model.safetensors")
        #expect(try train(to: output, ["--seed", "1"]).status == 0)
        let old = try folder.content("model.safetensors")
        #expect(old != new)
        var generator = SplitMix64(seed: 6)
        for _ in 0..<12 {
            try old.write(to: URL(fileURLWithPath: output))
            let running = try ProgramRunner.start(
                ["train", data, "--output", output, "--seed", "2"] + TrainedModels.quick)
            Thread.sleep(forTimeInterval: Double.random(in: 0...0.6, using: &generator))
            running.send(SIGKILL)
            _ = try running.wait()
            let content = try folder.content("model.safetensors")
            #expect(content == old || content == new)
        }
        // What a killed writer left goes with the next write.
        #expect(try train(to: output).status == 0)
        #expect(try folder.names() == ["data.csv", "model.safetensors"])
    }

    @Test func `a link stays, and the file behind it is replaced`() throws {
        try folder.write("old", to: "real.safetensors")
        try FileManager.default.createSymbolicLink(
            atPath: folder("model.safetensors"), withDestinationPath: "real.safetensors")
        #expect(try train(to: folder("model.safetensors")).status == 0)
        #expect(try tasktype("models", "verify", folder("real.safetensors")).status == 0)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder("model.safetensors"))
                == "real.safetensors")
    }
}
