package import JSONCoding

extension Decision {
    /// The decision as one line of JSON, as section 6 of the contracts has it.
    public var json: String {
        var json = JSONWriter()
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.value(id)
            json.key("model")
            if let model { json.value(model) } else { json.null() }
            write("fallbacks", fallbacks, to: &json)
            write("hedge", hedge, to: &json)
            if !cascade.isEmpty { write("cascade", cascade, to: &json) }
            json.key("task_type")
            json.value(taskType)
            json.key("mode")
            json.value(mode)
            json.key("cause")
            json.value(cause.rawValue)
            json.key("steps")
            json.array { json in
                for step in steps { step.write(to: &json) }
            }
            json.key("estimated_cost")
            json.object { json in
                json.key("chosen")
                json.value(estimatedCost.chosen)
                json.key("baseline")
                json.value(estimatedCost.baseline)
                json.key("currency")
                json.value(estimatedCost.currency)
            }
            json.key("tokens")
            json.object { json in
                json.key("input")
                json.value(inputTokens)
                json.key("output")
                json.value(outputTokens)
            }
            writeRest(to: &json)
        }
    }

    private func writeRest(to json: inout JSONWriter) {
        if let judge {
            json.key("judge")
            json.object { json in
                json.key("model")
                json.value(judge.model)
                json.key("prompt")
                json.value(judge.prompt)
            }
        }
        if let refusal {
            json.key("refused")
            json.object { json in
                json.key("budget")
                json.value(refusal.budget)
                json.key("retry_after_seconds")
                json.value(refusal.retryAfterSeconds)
            }
        }
        if let rollout {
            json.key("rollout")
            rollout.write(to: &json)
        }
        json.key("policy")
        json.value(policy)
        if let modelRevision {
            json.key("model_revision")
            json.value(modelRevision)
        }
    }

    private func write(_ key: String, _ names: [String], to json: inout JSONWriter) {
        json.key(key)
        json.array { json in
            for name in names { json.value(name) }
        }
    }
}

extension Decision.Rollout {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("arm")
            json.value(arm.rawValue)
            json.key("name")
            json.value(name)
            json.key("share")
            json.value(share)
            json.key("stage")
            json.value(stage)
            json.member("routed_model", routedModel)
            json.member("routed_cost", routedCost)
            json.member("taken_back", isTakenBack ? true : nil)
            json.member("unit", unit.map(RolloutAssignment.text))
        }
    }
}

extension Decision.Step {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("step")
            json.value(kind.rawValue)
            json.key("outcome")
            json.value(outcome)
            if let by {
                json.key("by")
                json.value(by)
            }
            if let confidence {
                json.key("confidence")
                json.value(confidence)
            }
        }
    }
}
