import Conversation
import JSONCoding
import TaskType

/// A call for one request that was read.
struct SemanticRouterIntentCall: WireCall {
    let inputs: [Request]
    let options: SemanticRouterOptions

    var needs: OutcomeNeeds { OutcomeNeeds(explanation: options.includesExplanation) }

    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        guard let outcome = outcomes.first else { return }
        json.object { json in
            json.key("classification")
            json.object { json in
                writeClassification(outcome.prediction, milliseconds: context.milliseconds, to: &json)
                // Beyond their members: below the caller's threshold, or by the model's own.
                json.key("uncertain")
                json.value(
                    outcome.prediction.isUncertain
                        || Double(outcome.prediction.confidence) < options.confidenceThreshold)
            }
            if options.returnsProbabilities { outcome.prediction.writeProbabilities(to: &json) }
            guard let explanation = outcome.explanation, options.includesExplanation else { return }
            json.key("explanation")
            json.array { json in
                for (feature, weight) in explanation.summary(ClassifyCall.usualFeatures) {
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

/// A call for many texts that was read.
struct SemanticRouterBatchCall: WireCall {
    let inputs: [Request]
    let options: SemanticRouterOptions

    func write(_ outcomes: [Outcome], context: AnswerContext, to json: inout JSONWriter) throws(WireError) {
        let predictions = outcomes.map(\.prediction)
        json.object { json in
            json.key("results")
            json.array { json in
                for prediction in predictions {
                    json.object { json in
                        // One time is measured for all: each has its part.
                        writeClassification(
                            prediction, milliseconds: context.milliseconds / max(1, predictions.count), to: &json)
                        if options.returnsProbabilities { prediction.writeProbabilities(to: &json) }
                    }
                }
            }
            json.key("total_count")
            json.value(predictions.count)
            json.key("processing_time_ms")
            json.value(context.milliseconds)
            json.key("statistics")
            json.object { writeStatistics(predictions, to: &$0) }
        }
    }

    private func writeStatistics(_ predictions: [Prediction], to json: inout JSONWriter) {
        // Labels in the order of their first answer.
        var counts: [(label: String, count: Int)] = []
        for prediction in predictions {
            if let index = counts.firstIndex(where: { $0.label == prediction.taskType }) {
                counts[index].count += 1
            } else {
                counts.append((prediction.taskType, 1))
            }
        }
        json.key("category_distribution")
        json.object { json in
            for (label, count) in counts {
                json.key(label)
                json.value(count)
            }
        }
        let sum = predictions.reduce(0.0) { $0 + Double($1.confidence) }
        json.key("avg_confidence")
        json.value(sum / Double(max(1, predictions.count)))
        json.key("low_confidence_count")
        json.value(predictions.count { Double($0.confidence) < options.confidenceThreshold })
    }
}

private func writeClassification(_ prediction: Prediction, milliseconds: Int, to json: inout JSONWriter) {
    json.key("category")
    json.value(prediction.taskType)
    json.key("confidence")
    json.value(prediction.confidence)
    json.key("processing_time_ms")
    json.value(milliseconds)
}

extension Prediction {
    fileprivate func writeProbabilities(to json: inout JSONWriter) {
        json.key("probabilities")
        json.object { json in
            for (label, probability) in zip(labels, probabilities) {
                json.key(label)
                json.value(probability)
            }
        }
    }
}

extension AnswerContext {
    /// Whole milliseconds, rounded down: their clients read an integer, and refuse a fraction.
    fileprivate var milliseconds: Int { seconds.isFinite ? Int(max(0, min(seconds * 1000, 1e15))) : 0 }
}
