import Conversation
import TestSupport
import Testing

@testable import Serving

@Suite struct TextEmbeddingsInferenceTests {
    private typealias Shape = TextEmbeddingsInferenceShape

    private static let code =
        #"[{"score":0.5,"label":"code"},{"score":0.25,"label":"complex"},"#
        + #"{"score":0.125,"label":"simple"},{"score":0.125,"label":"reasoning"}]"#

    @Test(arguments: [#"{"inputs":"a"}"#, #"{"inputs":["a"],"truncate":false,"truncation_direction":"Right"}"#])
    func `one text, alone or in an array, is answered with a flat list`(body: String) throws {
        let call = try Shape.read(body)
        #expect(call.inputs == [.text("a")] && call.needs == OutcomeNeeds())
        #expect(try call.text([Handmade.code]) == Self.code)
    }

    @Test func `a batch is answered with a list for each text, also a batch of one`() throws {
        let call = try Shape.read(#"{"inputs":[["a"],["b"]],"raw_scores":false}"#)
        #expect(call.inputs == [.text("a"), .text("b")])
        #expect(
            try call.text([Handmade.code, Handmade.unclassified])
                == #"[\#(Self.code),[{"score":1.0,"label":"other"}]]"#)
        #expect(try Shape.read(#"{"inputs":[["a"]]}"#).text([Handmade.code]) == "[\(Self.code)]")
    }

    @Test func `raw scores are logits`() throws {
        let call = try Shape.read(#"{"raw_scores":true,"inputs":"a"}"#)
        #expect(call.needs == OutcomeNeeds(logits: true))
        #expect(
            try call.text([Handmade.code])
                == #"[{"score":2.0,"label":"code"},{"score":0.25,"label":"complex"},"#
                + #"{"score":0.0,"label":"reasoning"},{"score":-0.5,"label":"simple"}]"#)
        #expect(try call.text([Handmade.unclassified]) == #"[{"score":1.0,"label":"other"}]"#)
    }

    @Test(arguments: [#"["a","b"]"#, #"["a","b","c"]"#, #"[["a","b"]]"#, #"[["x"],["a","b"]]"#])
    func `a pair of texts is refused with the way to write a batch`(inputs: String) {
        let error = Shape.refusal(#"{"inputs":\#(inputs)}"#)
        #expect(error?.status == 422)
        #expect(error?.message.hasSuffix(#"write a batch as [["a"],["b"]]"#) == true, "\(error as Any)")
    }

    @Test func `bad bodies are refused with status, code and field`() {
        let expectations: [(String, Int, String, String?)] = [
            ("", 400, "invalid_json", nil), (#"{"inputs":"a"}]"#, 400, "invalid_json", nil),
            (#"{"inputs":["a""#, 400, "invalid_json", nil), (#"["a"]"#, 422, "wrong_type", nil),
            ("{}", 422, "missing_field", "inputs"), (#"{"text":"a"}"#, 422, "missing_field", "inputs"),
            (#"{"inputs":"a","inputs":"a"}"#, 422, "duplicate_field", "inputs"),
            (#"{"inputs":"a","raw_scores":true,"raw_scores":true}"#, 422, "duplicate_field", "raw_scores"),
            (#"{"inputs":null}"#, 422, "wrong_type", "inputs"), (#"{"inputs":7}"#, 422, "wrong_type", "inputs"),
            (#"{"inputs":{}}"#, 422, "wrong_type", "inputs"), (#"{"inputs":[1]}"#, 422, "wrong_type", "inputs[0]"),
            (#"{"inputs":[["a"],"b"]}"#, 422, "wrong_type", "inputs[1]"),
            (#"{"inputs":[["a"],[3]]}"#, 422, "wrong_type", "inputs[1][0]"),
            (#"{"inputs":[["a"],[]]}"#, 422, "wrong_type", "inputs[1]"),
            (#"{"inputs":[[["a"]]]}"#, 422, "wrong_type", "inputs[0][0]"),
            (#"{"inputs":[]}"#, 400, "empty_batch", "inputs"),
            (#"{"inputs":[["a"],["b"],["c"]]}"#, 413, "batch_too_large", "inputs"),
            (#"{"inputs":"a","raw_scores":1}"#, 422, "wrong_type", "raw_scores"),
            (#"{"inputs":"a","truncate":"yes"}"#, 422, "wrong_type", "truncate"),
            (#"{"inputs":"a","truncation_direction":"Up"}"#, 422, "wrong_type", "truncation_direction"),
            (#"{"inputs":"a","truncation_direction":[]}"#, 422, "wrong_type", "truncation_direction"),
        ]
        for (body, status, code, field) in expectations {
            let error = Shape.refusal(body, limits: WireLimits(batchSize: 2))
            #expect(error?.status == status && error?.code == code && error?.field == field, "\(body): \(error as Any)")
        }
    }

    @Test(arguments: ["", #"{"inputs":"#, #"{"inputs":[["a"],"#, #"{"truncate":"#, #"{"x":"#])
    func `deep nesting is refused anywhere`(prefix: String) {
        for opening in ["[", #"{"a":"#] {
            #expect(
                (400...422).contains(Shape.refusal(prefix + String(repeating: opening, count: 100_000))?.status ?? 0))
        }
    }

    @Test func `lone surrogates are repaired and nulls are as if left out`() throws {
        let call = try Shape.read(
            #"{"inputs":"\udc00","raw_scores":null,"truncate":null,"truncation_direction":null,"prompt_name":null}"#)
        #expect(call.inputs == [.text("\u{FFFD}")] && !call.isRaw && !call.isBatch)
    }

    @Test func `errors name their type in TEI's words`() {
        let expectations: [(WireError, String)] = [
            (WireError(400, "invalid_json", "m"), "Validation"), (WireError(413, "batch_too_large", "m"), "Validation"),
            (WireError(422, "wrong_type", "m"), "Validation"), (WireError(400, "empty_batch", "m"), "Empty"),
            (WireError(429, "x", "m"), "Overloaded"), (WireError(503, "overloaded", "m", retryAfter: 1), "Overloaded"),
            (WireError(503, "x", "m"), "Unhealthy"), (WireError(503, "no_model", "m", retryAfter: 5), "Unhealthy"),
            (WireError(503, "time_limit", "m", retryAfter: 1), "Overloaded"), (WireError(500, "x", "m"), "Backend"),
        ]
        for (error, type) in expectations {
            #expect(Shape.text(error) == #"{"error":"m","error_type":"\#(type)"}"#)
        }
    }

    @Test func `info says what is known and null for what has no counterpart`() {
        var info = TextEmbeddingsInferenceInfo(
            modelName: "default", revision: "sha256:ab", labels: ["simple", "code"], batchSize: 1024, queue: 512,
            version: "1.2.3")
        #expect(
            written { info.write(to: &$0) }
                == #"{"model_id":"default","model_sha":"sha256:ab","model_dtype":null,"served_model_name":"default","#
                + #""model_type":{"classifier":{"id2label":{"0":"simple","1":"code"},"label2id":{"simple":0,"code":1}}},"#
                + #""max_concurrent_requests":512,"max_input_length":null,"max_batch_tokens":null,"#
                + #""max_batch_requests":null,"max_client_batch_size":1024,"auto_truncate":true,"#
                + #""tokenization_workers":null,"version":"1.2.3","sha":null,"docker_label":null}"#)
        info.revision = nil
        info.labels = []
        let text = written { info.write(to: &$0) }
        #expect(isJSON(text) && text.contains(#""model_sha":null"#))
    }

    @Test func `whatever stands in a field, there is a call or a refusal`() throws {
        let seed: UInt64 = 0x7E1
        var random = SplitMix64(seed: seed)
        var (calls, refusals) = (0, 0)
        for _ in 0..<5_000 {
            let body = RandomJSON.filled(
                #"{"inputs":§,"truncate":§,"truncation_direction":§,"raw_scores":§}"#,
                [
                    [#""a""#, #"[["a"],["b"]]"#, #"["a"]"#], ["true", "null"], [#""Left""#, "null"], ["true", "false"],
                ],
                &random)
            do throws(WireError) {
                let call = try Shape.read(body, limits: WireLimits(batchSize: 2))
                calls += 1
                let answer = try? call.text(call.inputs.map { _ in Handmade.code })
                #expect(answer.map(isJSON) == true && (1...2).contains(call.inputs.count), "seed \(seed): \(body)")
            } catch {
                refusals += 1
                #expect([400, 413, 422].contains(error.status) && isJSON(Shape.text(error)), "seed \(seed): \(body)")
            }
        }
        #expect(calls > 1_000 && refusals > 500, "seed \(seed): \(calls) calls, \(refusals) refusals")
    }
}
