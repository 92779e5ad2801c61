import Foundation
import TestSupport
import Testing

@Suite struct OutputTests {
    private let model: String
    private let folder: ScratchFolder

    init() throws {
        model = try TrainedModels.linear.get()
        folder = try ScratchFolder()
    }

    private func shell(_ script: String, input: Data = Data()) throws -> ProgramResult {
        try ProgramRunner.shell(script, input: input, environment: ["model": model], folder: folder.path)
    }

    @Test func `a reader that closes its pipe ends the program quietly`() throws {
        let result = try shell(
            """
            yes "Who painted it?" | head -n 20000 > lines.txt
            { "$tasktype" classify --model "$model" --input lines.txt; echo $? > status; } | head -n 1
            """)
        #expect(result.lines.count == 1)
        #expect(result.errors == "")
        #expect(String(decoding: try folder.content("status"), as: UTF8.self) == "0\n")
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full here"),
        arguments: [
            "classify --model \"$model\" -- 'Who?'", "classify --model \"$model\" --format json -- 'Who?'",
            "models inspect \"$model\"", "models verify \"$model\"", "--help", "--version",
        ])
    func `a full disk behind standard output is an error`(command: String) throws {
        let result = try shell("\"$tasktype\" \(command) > /dev/full")
        #expect(result.status == 2)
        #expect(result.errors.contains("No space left on device"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test func `closed standard streams end in an error, not in a crash`() throws {
        #expect(try shell("\"$tasktype\" classify --model \"$model\" -- 'Who?' >&-").status == 2)
        #expect(try shell("\"$tasktype\" classify --model \"$model\" <&-").status == 2)
        #expect(try shell("\"$tasktype\" classify --model \"$model\" -- 'Who?' 2>&-").status == 0)
    }

    @Test func `a report to a place that cannot be written is an error`() throws {
        let data = try folder.write(Corpus.csv(Corpus.texts(8, seed: 2)), to: "rows.csv")
        let result = try tasktype(
            "evaluate", data, "--model", model, "--output", folder("rows.csv/report.json"), "--format", "json"
        )
        expectRefusal(result, "rows.csv/report.json", "cannot be written")
    }
}
