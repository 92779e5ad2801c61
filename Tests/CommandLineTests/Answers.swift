import Foundation
import TestSupport
import Testing

/// An answer as `classify --format json` and `jsonl` print it.
struct Answer: Decodable {
    struct Model: Decodable {
        var name: String
        var revision: String
    }
    struct Input: Decodable {
        var bytes: Int
        var tokens: Int
        var truncated: Bool
        var coverage: Double
    }
    struct Contribution: Decodable {
        var feature: String
        var weight: Double
    }

    var id: String
    var task_type: String
    var confidence: Double
    var probabilities: [String: Double]
    var source: String
    var uncertain: Bool
    var candidates: [String]
    var model: Model?
    var input: Input
    var explanation: [Contribution]?
    var seconds: Double?
}

/// Runs `tasktype` with arguments.
func tasktype(
    _ arguments: String..., input: Data = Data(), environment: [String: String?] = [:], folder: String? = nil,
    timeLimit: Double = 120
) throws -> ProgramResult {
    try ProgramRunner.run(
        arguments, input: input, environment: environment, folder: folder, timeLimit: timeLimit)
}

func tasktype(_ arguments: [String], input: Data = Data(), folder: String? = nil) throws -> ProgramResult {
    try ProgramRunner.run(arguments, input: input, folder: folder)
}

/// One answer a line.
func decodedAnswers(_ result: ProgramResult) throws -> [Answer] {
    try result.lines.map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
}

/// The one answer to `text` by the shared linear model.
func linearAnswer(to text: String, _ options: String...) throws -> Answer {
    let arguments = ["classify", "--model", try TrainedModels.linear.get(), "--format", "jsonl"] + options
    let result = try tasktype(arguments + ["--", text])
    return try #require(try decodedAnswers(result).first, "\(result.errors)")
}

/// A JSON object with its keys.
func object(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
}

/// Expects a refusal: status 2, nothing on standard output, and `parts` in what is said about it.
func expectRefusal(
    _ result: ProgramResult, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(result.status == 2, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.text == "", sourceLocation: sourceLocation)
    for part in parts where !part.isEmpty {
        #expect(result.errors.contains(part), "\(result.errors)", sourceLocation: sourceLocation)
    }
}
