import Conversation
import TaskType
import Testing

@testable import Serving

@Suite struct ClassificationTests {
    private let classification = Classification(defaultLabel: "complex", isStrict: false)

    @Test func `an outcome has the logits and the explanation that are asked for, and no others`() throws {
        let model = ServedModel(name: "default", classifier: try TaskClassifier())
        let text = "Write a function that sorts a list."
        let request = Request.text(text)
        let plain = classification.outcome(of: request, needs: OutcomeNeeds(), model: model)
        #expect(plain.logits == nil && plain.explanation == nil)
        let full = classification.outcome(
            of: request, needs: OutcomeNeeds(explanation: true, logits: true), model: model)
        #expect(full.prediction == plain.prediction)
        #expect(full.logits == model.classifier.trace(text).logits)
        #expect(full.explanation != nil)
    }

    @Test func `without a model there are no logits`() {
        let outcome = classification.outcome(of: .text("a"), needs: OutcomeNeeds(logits: true), model: nil)
        #expect(outcome.prediction.taskType == "complex" && outcome.logits == nil)
    }
}
