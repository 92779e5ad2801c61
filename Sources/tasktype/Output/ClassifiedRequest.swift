import Conversation
import JSONCoding
import TaskType

/// A request's prediction with what the output formats show beside it.
struct ClassifiedRequest: Sendable {
    var id: String
    var prediction: Prediction
    var explanation: Explanation?
    /// What is asked and what became of the rest, where it is to be shown.
    var ask: AskTrace?
    /// Time to classify, in seconds, where it was measured.
    var seconds: Double?
    /// Beginning of the request on one line.
    var snippet: String
}

/// How predictions are printed.
enum PredictionFormat: String, CaseIterable {
    case text, json, jsonl, csv
}

extension ClassifiedRequest {
    /// The prediction as in section 2 of the contracts.
    func write(to json: inout JSONWriter, model: ModelIdentity?, explained features: Int) {
        json.object { json in
            prediction.writeMembers(
                to: &json, id: id, model: model, seconds: seconds, explanation: explanation, explained: features,
                ask: ask)
        }
    }

    /// One aligned line, and the explanation below it.
    func text(features: Int, showsTime: Bool) -> String {
        var line = prediction.taskType.padded(to: 12)
        line += decimal(Double(prediction.confidence), places: 3).padded(to: 7)
        if showsTime, let seconds { line += (decimal(seconds * 1e6, places: 1) + " µs").padded(to: 12) }
        var note = ""
        if prediction.source == .default {
            note = " [default]"
        } else if prediction.isUncertain {
            note = " [uncertain]"
        }
        line += snippet + note + "\n"
        if let ask { line += ask.lines }
        for (feature, weight) in explanation?.summary(features) ?? [] {
            line +=
                "    " + (weight < 0 ? "" : "+") + decimal(Double(weight), places: 3) + "  " + feature.onOneLine + "\n"
        }
        return line
    }
}

extension AskTrace {
    /// What is asked and what became of the rest, a line each, below a prediction; nothing where all is asked.
    fileprivate var lines: String {
        guard parts.contains(where: { $0.fate != .ask }) || ask.housekeeping != nil || ask.isFollowUp else { return "" }
        var text = ask.housekeeping.map { "    housekeeping: \($0)\n" } ?? ""
        for part in parts {
            let cause = part.cause.map { " (\($0))" } ?? ""
            let size = part.fate == .ask ? "" : ", \(part.text.utf8.count) bytes"
            let words = Self.beginning(of: part.text, bytes: part.fate == .ask ? 400 : 60)
            text += "    \(part.fate.rawValue)\(cause)\(size): \(words.onOneLine)\n"
        }
        return text
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }

    /// Line breaks and other control characters as spaces.
    var onOneLine: String {
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return self }
        // These bytes stand for themselves in UTF-8, and for nothing else.
        return String(decoding: utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }
}

/// A number with a fixed number of decimal places.
func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return "–" }
    var factor = 1
    for _ in 0..<places { factor *= 10 }
    let scaled = (value.magnitude * Double(factor)).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let whole = Int(scaled) / factor
    let rest = String(Int(scaled) % factor)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return places == 0
        ? "\(sign)\(whole)" : "\(sign)\(whole)." + String(repeating: "0", count: places - rest.count) + rest
}
