import Foundation
import TestSupport
import Testing

/// Training with features in a temporary file.
@Suite struct TrainStorageTests {
    private let folder: ScratchFolder
    private let data: String

    init() throws {
        folder = try ScratchFolder()
        var rows = "text,label\n"
        for row in 0..<700 {
            rows +=
                row % 2 == 0 ? "write a function number \(row),code\n" : "what is the capital of town \(row),simple\n"
        }
        data = try folder.write(rows, to: "data.csv")
    }

    private func train(_ name: String, _ options: [String]) throws -> ProgramResult {
        try tasktype(
            ["train", data, "--output", folder(name), "--c", "1", "--loss", "softmax", "--holdout", "0.2", "--quiet"]
                + options)
    }

    @Test("The limit of memory changes nothing in the model, and leaves nothing in the folder")
    func limits() throws {
        let scratch = folder("scratch")
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        #expect(try train("a.safetensors", []).status == 0)
        for (index, limit) in ["0", "20KB", "0.5GiB"].enumerated() {
            let name = "b\(index).safetensors"
            let result = try train(name, ["--memory-limit", limit, "--temporary-folder", scratch])
            #expect(result.status == 0, "\(result.errors)")
            #expect(
                FileManager.default.contents(atPath: folder(name))
                    == FileManager.default.contents(atPath: folder("a.safetensors")))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)
    }

    @Test(
        "What is no size or no folder is refused with status 2",
        arguments: [
            (["--memory-limit", "much"], "4GiB"), (["--memory-limit", "4 parsecs"], "4GiB"),
            (["--memory-limit", ""], "--memory-limit"), (["--memory-limit", "1e400"], "--memory-limit"),
            (["--memory-limit", "99999999999TiB"], "--memory-limit"),
            (["--temporary-folder", "/nonexistent/scratch"], "/nonexistent/scratch"),
        ])
    func refusals(options: [String], word: String) throws {
        let result = try train("c.safetensors", options)
        #expect(result.status == 2)
        #expect(result.errors.contains(word), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("c.safetensors")))
    }
}
