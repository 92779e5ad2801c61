import JSONCoding
import TestSupport
import Testing

@testable import Serving
@testable import TaskType

@Suite struct VLLMShapeTests {
    private func answer(
        _ body: String, _ outcomes: [Outcome] = [RouterFixtures.outcome()],
        context: AnswerContext = RouterFixtures.bare
    ) throws -> String {
        try RouterFixtures.answer(VLLMShape.self, body, outcomes, context: context)
    }

    @Test func `texts are answered in order, with the tokens that they have`() throws {
        #expect(
            try answer(
                #"{"model":"m","input":["a","b"],"truncate_prompt_tokens":null,"priority":0,"user":"u"}"#,
                [RouterFixtures.outcome(), RouterFixtures.outcome([1, 0, 0, 0])])
                == #"{"id":"classify-01J","object":"list","created":1700000000,"model":"default","data":[{"index":0,"label":"code","probs":[0.125,0.5,0.125,0.25],"num_classes":4},{"index":1,"label":"simple","probs":[1.0,0.0,0.0,0.0],"num_classes":4}],"usage":{"prompt_tokens":4,"total_tokens":4,"completion_tokens":0,"prompt_tokens_details":null}}"#
        )
    }

    @Test func `one text, a list and messages are inputs`() throws {
        func inputs(_ body: String) throws -> [Request] {
            try VLLMShape.decode(Array(body.utf8).span, limits: WireLimits()).inputs
        }
        #expect(try inputs(#"{"input":"a"}"#) == [.text("a")])
        #expect(try inputs(#"{"input":["a","b"],"messages":null}"#) == [.text("a"), .text("b")])
        #expect(
            try inputs(#"{"messages":[{"role":"user","content":"a"}],"tools":[{}]}"#)
                == [.conversation([Message(role: .user, text: "a")], toolCount: 1)])
    }

    @Test func `logits are given in place of probabilities where the caller wants no activation`() throws {
        let body = #"{"input":"a","use_activation":false}"#
        let call = try VLLMShape.decode(Array(body.utf8).span, limits: WireLimits())
        #expect(call.needs == OutcomeNeeds(logits: true))
        #expect(
            try answer(body, [RouterFixtures.outcome(logits: [-1.5, 2, 0, 0.25])]).contains(
                #""label":"code","probs":[-1.5,2.0,0.0,0.25],"num_classes":4"#))
        #expect(
            try answer(#"{"input":"a","use_activation":true}"#, [RouterFixtures.outcome(logits: [-1.5, 2, 0, 0.25])])
                .contains(#""probs":[0.125,0.5,0.125,0.25]"#))
    }

    @Test func `an answer that is not the model's still has a number for each of the model's labels`() throws {
        let context = try RouterFixtures.served()
        #expect(
            try answer(#"{"input":"a"}"#, [RouterFixtures.unclassified()], context: context).contains(
                #""label":"complex","probs":[0.0,1.0,0.0,0.0],"num_classes":4"#))
        #expect(
            try answer(#"{"input":"a"}"#, [RouterFixtures.unclassified("other")], context: context).contains(
                #""label":"other","probs":[0.25,0.25,0.25,0.25],"num_classes":4"#))
        #expect(
            try answer(#"{"input":"a"}"#, [RouterFixtures.unclassified("other")]).contains(
                #""label":"other","probs":[1.0],"num_classes":1"#))
    }

    @Test(arguments: [
        (#"{}"#, "422 missing_field input"), (#"{"text":"a"}"#, "422 missing_field input"),
        (#"{"input":null}"#, "422 missing_field input"), (#"{"input":[]}"#, "422 missing_field input"),
        (#"{"input":1}"#, "422 wrong_type input"), (#"{"input":{}}"#, "422 wrong_type input"),
        (#"{"input":[1,2]}"#, "422 wrong_type input[0]"), (#"{"input":["a",[1]]}"#, "422 wrong_type input[1]"),
        (#"{"input":["a",null]}"#, "422 wrong_type input[1]"),
        (#"{"input":"a","input":"a"}"#, "422 duplicate_field input"),
        (#"{"input":"a","messages":[]}"#, "422 ambiguous_request input"),
        (#"{"messages":1}"#, "422 wrong_type messages"), (#"{"messages":[],"tools":1}"#, "422 wrong_type tools"),
        (#"{"input":"a","model":1}"#, "422 wrong_type model"),
        (#"{"input":"a","model":"m","model":"m"}"#, "422 duplicate_field model"),
        (#"{"input":"a","use_activation":1}"#, "422 wrong_type use_activation"),
        (#"{"input":"a","use_activation":true,"use_activation":true}"#, "422 duplicate_field use_activation"),
    ])
    func `a call that makes no sense is refused by naming the field`(body: String, verdict: String) {
        #expect(RouterFixtures.verdict(VLLMShape.self, body) == verdict)
    }

    @Test func `a batch over the limit is refused, and token numbers with a hint`() {
        #expect(
            RouterFixtures.verdict(VLLMShape.self, #"{"input":["a","b"]}"#, limits: WireLimits(batchSize: 1))
                == "422 batch_too_large input")
        #expect(
            RouterFixtures.refusal(VLLMShape.self, Array(#"{"input":[101]}"#.utf8))?.message
                == "byte 10: `input[0]` must be a string, not a number; send text: this service cannot read token numbers"
        )
    }

    @Test(arguments: [
        (WireError(422, "wrong_type", "a \"b\"", field: "input"), #"invalid_request_error","param":"input","#),
        (WireError(401, "unauthorized", "a \"b\""), #"authentication_error","param":null,"#),
        (WireError(404, "unknown_model", "a \"b\""), #"not_found_error","param":null,"#),
        (WireError(429, "overloaded", "a \"b\""), #"rate_limit_error","param":null,"#),
        (WireError(503, "overloaded", "a \"b\""), #"server_error","param":null,"#),
    ])
    func `refusals are OpenAI's`(error: WireError, middle: String) {
        var json = JSONWriter()
        VLLMShape.write(error, to: &json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"error":{"message":"a \"b\"","type":"\#(middle)"code":"\#(error.code)"}}"#)
    }

    @Test func `bodies that are no JSON object are refused`() {
        for (body, status) in RouterFixtures.hostileBodies {
            let error = RouterFixtures.refusal(VLLMShape.self, body)
            #expect(error?.status == status, "\(String(decoding: body.prefix(40), as: UTF8.self))")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no value in any field is answered by anything but JSON`(seed: UInt64) throws {
        #expect(
            try RouterFixtures.fault(
                VLLMShape.self, seed: seed, rounds: 3000,
                templates: [
                    #"{"input":§,"model":§,"use_activation":§}"#, #"{"messages":§,"tools":§}"#,
                    #"{"input":["a",§]}"#, "§",
                ],
                good: [#""x""#, "true", #"[{"role":"user","content":"x"}]"#],
                keys: ["input", "messages", "role", "content", "model", "x"]) == nil)
    }
}
