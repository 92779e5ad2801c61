import Foundation
import TestSupport
import Testing

/// An output never takes the place of what is read, nor of another output.
@Suite struct OutputFilesTests {
    private let folder: ScratchFolder
    private let data: String
    private let content: Data

    init() throws {
        folder = try ScratchFolder()
        data = try folder.write(Corpus.csv(Corpus.texts(40, seed: 1)), to: "data.csv")
        content = try folder.content("data.csv")
        try FileManager.default.createSymbolicLink(
            atPath: folder("link.csv"), withDestinationPath: folder("data.csv"))
    }

    /// Commands that would write the samples away, with the samples for `DATA` and another name of them for `SAME`.
    private static let destructive: [[String]] = [
        ["data", "dedupe", "DATA", "--output", "SAME"],
        ["data", "split", "DATA", "--train", "SAME", "--test", "other.csv=0.2"],
        ["data", "split", "DATA", "--train", "other.csv", "--test", "SAME=0.2"],
        ["data", "audit", "DATA", "--output", "SAME"],
        ["data", "select", "DATA", "--count", "3", "--output", "SAME"],
        ["data", "label", "DATA", "--output", "SAME", "--endpoint", "http://127.0.0.1:9/v1", "--model", "x"],
        ["train", "DATA", "--output", "SAME"],
        ["train", "DATA", "--output", "other.safetensors", "--report", "SAME"],
        ["train", "DATA", "--output", "SAME", "--traffic", "DATA"],
        ["evaluate", "DATA", "--output", "SAME"],
        ["models", "shrink", "-", "--data", "DATA", "--max-size", "1MiB", "--output", "SAME"],
        ["models", "adapt", "other.safetensors", "--expected-mix", "a=1", "--labelled", "DATA", "--output", "SAME"],
    ]

    @Test(arguments: destructive)
    func `samples are not written away by the command that reads them`(command: [String]) throws {
        for same in [data, folder("./data.csv"), folder("link.csv")] {
            let arguments = command.map { part in
                if part.hasPrefix("other") { return folder(part) }
                return part.replacingOccurrences(of: "SAME", with: same).replacingOccurrences(of: "DATA", with: data)
            }
            expectRefusal(try tasktype(arguments), "is one of the files to be read", "name another file")
            #expect(try folder.content("data.csv") == content, "\(arguments)")
            #expect(try folder.names() == ["data.csv", "link.csv"])
        }
    }

    @Test func `two outputs need two files, also before these exist`() throws {
        expectRefusal(
            try tasktype(["train", data, "--output", folder("new"), "--report", folder("./new")]), "written twice")
        expectRefusal(
            try tasktype(["data", "split", data, "--train", folder("new.csv"), "--test", folder("./new.csv=0.2")]),
            "written twice")
        #expect(try folder.names() == ["data.csv", "link.csv"])
    }

    @Test func `a report does not replace a model that is read, and a model its parent may`() throws {
        let model = folder("model.safetensors")
        #expect(try tasktype(["train", data, "--output", model] + TrainedModels.quick).status == 0)
        let old = try folder.content("model.safetensors")
        expectRefusal(try tasktype(["evaluate", data, "--model", model, "--output", model]), "files to be read")
        let heir = ["train", data, "--warm-start", model, "--holdout", "0.25", "--quiet", "--output"]
        expectRefusal(try tasktype(heir + [folder("heir.safetensors"), "--report", model]), "files to be read")
        #expect(try folder.content("model.safetensors") == old)
        let result = try tasktype(heir + [model])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try folder.content("model.safetensors") != old)
    }

    @Test func `a folder in the place of an output is refused before any row is read`() throws {
        let broken = try folder.write("text,label\nonly\n", to: "broken.csv")
        for command in [["train", broken, "--output"], ["evaluate", broken, "--output"]] {
            expectRefusal(try tasktype(command + [folder.path]), "it is a folder; name a file")
        }
        expectRefusal(try tasktype(["train", broken, "--output", ""]), "cannot be written")
    }
}
