import JSONCoding
import TestSupport
import Testing

@testable import Serving
@testable import TaskType

@Suite struct SemanticRouterShapesTests {
    private func intent(_ body: String, _ outcome: Outcome = RouterFixtures.outcome(explained: true)) throws -> String {
        try RouterFixtures.answer(SemanticRouterIntentShape.self, body, [outcome])
    }

    @Test func `an intent is the category, and nothing that is not known`() throws {
        #expect(
            try intent(#"{"text":"x"}"#)
                == #"{"classification":{"category":"code","confidence":0.5,"processing_time_ms":12,"uncertain":true}}"#)
    }

    @Test func `options add the probabilities and the explanation, and move the threshold`() throws {
        #expect(
            try intent(
                #"{"messages":[{"role":"user","content":"x"}],"options":{"return_probabilities":true,"confidence_threshold":0.5,"include_explanation":true,"trace":true}}"#
            )
                == #"{"classification":{"category":"code","confidence":0.5,"processing_time_ms":12,"uncertain":false},"probabilities":{"simple":0.125,"code":0.5,"reasoning":0.125,"complex":0.25},"explanation":[{"feature":"word:\"pytest\"","weight":1.5},{"feature":"line\nbreak","weight":0.5},{"feature":"c","weight":0.25},{"feature":"(bias)","weight":0.25}]}"#
        )
    }

    @Test func `an answer without a model is uncertain at any threshold`() throws {
        #expect(
            try intent(#"{"text":"x","options":{"confidence_threshold":0}}"#, RouterFixtures.unclassified())
                == #"{"classification":{"category":"complex","confidence":0.0,"processing_time_ms":12,"uncertain":true}}"#
        )
    }

    @Test func `only a call that asks for an explanation needs one`() throws {
        func needs(_ body: String) throws -> OutcomeNeeds {
            try SemanticRouterIntentShape.decode(Array(body.utf8).span, limits: WireLimits()).needs
        }
        #expect(try needs(#"{"text":"x","options":{"include_explanation":true}}"#) == OutcomeNeeds(explanation: true))
        #expect(try needs(#"{"text":"x","options":null}"#) == OutcomeNeeds())
    }

    @Test func `a batch has results, their number and statistics`() throws {
        let outcomes = [
            RouterFixtures.outcome(), RouterFixtures.outcome([1, 0, 0, 0]), RouterFixtures.outcome([0.25, 0.75, 0, 0]),
            RouterFixtures.outcome([0, 0.75, 0.25, 0]),
        ]
        let body = #"{"texts":["a","b","c","d"],"task_type":"intent"§}"#
        #expect(
            try RouterFixtures.answer(
                SemanticRouterBatchShape.self, body.replacing("§", with: ""), outcomes)
                == #"{"results":[{"category":"code","confidence":0.5,"processing_time_ms":3},{"category":"simple","confidence":1.0,"processing_time_ms":3},{"category":"code","confidence":0.75,"processing_time_ms":3},{"category":"code","confidence":0.75,"processing_time_ms":3}],"total_count":4,"processing_time_ms":12,"statistics":{"category_distribution":{"code":3,"simple":1},"avg_confidence":0.75,"low_confidence_count":1}}"#
        )
        let wanted = body.replacing(
            "§", with: #","options":{"return_probabilities":true,"confidence_threshold":0.8}"#)
        let text = try RouterFixtures.answer(SemanticRouterBatchShape.self, wanted, outcomes)
        #expect(text.contains(#""probabilities":{"simple":0.25,"code":0.75,"reasoning":0.0,"complex":0.0}}"#))
        #expect(text.hasSuffix(#""low_confidence_count":3}}"#))
    }

    @Test(arguments: [
        (#"{}"#, "422 missing_field text"), (#"{"prompt":"a"}"#, "422 missing_field text"),
        (#"{"text":1}"#, "422 wrong_type text"), (#"{"text":"a","messages":[]}"#, "422 ambiguous_request messages"),
        (#"{"text":"a","text":"a"}"#, "422 duplicate_field text"), (#"{"messages":{}}"#, "422 wrong_type messages"),
        (#"{"text":"a","tools":{}}"#, "422 wrong_type tools"), (#"{"text":"a","options":1}"#, "422 wrong_type options"),
        (#"{"text":"a","options":{},"options":{}}"#, "422 duplicate_field options"),
        (#"{"text":"a","options":{"trace":1}}"#, "422 wrong_type options.trace"),
        (
            #"{"text":"a","options":{"return_probabilities":"yes"}}"#,
            "422 wrong_type options.return_probabilities"
        ),
        (#"{"text":"a","options":{"include_explanation":0}}"#, "422 wrong_type options.include_explanation"),
        (#"{"text":"a","options":{"confidence_threshold":"0.5"}}"#, "422 wrong_type options.confidence_threshold"),
        (#"{"text":"a","options":{"confidence_threshold":1.5}}"#, "422 wrong_type options.confidence_threshold"),
        (#"{"text":"a","options":{"confidence_threshold":-1}}"#, "422 wrong_type options.confidence_threshold"),
        (#"{"text":"a","options":{"confidence_threshold":1e999}}"#, "422 wrong_type options.confidence_threshold"),
        (#"{"text":"a","options":{"trace":true,"trace":true}}"#, "422 duplicate_field options.trace"),
    ])
    func `an intent call that makes no sense is refused by naming the field`(body: String, verdict: String) {
        #expect(RouterFixtures.verdict(SemanticRouterIntentShape.self, body) == verdict)
    }

    @Test(arguments: [
        (#"{}"#, "422 missing_field texts"), (#"{"texts":[]}"#, "422 missing_field texts"),
        (#"{"texts":null}"#, "422 missing_field texts"), (#"{"texts":"a"}"#, "422 wrong_type texts"),
        (#"{"texts":["a",1]}"#, "422 wrong_type texts[1]"),
        (#"{"texts":["a"],"texts":[]}"#, "422 duplicate_field texts"),
        (#"{"texts":["a"],"task_type":"pii"}"#, "422 unsupported_task task_type"),
        (#"{"texts":["a"],"task_type":1}"#, "422 wrong_type task_type"),
        (#"{"texts":["a"],"options":[]}"#, "422 wrong_type options"),
        (#"{"texts":["a","b","c"]}"#, "422 batch_too_large texts"),
    ])
    func `a batch call that makes no sense is refused by naming the field`(body: String, verdict: String) {
        #expect(
            RouterFixtures.verdict(SemanticRouterBatchShape.self, body, limits: WireLimits(batchSize: 2)) == verdict)
    }

    @Test func `bodies that are no JSON object are refused`() {
        for (body, status) in RouterFixtures.hostileBodies {
            #expect(RouterFixtures.refusal(SemanticRouterIntentShape.self, body)?.status == status)
            #expect(RouterFixtures.refusal(SemanticRouterBatchShape.self, body)?.status == status)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no value in any field is answered by anything but JSON`(seed: UInt64) throws {
        let good = [#""x""#, "true", "0.5", #"[{"role":"user","content":"x"}]"#]
        let keys = ["text", "texts", "messages", "role", "content", "trace", "x"]
        let options =
            #""options":{"return_probabilities":§,"confidence_threshold":§,"include_explanation":§,"trace":§}}"#
        #expect(
            try RouterFixtures.fault(
                SemanticRouterIntentShape.self, seed: seed, rounds: 3000,
                templates: [
                    #"{"text":§,"options":§}"#, #"{"messages":§,"tools":§}"#, #"{"text":"a",\#(options)"#, "§",
                ],
                good: good, keys: keys) == nil)
        #expect(
            try RouterFixtures.fault(
                SemanticRouterBatchShape.self, seed: seed, rounds: 3000,
                templates: [
                    #"{"texts":§,"task_type":§}"#, #"{"texts":["a",§],\#(options)"#, #"{"texts":["a"],"options":§}"#,
                ],
                good: good + [#"["a","b"]"#, #""intent""#], keys: keys) == nil)
    }
}
