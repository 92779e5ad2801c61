import Foundation
import TestSupport
import Testing

@Suite struct ClassifyFormatTests {
    private let model: String
    private let texts = ["Who painted \"the, picture\"?\nAnd when?", "Prove it.", ""]
    private static let keys: Set<String> = [
        "id", "task_type", "confidence", "probabilities", "source", "uncertain", "candidates", "model",
        "input",
    ]

    init() throws { model = try TrainedModels.linear.get() }

    private func classify(_ options: String...) throws -> ProgramResult {
        try tasktype(["classify", "--model", model] + options + ["--"] + texts)
    }

    private func check(_ answer: [String: Any]) throws {
        #expect(Set(answer.keys) == Self.keys)
        #expect(Set(try #require(answer["model"] as? [String: Any]).keys) == ["name", "revision"])
        let input = try #require(answer["input"] as? [String: Any])
        #expect(Set(input.keys) == ["bytes", "tokens", "truncated", "coverage"])
    }

    @Test func `JSON Lines have the keys of the contract and no others`() throws {
        let result = try classify("--format", "jsonl")
        #expect(result.lines.count == 3)
        for line in result.lines { try check(try object(Data(line.utf8))) }
    }

    @Test func `JSON is one array of the same objects`() throws {
        let array = try JSONSerialization.jsonObject(with: try classify("--format", "json").output)
        let objects = try #require(array as? [[String: Any]])
        #expect(objects.count == 3)
        for object in objects { try check(object) }
        let lines = try classify("--format", "jsonl").lines.map { try object(Data($0.utf8)) }
        #expect(objects as NSArray == lines as NSArray)
    }

    @Test func `JSON without requests is an empty array`() throws {
        let result = try tasktype("classify", "--model", model, "--format", "json")
        #expect(try JSONSerialization.jsonObject(with: result.output) as? [Int] == [])
    }

    @Test func `probabilities sum to 1, the label is the most probable, and it is a candidate`() throws {
        let texts = Corpus.texts(60, seed: 9).map(\.text) + ["漢字", "x", "zq zq zq zq", "{}();"]
        let result = try tasktype(["classify", "--model", model, "--format", "jsonl", "--"] + texts)
        for answer in try decodedAnswers(result) {
            #expect(abs(answer.probabilities.values.reduce(0, +) - 1) < 1e-5)
            #expect(Set(answer.probabilities.keys) == Set(Corpus.labels))
            #expect(answer.probabilities.values.allSatisfy { (0...1).contains($0) })
            #expect(answer.confidence == answer.probabilities.values.max())
            #expect(answer.probabilities[answer.task_type] == answer.confidence)
            #expect(answer.candidates.contains(answer.task_type))
            #expect(Set(answer.candidates).count == answer.candidates.count)
            #expect((0...1).contains(answer.input.coverage))
        }
    }

    @Test func `the model is named by its file and its digest`() throws {
        let result = try ProgramRunner.run(["-c", "sha256sum < \"$0\"", model], program: "/bin/sh")
        let digest = try #require(result.text.split(separator: " ").first)
        let answer = try linearAnswer(to: "Prove it.")
        #expect(answer.model?.name == "linear")
        #expect(answer.model?.revision == "sha256:\(digest)")
    }

    @Test func `the input's length is in bytes, and a text beyond the window is marked`() throws {
        #expect(try linearAnswer(to: "naïve").input.bytes == 6)
        #expect(try linearAnswer(to: "naïve").input.truncated == false)
        let long = try linearAnswer(to: String(repeating: "sorts its rows ", count: 4000))
        #expect(long.input.bytes == 60_000)
        #expect(long.input.truncated)
    }

    @Test func `an unknown script is uncertain`() throws {
        let answer = try linearAnswer(to: "ქალაქი მთის ძირას")
        #expect(answer.uncertain)
        #expect(answer.input.coverage < 0.5)
        #expect(try linearAnswer(to: "Prove that every integer which divides by seven").input.coverage > 0.9)
    }

    @Test func `CSV has a header and a row for each request`() throws {
        let lines = try classify("--format", "csv").text.split(separator: "\n").map(String.init)
        #expect(
            lines.first
                == "id,task_type,confidence,source,uncertain,candidates,p_code,p_complex,p_reasoning,p_simple"
        )
        #expect(lines.count == 4)
        let answers = try decodedAnswers(try classify("--format", "jsonl"))
        for (line, answer) in zip(lines.dropFirst(), answers) {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            try #require(fields.count == 10)
            #expect(fields[..<2] == [answer.id, answer.task_type])
            #expect(Double(fields[2]) == answer.confidence)
            #expect(fields[3...4] == [answer.source, "\(answer.uncertain)"])
            #expect(fields[5] == answer.candidates.joined(separator: " "))
            #expect(zip(fields[6...], Corpus.labels).allSatisfy { Double($0) == answer.probabilities[$1] })
        }
    }

    @Test func `identifiers with commas, quotes and line breaks survive CSV and JSON`() throws {
        let identifier = "a,\"b\"\n\u{1}é\\"
        let line = try JSONSerialization.data(withJSONObject: ["id": identifier, "text": "Prove it."])
        func run(_ format: String) throws -> ProgramResult {
            try tasktype(
                "classify", "--model", model, "--input", "-", "--input-format", "jsonl", "--format", format,
                input: line)
        }
        #expect(try decodedAnswers(try run("jsonl")).first?.id == identifier)
        #expect(try run("csv").text.contains("\n\"a,\"\"b\"\"\n\u{1}é\\\",reasoning,"))
    }

    @Test func `text is one line a request with label, confidence and beginning`() throws {
        let lines = try classify().lines
        #expect(lines.count == 3)
        #expect(lines[0].contains("Who painted \"the, picture\"? And when?"))
        #expect(lines[1].hasPrefix("reasoning"))
        #expect(lines[2].contains("[default]"))
    }

    @Test func `times are shown where they are asked for`() throws {
        let timed = try decodedAnswers(try classify("--format", "jsonl", "--time"))
        #expect(timed.allSatisfy { ($0.seconds ?? -1) >= 0 && ($0.seconds ?? 99) < 60 })
        #expect(try classify("--time").lines.allSatisfy { $0.contains(" µs ") })
        #expect(try classify("--time", "--format", "csv").lines[0].hasSuffix(",seconds"))
    }
}
