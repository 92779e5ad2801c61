import Foundation
import TestSupport
import Testing

@Suite struct ClassifyWithoutModelTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Paths that hold no model, and a part of what is said about each.
    private func brokenModels() throws -> [(path: String, reason: String)] {
        let whole = try Data(contentsOf: URL(fileURLWithPath: try TrainedModels.linear.get()))
        return [
            (folder("missing.safetensors"), "does not exist"),
            (folder.path, "folder"),
            (try folder.write("", to: "empty.safetensors"), "empty"),
            (try folder.write("not a model, just words", to: "words.safetensors"), "words.safetensors"),
            (try folder.write(whole.prefix(whole.count / 2), to: "half.safetensors"), "half.safetensors"),
        ]
    }

    @Test func `without a usable model each request gets the default label, and the reason is said once`()
        throws
    {
        for (path, reason) in try brokenModels() {
            let result = try tasktype(
                "classify", "--model", path, "--format", "jsonl", "--", "Prove it.", "Who?")
            #expect(result.status == 0)
            #expect(result.errors.contains(reason), "\(result.errors)")
            #expect(result.errors.contains("answering complex for every request"))
            #expect(result.errors.split(separator: "\n").count == 2)
            let answers = try decodedAnswers(result)
            #expect(answers.map(\.source) == ["default", "default"])
            #expect(answers.map(\.task_type) == ["complex", "complex"])
            #expect(answers.map(\.uncertain) == [true, true])
            #expect(answers.allSatisfy { abs($0.probabilities.values.reduce(0, +) - 1) < 1e-5 })
        }
    }

    @Test func `the default label can be named`() throws {
        let result = try tasktype(
            "classify", "--model", folder("missing"), "--default-label", "other", "--format", "jsonl", "--",
            "Who?")
        #expect(try decodedAnswers(result).map(\.task_type) == ["other"])
        #expect(try decodedAnswers(result).map(\.candidates) == [["other"]])
    }

    @Test(arguments: ["text", "json", "csv"])
    func `every format answers without a model`(format: String) throws {
        let result = try tasktype(
            "classify", "--model", folder("missing"), "--format", format, "--explain", "--", "Who?")
        #expect(result.status == 0)
        #expect(result.text.contains("complex"))
        #expect(result.text.contains("default"))
    }

    @Test func `strict makes each of these an error before anything is answered`() throws {
        for (path, reason) in try brokenModels() {
            let result = try tasktype(
                "classify", "--strict", "--model", path, "--format", "json", "--", "Prove it.")
            expectRefusal(result, reason)
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func `strict with a sound model answers as always`() throws {
        let model = try TrainedModels.linear.get()
        let strict = try tasktype("classify", "--strict", "--model", model, "--", "Prove it.")
        #expect(strict.status == 0)
        #expect(strict.output == (try tasktype("classify", "--model", model, "--", "Prove it.").output))
    }

    @Test(.enabled(if: EmbeddedModel.isPresent, .init(rawValue: EmbeddedModel.skipReason)))
    func `the embedded model answers where none is named, from any folder`() throws {
        let result = try tasktype(
            "classify", "--strict", "--format", "jsonl", "--",
            "Write a function that reverses a list in Python.",
            folder: folder.path)
        let answer = try #require(try decodedAnswers(result).first, "\(result.errors)")
        #expect(answer.model?.name == "default")
        #expect(Set(answer.probabilities.keys) == ["simple", "code", "reasoning", "complex"])
        #expect(answer.task_type == "code")
        #expect(answer.source == "model")
    }

    @Test(.enabled(if: EmbeddedModel.isPresent, .init(rawValue: EmbeddedModel.skipReason)))
    func `the embedded model can be inspected and measured`() throws {
        let facts = try object(try tasktype("models", "inspect", "--format", "json").output)
        #expect(facts["name"] as? String == "default")
        #expect(try #require(facts["bytes"] as? Int) <= 4 << 20)
    }
}
