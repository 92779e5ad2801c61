import Conversation
import Testing

@testable import TaskType

@Suite struct LogitsTests {
    @Test(
        "classifying with logits gives the prediction of classifying and the logits of a trace",
        arguments: ModelParts.allCases)
    func agreesWithTrace(parts: ModelParts) throws {
        let classifier = try RandomModel.classifier(RandomModel.make(parts, seed: 31))
        var answered = 0
        for text in RandomTexts.make(40, seed: 32) {
            let (prediction, logits) = classifier.classifyWithLogits(.text(text))
            #expect(prediction == classifier.classify(text))
            guard prediction.source == .model else { continue }
            answered += 1
            #expect(logits == classifier.trace(text).logits)
        }
        #expect(answered > 0)
    }

    @Test func `a default answer has no logits`() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.average, seed: 33))
        for request in [Request.text(""), .conversation([], toolCount: 0)] {
            let (prediction, logits) = classifier.classifyWithLogits(request)
            #expect(prediction.source == .default && logits == nil)
        }
    }

    @Test func `a conversation's logits are those of its explanation`() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.linear, seed: 34))
        let request = Request.conversation(
            [
                Message(role: .user, text: "Write a loop."), Message(role: .assistant, text: "Done."),
                Message(role: .user, text: "Now sort the list."),
            ], toolCount: 2)
        let logits = classifier.classifyWithLogits(request).logits
        #expect(logits?.first == classifier.explain(request, label: classifier.labels[0])?.logit)
    }
}
