import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Serving
@testable import TaskType

/// Outcomes with numbers that decimals write exactly.
enum Handmade {
    static let labels = ["simple", "code", "reasoning", "complex"]

    /// An answer of the model that says `code`; two labels are equally probable.
    static let code = outcome([0.125, 0.5, 0.125, 0.25], logits: [-0.5, 2, 0, 0.25])
    /// An answer of the model that says `simple`.
    static let simple = outcome([0.75, 0.25, 0, 0], logits: [3, 1.5, -8, -9])
    /// What is answered where no model is: a label that the model may not know.
    static let unclassified = Outcome(prediction: .unclassified(as: "other", bytes: 3))

    static func outcome(_ probabilities: [Float], logits: [Float]?) -> Outcome {
        let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        return Outcome(
            prediction: Prediction(
                taskType: labels[best], confidence: probabilities[best], labels: labels,
                probabilities: probabilities, source: .model, isUncertain: false, candidates: [labels[best]],
                input: .init(bytes: 3, tokens: 1, isTruncated: false, coverage: 1)),
            logits: logits)
    }

    static let context = AnswerContext(modelName: "default", id: "01J", created: 1_700_000_000, seconds: 0.001)
}

extension WireShape {
    /// Reads `body`, a JSON text.
    static func read(_ body: String, limits: WireLimits = WireLimits()) throws(WireError) -> Call {
        try decode(Array(body.utf8).span, limits: limits)
    }

    /// The refusal of `body`; nil if it is read.
    static func refusal(_ body: String, limits: WireLimits = WireLimits()) -> WireError? {
        do throws(WireError) {
            _ = try read(body, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    /// `error` in the words of this protocol.
    static func text(_ error: WireError) -> String { written { write(error, to: &$0) } }
}

extension WireCall {
    /// The answer as a text.
    func text(_ outcomes: [Outcome], context: AnswerContext = Handmade.context) throws -> String {
        var json = JSONWriter()
        try write(outcomes, context: context, to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

/// What `body` writes.
func written(_ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    body(&json)
    return String(decoding: json.bytes, as: UTF8.self)
}

/// Whether Foundation reads `text` as one JSON value.
func isJSON(_ text: String) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
}

/// JSON of any kind, well formed and not.
enum RandomJSON {
    /// Keys that some protocol knows, and some that none does.
    private static let keys = [
        "inputs", "parameters", "top_k", "text", "name", "data", "shape", "outputs", "truncate", "x", "é",
    ]

    static func value(_ random: inout SplitMix64, depth: Int = 3) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 13 : 10), using: &random) {
        case 0: "null"
        case 1: Bool.random(using: &random) ? "true" : "false"
        case 2: "\(Int.random(in: -3...3, using: &random))"
        case 3: ["1.5", "-0", "1e400", "99999999999999999999", "0.1e-7", "9223372036854775807"].pick(&random)
        case 4: #""\#(["a", "", "é😀", "softmax", "none", "Left", "BYTES", "label"].pick(&random))""#
        case 5: [#""\ud83d""#, #""\u0000\n""#, #""\ud83d\ude00""#].pick(&random)
        case 6: ["", "tru", "\"", "01", "{", "]", "nul", "-", "\"\\x\""].pick(&random)
        case 7: String(repeating: "[", count: [3, 600].pick(&random))
        case 8: #"["a","b"]"#
        case 9: #"[["a"],["b"]]"#
        case 10: "{" + members(&random, depth: depth) + "}"
        default:
            "["
                + (0..<Int.random(in: 0...3, using: &random)).map { _ in value(&random, depth: depth - 1) }
                .joined(separator: ",") + "]"
        }
    }

    private static func members(_ random: inout SplitMix64, depth: Int) -> String {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            "\"\(keys.pick(&random))\":\(value(&random, depth: depth - 1))"
        }.joined(separator: ",")
    }

    /// `template` with each `§` replaced by its next choice, or now and then by anything at all.
    static func filled(_ template: String, _ choices: [[String]], _ random: inout SplitMix64) -> String {
        var parts = template.split(separator: "§", omittingEmptySubsequences: false).map(String.init)
        precondition(parts.count == choices.count + 1, "one list of choices for each place")
        for (index, choice) in choices.enumerated() {
            parts[index] += Int.random(in: 0..<6, using: &random) == 0 ? value(&random) : choice.pick(&random)
        }
        return parts.joined()
    }
}

extension [String] {
    func pick(_ random: inout SplitMix64) -> String { randomElement(using: &random) ?? "" }
}
extension [Int] {
    func pick(_ random: inout SplitMix64) -> Int { randomElement(using: &random) ?? 0 }
}
