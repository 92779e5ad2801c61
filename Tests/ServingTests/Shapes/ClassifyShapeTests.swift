import JSONCoding
import TestSupport
import Testing

@testable import Serving
@testable import TaskType

@Suite struct ClassifyShapeTests {
    private func answer(_ body: String, _ outcomes: [Outcome] = [RouterFixtures.outcome()]) throws -> String {
        try RouterFixtures.answer(ClassifyShape.self, body, outcomes)
    }

    @Test func `one text is answered by its prediction`() throws {
        #expect(
            try answer(#"{"text":"fix this"}"#)
                == #"{"id":"01J","task_type":"code","confidence":0.5,"probabilities":{"simple":0.125,"code":0.5,"reasoning":0.125,"complex":0.25},"source":"model","uncertain":false,"candidates":["code","complex"],"input":{"bytes":9,"tokens":2,"truncated":false,"coverage":0.75}}"#
        )
    }

    @Test func `the answer names the model, and has the caller's identifier`() throws {
        let context = try RouterFixtures.served()
        let revision = try #require(context.model?.revision)
        let text = try RouterFixtures.answer(
            ClassifyShape.self, #"{"id":"é\"1","text":"x"}"#, [RouterFixtures.outcome()], context: context)
        #expect(text.hasPrefix(#"{"id":"é\"1","task_type":"code""#))
        #expect(text.contains(#","model":{"name":"default","revision":"\#(revision)"},"input":"#))
    }

    @Test func `an explanation has as many features as asked for, the sum of the rest, and the bias`() throws {
        let outcomes = [RouterFixtures.outcome(explained: true)]
        #expect(
            try answer(#"{"text":"x","explain":2}"#, outcomes).hasSuffix(
                #","explanation":[{"feature":"word:\"pytest\"","weight":1.5},{"feature":"line\nbreak","weight":0.5},{"feature":"(1 more features)","weight":0.25},{"feature":"(bias)","weight":0.25}]}"#
            ))
        #expect(try answer(#"{"text":"x","explain":true}"#, outcomes).contains(#"{"feature":"c","weight":0.25}"#))
    }

    @Test(arguments: [("true", true), ("7", true), ("0", false), ("false", false), ("null", false)])
    func `only a call that asks for an explanation needs one`(value: String, needs: Bool) throws {
        let body = Array(#"{"text":"x","explain":\#(value)}"#.utf8)
        #expect(try ClassifyShape.decode(body.span, limits: WireLimits()).needs == OutcomeNeeds(explanation: needs))
    }

    @Test func `top_k keeps the most probable labels, and more than there are means all`() throws {
        // As languages without whole numbers write them.
        for two in ["2", "2.0", "2e0", "20E-1"] {
            #expect(
                try answer(#"{"text":"x","top_k":\#(two)}"#).contains(#""probabilities":{"code":0.5,"complex":0.25}"#))
        }
        #expect(
            try answer(#"{"text":"x","top_k":99}"#).contains(
                #""probabilities":{"code":0.5,"complex":0.25,"simple":0.125,"reasoning":0.125}"#))
    }

    @Test func `a batch is answered in order, with the identifiers that its elements have`() throws {
        let body =
            #"{"inputs":["a",{"id":"two","text":"b"},{"messages":[{"role":"user","content":"c"}],"tools":[{},{}]}]}"#
        let call = try ClassifyShape.decode(Array(body.utf8).span, limits: WireLimits())
        #expect(
            call.inputs == [
                .text("a"), .text("b"), .conversation([Message(role: .user, text: "c")], toolCount: 2),
            ])
        let outcomes = [
            RouterFixtures.outcome([1, 0, 0, 0]), RouterFixtures.unclassified(), RouterFixtures.outcome([0, 0, 1, 0]),
        ]
        #expect(
            try answer(body, outcomes)
                == #"{"id":"01J","results":[{"task_type":"simple","confidence":1.0,"probabilities":{"simple":1.0,"code":0.0,"reasoning":0.0,"complex":0.0},"source":"model","uncertain":false,"candidates":["simple","complex"],"input":{"bytes":9,"tokens":2,"truncated":false,"coverage":0.75}},{"id":"two","task_type":"complex","confidence":0.0,"probabilities":{"complex":1.0},"source":"default","uncertain":true,"candidates":["complex"],"input":{"bytes":9,"tokens":0,"truncated":false,"coverage":0.0}},{"task_type":"reasoning","confidence":1.0,"probabilities":{"simple":0.0,"code":0.0,"reasoning":1.0,"complex":0.0},"source":"model","uncertain":false,"candidates":["reasoning","complex"],"input":{"bytes":9,"tokens":2,"truncated":false,"coverage":0.75}}]}"#
        )
        #expect(try answer(#"{"id":"b","inputs":[]}"#, []) == #"{"id":"b","results":[]}"#)
    }

    @Test func `a batch names its model once`() throws {
        let context = try RouterFixtures.served()
        let revision = try #require(context.model?.revision)
        let text = try RouterFixtures.answer(
            ClassifyShape.self, #"{"inputs":["a","b"]}"#, [RouterFixtures.outcome(), RouterFixtures.outcome()],
            context: context)
        #expect(text.hasSuffix(#"}],"model":{"name":"default","revision":"\#(revision)"}}"#))
        #expect(text.ranges(of: #""model":{"#).count == 1)
    }

    @Test func `a chat request can be sent as it is`() throws {
        let body =
            #"{"model":"m","temperature":0.2,"stream":true,"tools":[{"type":"function"}],"user":7,"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url"}]}]}"#
        let call = try ClassifyShape.decode(Array(body.utf8).span, limits: WireLimits())
        #expect(call.modelName == "m")
        #expect(
            call.inputs == [
                .conversation(
                    [Message(role: .system, text: "s"), Message(role: .user, text: "a", attachmentCount: 1)],
                    toolCount: 1)
            ])
    }

    @Test func `vLLM's call of the same path is answered in vLLM's shape`() throws {
        #expect(
            try answer(#"{"model":"m","input":"x"}"#).hasPrefix(#"{"id":"classify-01J","object":"list","#))
        #expect(try answer(#"{"text":"x","input":5}"#).hasPrefix(#"{"id":"01J","task_type":"code""#))
        #expect(RouterFixtures.verdict(ClassifyShape.self, #"{"input":5}"#) == "422 wrong_type input")
    }

    @Test func `text that is not Unicode is repaired`() throws {
        let body = Array(#"{"text":"a\ud800b"#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(try ClassifyShape.decode(body.span, limits: WireLimits()).inputs == [.text("a\u{FFFD}b\u{FFFD}")])
    }

    @Test(arguments: [
        (#"{}"#, "422 missing_field text"), (#"{"text":null}"#, "422 missing_field text"),
        (#"{"input":null}"#, "422 missing_field text"), (#"{"text":1}"#, "422 wrong_type text"),
        (#"{"text":["a"]}"#, "422 wrong_type text"), (#"{"prompt":{}}"#, "422 wrong_type prompt"),
        (#"{"text":"a","text":"b"}"#, "422 duplicate_field text"),
        (#"{"text":null,"text":"b"}"#, "422 duplicate_field text"),
        (#"{"text":"a","prompt":"b"}"#, "422 duplicate_field prompt"),
        (#"{"text":"a","messages":[]}"#, "422 ambiguous_request messages"),
        (#"{"text":"a","inputs":[]}"#, "422 ambiguous_request inputs"),
        (#"{"messages":[],"inputs":["a"]}"#, "422 ambiguous_request inputs"),
        (#"{"messages":"a"}"#, "422 wrong_type messages"), (#"{"messages":[1]}"#, "422 wrong_type messages[0]"),
        (#"{"messages":[{"role":"user","content":1}]}"#, "422 wrong_type messages[0].content"),
        (#"{"messages":[{"content":"a"}]}"#, "422 missing_field messages[0].role"),
        (#"{"messages":[],"messages":[]}"#, "422 duplicate_field messages"),
        (#"{"text":"a","tools":1}"#, "422 wrong_type tools"),
        (#"{"text":"a","tools":[],"tools":[]}"#, "422 duplicate_field tools"),
        (#"{"text":"a","model":1}"#, "422 wrong_type model"), (#"{"text":"a","id":7}"#, "422 wrong_type id"),
        (#"{"text":"a","model":"m","model":"m"}"#, "422 duplicate_field model"),
        (#"{"text":"a","id":"m","id":"m"}"#, "422 duplicate_field id"),
        (#"{"text":"a","explain":"yes"}"#, "422 wrong_type explain"),
        (#"{"text":"a","explain":1.5}"#, "422 wrong_type explain"),
        (#"{"text":"a","explain":-1}"#, "422 out_of_range explain"),
        (#"{"text":"a","explain":1,"explain":1}"#, "422 duplicate_field explain"),
        (#"{"text":"a","top_k":"1"}"#, "422 wrong_type top_k"), (#"{"text":"a","top_k":true}"#, "422 wrong_type top_k"),
        (#"{"text":"a","top_k":0}"#, "422 out_of_range top_k"),
        (#"{"text":"a","top_k":-9}"#, "422 out_of_range top_k"),
        (#"{"text":"a","top_k":1.5}"#, "422 wrong_type top_k"), (#"{"text":"a","top_k":1e99}"#, "422 wrong_type top_k"),
        (#"{"text":"a","top_k":99999999999999999999}"#, "422 wrong_type top_k"),
        (#"{"text":"a","top_k":1,"top_k":1}"#, "422 duplicate_field top_k"),
        (#"{"inputs":"a"}"#, "422 wrong_type inputs"), (#"{"inputs":{}}"#, "422 wrong_type inputs"),
        (#"{"inputs":[],"inputs":[]}"#, "422 duplicate_field inputs"),
        (#"{"inputs":["a",1]}"#, "422 wrong_type inputs[1]"), (#"{"inputs":[null]}"#, "422 wrong_type inputs[0]"),
        (#"{"inputs":[["a"]]}"#, "422 wrong_type inputs[0]"),
        (#"{"inputs":["a",{}]}"#, "422 missing_field inputs[1].text"),
        (#"{"inputs":[{"text":1}]}"#, "422 wrong_type inputs[0].text"),
        (#"{"inputs":[{"text":"a","id":1}]}"#, "422 wrong_type inputs[0].id"),
        (#"{"inputs":[{"id":"a","id":"a"}]}"#, "422 duplicate_field inputs[0].id"),
        (#"{"inputs":[{"messages":[{}]}]}"#, "422 missing_field inputs[0].messages[0].role"),
        (#"{"inputs":[{"text":"a","messages":[]}]}"#, "422 ambiguous_request inputs[0].messages"),
    ])
    func `a call that makes no sense is refused by naming the field`(body: String, verdict: String) {
        #expect(RouterFixtures.verdict(ClassifyShape.self, body) == verdict)
    }

    @Test func `a batch over the limit is refused, one at the limit is not`() {
        let limits = WireLimits(batchSize: 3)
        #expect(RouterFixtures.verdict(ClassifyShape.self, #"{"inputs":["a","b","c"]}"#, limits: limits) == nil)
        let error = RouterFixtures.refusal(
            ClassifyShape.self, Array(#"{"inputs":["a","b","c","d","e"]}"#.utf8), limits: limits)
        #expect(
            error
                == WireError(
                    422, "batch_too_large", "`inputs` has 5 elements; send at most 3 in one call", field: "inputs"))
    }

    @Test func `bodies that are no JSON object are refused`() {
        for (body, status) in RouterFixtures.hostileBodies {
            let error = RouterFixtures.refusal(ClassifyShape.self, body)
            #expect(error?.status == status, "\(String(decoding: body.prefix(40), as: UTF8.self))")
        }
    }

    @Test func `a refusal has the project's form`() throws {
        var json = JSONWriter()
        let error = try #require(RouterFixtures.refusal(ClassifyShape.self, Array(#"{"text":1}"#.utf8)))
        ClassifyShape.write(error, to: &json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"error":{"code":"wrong_type","message":"byte 8: `text` must be a string, not a number; put it in double quotes","field":"text"}}"#
        )
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no value in any field is answered by anything but JSON`(seed: UInt64) throws {
        #expect(
            try RouterFixtures.fault(
                ClassifyShape.self, seed: seed, rounds: 3000,
                templates: [
                    #"{"text":§}"#, #"{"text":"a","model":§,"id":§,"explain":§,"top_k":§}"#,
                    #"{"messages":§,"tools":§}"#, #"{"inputs":§}"#, #"{"inputs":["a",{"text":§,"id":§}],"explain":§}"#,
                    #"{"input":§,"model":§}"#, "§",
                ],
                good: [#""x""#, "2", #"[{"role":"user","content":"x"}]"#],
                keys: ["text", "messages", "tools", "id", "role", "content", "inputs", "input", "x"]) == nil)
    }
}
