import Conversation
import Testing

@testable import TaskType

@Suite struct AskTests {
    @Test func `a request inside a harness has the features of the request alone`() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.linear, seed: 4), precision: .int8)
        let request = "write a parser for tide tables"
        let wrapped = "<user_query>\n\(request)\n</user_query>\n<environment_details>\nzsh\n</environment_details>"
        let plain = classifier.classify(request)
        #expect(classifier.classify(wrapped) == plain)
        #expect(classifier.classify(.conversation([Message(role: .user, text: wrapped)], toolCount: 0)) == plain)
        var scratch = classifier.makeScratch()
        #expect(classifier.score(wrapped, scratch: &scratch).confidence == plain.confidence)
        // Without the rules it is another request.
        var bare = classifier
        bare.askExtractor = AskExtractor(rules: AskRules([]))
        #expect(bare.classify(wrapped).input.bytes == wrapped.utf8.count)
    }

    @Test func `a text without marks is scored as it stands`() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.linear, seed: 5), precision: .int8)
        var scratch = classifier.makeScratch()
        for text in RandomTexts.make(300, seed: 6) where !classifier.askExtractor.mayDivide(text.utf8.span) {
            var whole = text
            let verbatim = whole.withUTF8 { classifier.scoreWhole($0, scratch: &scratch) }
            #expect(classifier.score(text, scratch: &scratch) == verbatim)
        }
    }
}
