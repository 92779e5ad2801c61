import TaskType

/// A request's prediction with what the output formats show beside it.
struct ClassifiedRequest: Sendable {
    var id: String
    var prediction: Prediction
    var explanation: Explanation?
    /// Time to classify, in seconds, where it was measured.
    var seconds: Double?
    /// Beginning of the request on one line.
    var snippet: String
}

/// Which model answered.
struct ModelIdentity: Sendable {
    var name: String
    var revision: String
}

/// How predictions are printed.
enum PredictionFormat: String, CaseIterable {
    case text, json, jsonl, csv
}

extension ClassifiedRequest {
    /// The prediction as in section 2 of the contracts.
    func write(to json: inout JSONText, model: ModelIdentity?, explained features: Int) {
        json.object { json in
            json.key("id")
            json.value(id)
            json.key("task_type")
            json.value(prediction.taskType)
            json.key("confidence")
            json.value(prediction.confidence)
            json.key("probabilities")
            json.object { json in
                for (label, probability) in zip(prediction.labels, prediction.probabilities) {
                    json.key(label)
                    json.value(probability)
                }
            }
            json.key("source")
            json.value(prediction.source.rawValue)
            json.key("uncertain")
            json.value(prediction.isUncertain)
            json.key("candidates")
            json.array { json in for label in prediction.candidates { json.value(label) } }
            if let model {
                json.key("model")
                json.object { json in
                    json.key("name")
                    json.value(model.name)
                    json.key("revision")
                    json.value(model.revision)
                }
            }
            json.key("input")
            json.object { json in
                json.key("bytes")
                json.value(prediction.input.bytes)
                json.key("tokens")
                json.value(prediction.input.tokens)
                json.key("truncated")
                json.value(prediction.input.isTruncated)
                json.key("coverage")
                json.value(prediction.input.coverage)
            }
            if let seconds {
                json.key("seconds")
                json.value(seconds)
            }
            if let explanation {
                json.key("explanation")
                json.array { json in
                    for (feature, weight) in explanation.summary(features) {
                        json.object { json in
                            json.key("feature")
                            json.value(feature)
                            json.key("weight")
                            json.value(weight)
                        }
                    }
                }
            }
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
        for (feature, weight) in explanation?.summary(features) ?? [] {
            line +=
                "    " + (weight < 0 ? "" : "+") + decimal(Double(weight), places: 3) + "  " + feature.onOneLine + "\n"
        }
        return line
    }
}

extension Explanation {
    /// The largest contributions, the sum of the others, and the bias: together the logit.
    func summary(_ count: Int) -> [(feature: String, weight: Float)] {
        var parts = contributions.prefix(count).map { ($0.feature, $0.weight) }
        let rest = contributions.dropFirst(count)
        if !rest.isEmpty { parts.append(("(\(rest.count) more features)", rest.reduce(0) { $0 + $1.weight })) }
        parts.append(("(bias)", bias))
        return parts
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }

    /// Line breaks and other control characters as spaces.
    var onOneLine: String {
        String(unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
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
