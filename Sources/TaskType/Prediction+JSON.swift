package import Conversation
package import JSONCoding

/// Which model answered.
package struct ModelIdentity: Sendable {
    package var name: String
    package var revision: String

    package init(name: String, revision: String) {
        self.name = name
        self.revision = revision
    }
}

extension Prediction {
    /// Writes the members of the prediction as section 2 of the contracts has them, into an object that is open.
    package func writeMembers(
        to json: inout JSONWriter, id: String?, model: ModelIdentity?, top count: Int? = nil, seconds: Double? = nil,
        explanation: Explanation? = nil, explained features: Int = 12, ask: AskTrace? = nil
    ) {
        if let id {
            json.key("id")
            json.value(id)
        }
        json.key("task_type")
        json.value(taskType)
        json.key("confidence")
        json.value(confidence)
        json.key("probabilities")
        json.object { json in
            for index in count.map({ mostProbable($0) }) ?? Array(labels.indices) {
                json.key(labels[index])
                json.value(probabilities[index])
            }
        }
        json.key("source")
        json.value(source.rawValue)
        json.key("uncertain")
        json.value(isUncertain)
        json.key("candidates")
        json.array { json in for label in candidates { json.value(label) } }
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
            json.value(input.bytes)
            json.key("tokens")
            json.value(input.tokens)
            json.key("truncated")
            json.value(input.isTruncated)
            json.key("coverage")
            json.value(input.coverage)
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
        ask?.writeMember(to: &json)
    }

    /// Indices of the `count` most probable labels, most probable first; ties go to the lower index.
    package func mostProbable(_ count: Int) -> [Int] {
        let ranked = probabilities.indices.sorted {
            probabilities[$0] == probabilities[$1] ? $0 < $1 : probabilities[$0] > probabilities[$1]
        }
        return Array(ranked.prefix(count))
    }
}

extension Explanation {
    /// The largest contributions, the sum of the others, and the bias: together the logit.
    package func summary(_ count: Int) -> [(feature: String, weight: Float)] {
        var parts = contributions.prefix(count).map { ($0.feature, $0.weight) }
        let rest = contributions.dropFirst(count)
        if !rest.isEmpty { parts.append(("(\(rest.count) more features)", rest.reduce(0) { $0 + $1.weight })) }
        parts.append(("(bias)", bias))
        return parts
    }
}
