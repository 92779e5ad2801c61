import Foundation
import JSONCoding
import TestSupport

@testable import Serving
@testable import TaskType

/// Predictions made by hand, with probabilities that decimals write exactly.
enum RouterFixtures {
    static let labels = ["simple", "code", "reasoning", "complex"]

    static func outcome(
        _ probabilities: [Float] = [0.125, 0.5, 0.125, 0.25], explained: Bool = false, logits: [Float]? = nil
    ) -> Outcome {
        let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        let explanation = Explanation(
            label: labels[best], logit: 2.5, bias: 0.25,
            contributions: [
                .init(feature: "word:\"pytest\"", weight: 1.5), .init(feature: "line\nbreak", weight: 0.5),
                .init(feature: "c", weight: 0.25),
            ])
        return Outcome(
            prediction: Prediction(
                taskType: labels[best], confidence: probabilities[best], labels: labels,
                probabilities: probabilities, source: .model, isUncertain: false,
                candidates: [labels[best], "complex"],
                input: .init(bytes: 9, tokens: 2, isTruncated: false, coverage: 0.75)),
            explanation: explained ? explanation : nil, logits: logits)
    }

    /// What is answered where no model is.
    static func unclassified(_ label: String = "complex") -> Outcome {
        Outcome(prediction: .unclassified(as: label, bytes: 9))
    }

    /// A context without a model, and one with the embedded model.
    static let bare = AnswerContext(modelName: "default", id: "01J", created: 1_700_000_000, seconds: 0.0123)
    static func served() throws -> AnswerContext {
        var context = bare
        context.model = ServedModel(name: "default", classifier: try TaskClassifier())
        return context
    }

    /// The answer to `body`.
    static func answer<Shape: WireShape>(
        _ shape: Shape.Type, _ body: String, _ outcomes: [Outcome], limits: WireLimits = WireLimits(),
        context: AnswerContext = bare
    ) throws -> String {
        let call = try Shape.decode(Array(body.utf8).span, limits: limits)
        var json = JSONWriter()
        try call.write(outcomes, context: context, to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Why `body` is refused; nil where it is read.
    static func refusal<Shape: WireShape>(
        _ shape: Shape.Type, _ body: [UInt8], limits: WireLimits = WireLimits()
    ) -> WireError? {
        do throws(WireError) {
            _ = try Shape.decode(body.span, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    /// Status, code and field of the refusal of `body`, in one line; nil where it is read.
    static func verdict<Shape: WireShape>(
        _ shape: Shape.Type, _ body: String, limits: WireLimits = WireLimits()
    ) -> String? {
        refusal(shape, Array(body.utf8), limits: limits).map { "\($0.status) \($0.code) \($0.field ?? "-")" }
    }

    static func parses(_ json: String) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(json.utf8))) != nil
    }

    /// Bodies that no protocol takes, with the status of their refusal.
    static let hostileBodies: [(body: [UInt8], status: Int)] =
        [
            "", " ", "{", "}", "nul", "{\"a\":}", "{\"a\" 1}", "{'a':1}", "{\"a\":1,}", "{\"a\":01}",
            "{\"a\":\"\u{1}\"}",
            "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{} {}", "{\"a\":tru}", "{\"a\":1e}", "\u{FEFF}{}",
            "{\"a\":" + String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
            String(repeating: "[", count: 100_000),
        ].map { (Array($0.utf8), $0.hasPrefix("[[") ? 422 : 400) }
        + ["[]", "\"text\"", "1", "true", "null"].map { (Array($0.utf8), 422) }
        + [([0xFF, 0xFE], 400), ([0], 400)]
}

/// JSON values of all kinds, good and bad.
struct RandomValues {
    var random: SplitMix64
    let keys: [String]

    mutating func value(depth: Int = 3) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 9), using: &random) {
        case 0: return "null"
        case 1: return Bool.random(using: &random) ? "true" : "false"
        case 2: return pick(["0", "1", "-1", "3", "1.5", "-0", "1e400", "99999999999999999999", "0.7"])
        case 3, 4: return pick([#""""#, #""a""#, #""SIMPLE""#, #""choice""#, #""user""#, #""intent""#, #""é😀\n\"""#])
        case 5: return pick([#""\ud83d""#, #""\u0000""#, #""\ude00\ud83d""#, "\"\u{7F}\""])
        case 6: return pick(["", "tru", "\"", "01", "{", "]", "-", "\"\\x\"", "[,]", "{\"a\"}"])
        case 7: return String(repeating: pick(["[", "{\"a\":"]), count: 600)
        case 8: return pick([#"["a","b"]"#, #"[{"role":"user","content":"x"}]"#, #"{"SIMPLE":"x","code":null}"#])
        case 9:
            let count = Int.random(in: 0...3, using: &random)
            return "{"
                + (0..<count).map { _ in "\"\(pick(keys))\":\(value(depth: depth - 1))" }
                .joined(separator: ",") + "}"
        default:
            let count = Int.random(in: 0...3, using: &random)
            return "[" + (0..<count).map { _ in value(depth: depth - 1) }.joined(separator: ",") + "]"
        }
    }

    /// `template`, each `§` in it replaced by a value of any kind or by one of the good ones.
    mutating func fill(_ template: String, good: [String]) -> String {
        template.split(separator: "§", omittingEmptySubsequences: false).map(String.init)
            .reduce(nil as String?) { filled, part in
                guard let filled else { return part }
                return filled + (Bool.random(using: &random) ? pick(good) : value()) + part
            } ?? ""
    }

    mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }
}

extension RouterFixtures {
    /// Sends random bodies made of `templates`, and says what was wrong with the answer to any; nil if nothing.
    static func fault<Shape: WireShape>(
        _ shape: Shape.Type, seed: UInt64, rounds: Int, templates: [String], good: [String], keys: [String]
    ) throws -> String? {
        var values = RandomValues(random: SplitMix64(seed: seed), keys: keys)
        let context = try served()
        var answered = 0
        for _ in 0..<rounds {
            let body = values.fill(values.pick(templates), good: good)
            var json = JSONWriter()
            do throws(WireError) {
                let call = try Shape.decode(Array(body.utf8).span, limits: WireLimits())
                let outcomes = call.inputs.map { _ in
                    Bool.random(using: &values.random)
                        ? outcome(explained: call.needs.explanation) : unclassified()
                }
                do throws(WireError) {
                    try call.write(outcomes, context: context, to: &json)
                    answered += 1
                } catch {
                    json.removeAll()
                    throw error
                }
            } catch {
                guard [400, 413, 422].contains(error.status), !error.message.isEmpty else {
                    return "\(body) gives \(error)"
                }
                Shape.write(error, to: &json)
            }
            let text = String(decoding: json.bytes, as: UTF8.self)
            guard parses(text) else { return "\(body) gives \(text)" }
        }
        return answered > 0 ? nil : "no body was answered"
    }
}
