import Conversation
import TestSupport
import Testing

@testable import Serving

@Suite struct HuggingFaceTests {
    private typealias Shape = HuggingFaceShape

    @Test func `one text is answered with a nested list, highest score first, ties in the order of labels`() throws {
        let call = try Shape.read(#"{"inputs":"Sort é 😀","parameters":{}}"#)
        #expect(call.inputs == [.text("Sort é 😀")])
        #expect(call.needs == OutcomeNeeds() && call.modelName == nil)
        #expect(
            try call.text([Handmade.code])
                == #"[[{"label":"code","score":0.5},{"label":"complex","score":0.25},"#
                + #"{"label":"simple","score":0.125},{"label":"reasoning","score":0.125}]]"#)
    }

    @Test func `a list is answered with a list for each text, in order`() throws {
        let call = try Shape.read(#"{"parameters":{"top_k":1},"inputs":["a","","c"]}"#)
        #expect(call.inputs == [.text("a"), .text(""), .text("c")])
        #expect(
            try call.text([Handmade.code, Handmade.simple, Handmade.unclassified])
                == #"[[{"label":"code","score":0.5}],[{"label":"simple","score":0.75}],[{"label":"other","score":1.0}]]"#
        )
    }

    @Test func `logits are given for none, their logistic function for sigmoid`() throws {
        let raw = try Shape.read(#"{"inputs":"a","parameters":{"function_to_apply":"none","top_k":2}}"#)
        #expect(raw.needs == OutcomeNeeds(logits: true))
        #expect(try raw.text([Handmade.code]) == #"[[{"label":"code","score":2.0},{"label":"complex","score":0.25}]]"#)
        let sigmoid = try Shape.read(#"{"inputs":"a","parameters":{"function_to_apply":"sigmoid","top_k":3}}"#)
        #expect(sigmoid.needs == OutcomeNeeds(logits: true))
        // 1 / (1 + e^-2), 1 / (1 + e^-0.25) and 1 / 2, computed with Python and rounded to single precision.
        #expect(
            try sigmoid.text([Handmade.code])
                == #"[[{"label":"code","score":0.8807971},{"label":"complex","score":0.5621765},"#
                + #"{"label":"reasoning","score":0.5}]]"#)
    }

    @Test func `without logits, which a default answer lacks, the probabilities are given`() throws {
        for name in ["none", "sigmoid"] {
            let call = try Shape.read(#"{"inputs":"","parameters":{"function_to_apply":"\#(name)"}}"#)
            #expect(try call.text([Handmade.unclassified]) == #"[[{"label":"other","score":1.0}]]"#)
        }
    }

    @Test func `extreme and undefined logits still give JSON`() throws {
        let outcome = Handmade.outcome([0.25, 0.25, 0.25, 0.25], logits: [-.infinity, .nan, 1e30, -1e30])
        let raw = try Shape.read(#"{"inputs":"a","parameters":{"function_to_apply":"none"}}"#).text([outcome])
        #expect(
            raw
                == #"[[{"label":"reasoning","score":1e+30},{"label":"complex","score":-1e+30},"#
                + #"{"label":"simple","score":null},{"label":"code","score":null}]]"#)
        let sigmoid = try Shape.read(#"{"inputs":"a","parameters":{"function_to_apply":"sigmoid"}}"#).text([outcome])
        #expect(
            sigmoid
                == #"[[{"label":"reasoning","score":1.0},{"label":"simple","score":0.0},"#
                + #"{"label":"complex","score":0.0},{"label":"code","score":null}]]"#)
        #expect(isJSON(raw) && isJSON(sigmoid))
    }

    @Test(arguments: [
        #"{"inputs":"a","parameters":null}"#, #"{"inputs":"a","parameters":{"top_k":null,"function_to_apply":null}}"#,
        #"{"inputs":"a","parameters":{"function_to_apply":"default","top_k":99,"truncation":true}}"#,
        #"{"inputs":"a","options":{"wait_for_model":[1,{}]},"parameters":{"function_to_apply":"softmax"}}"#,
    ])
    func `parameters that are null, default or unknown give all labels and their probabilities`(body: String) throws {
        let call = try Shape.read(body)
        #expect(call.transform == .softmax)
        #expect(try call.text([Handmade.simple]).split(separator: "label").count == 5)
    }

    @Test func `lone surrogates are repaired`() throws {
        #expect(try Shape.read(#"{"inputs":["\ud83da","\udc00"]}"#).inputs == [.text("\u{FFFD}a"), .text("\u{FFFD}")])
    }

    @Test func `bad bodies are refused with status, code and field`() {
        let expectations: [(String, Int, String, String?)] = [
            ("", 400, "invalid_json", nil), ("hello", 400, "invalid_json", nil),
            (#"{"inputs":"a"}x"#, 400, "invalid_json", nil), (#"{"inputs":"a""#, 400, "invalid_json", nil),
            ("[]", 422, "wrong_type", nil), ("null", 422, "wrong_type", nil), ("3", 422, "wrong_type", nil),
            ("{}", 422, "missing_field", "inputs"),
            (#"{"input":"a"}"#, 422, "missing_field", "inputs"),
            (#"{"inputs":"a","inputs":"b"}"#, 422, "duplicate_field", "inputs"),
            (#"{"inputs":"a","parameters":{},"parameters":{}}"#, 422, "duplicate_field", "parameters"),
            (#"{"inputs":"a","parameters":{"top_k":1,"top_k":1}}"#, 422, "duplicate_field", "top_k"),
            (#"{"inputs":null}"#, 422, "wrong_type", "inputs"), (#"{"inputs":1}"#, 422, "wrong_type", "inputs"),
            (#"{"inputs":{"text":"a"}}"#, 422, "wrong_type", "inputs"),
            (#"{"inputs":["a",2]}"#, 422, "wrong_type", "inputs[1]"),
            (#"{"inputs":[["a"]]}"#, 422, "wrong_type", "inputs[0]"),
            (#"{"inputs":[]}"#, 422, "empty_batch", "inputs"),
            (#"{"inputs":["a","b","c","d"]}"#, 422, "batch_too_large", "inputs"),
            (#"{"inputs":"a","parameters":[]}"#, 422, "wrong_type", "parameters"),
            (#"{"inputs":"a","parameters":{"top_k":"1"}}"#, 422, "wrong_type", "parameters.top_k"),
            (#"{"inputs":"a","parameters":{"top_k":1.5}}"#, 422, "wrong_type", "parameters.top_k"),
            (#"{"inputs":"a","parameters":{"top_k":99999999999999999999}}"#, 422, "wrong_type", "parameters.top_k"),
            (#"{"inputs":"a","parameters":{"top_k":0}}"#, 422, "wrong_type", "parameters.top_k"),
            (#"{"inputs":"a","parameters":{"top_k":-1}}"#, 422, "wrong_type", "parameters.top_k"),
            (
                #"{"inputs":"a","parameters":{"function_to_apply":"relu"}}"#, 422, "wrong_type",
                "parameters.function_to_apply"
            ),
            (
                #"{"inputs":"a","parameters":{"function_to_apply":true}}"#, 422, "wrong_type",
                "parameters.function_to_apply"
            ),
        ]
        for (body, status, code, field) in expectations {
            let error = Shape.refusal(body, limits: WireLimits(batchSize: 3))
            #expect(error?.status == status && error?.code == code && error?.field == field, "\(body): \(error as Any)")
        }
    }

    @Test(arguments: ["", #"{"inputs":"#, #"{"inputs":["#, #"{"parameters":"#, #"{"parameters":{"top_k":"#, #"{"x":"#])
    func `deep nesting is refused anywhere`(prefix: String) {
        for opening in ["[", #"{"a":"#] {
            #expect(
                (400...422).contains(Shape.refusal(prefix + String(repeating: opening, count: 100_000))?.status ?? 0))
        }
    }

    @Test func `an error is one sentence under one key`() {
        #expect(
            Shape.text(WireError(422, "empty_batch", "say \"a\"\n", field: "inputs")) == #"{"error":"say \"a\"\n"}"#)
    }

    @Test func `whatever stands in a field, there is a call or a refusal`() throws {
        let seed: UInt64 = 0x48_46
        var random = SplitMix64(seed: seed)
        var (calls, refusals) = (0, 0)
        for _ in 0..<5_000 {
            let body = RandomJSON.filled(
                #"{"inputs":§,"parameters":{"top_k":§,"function_to_apply":§},"options":§}"#,
                [[#""a""#, #"["a","b"]"#], ["1", "3", "null"], [#""none""#, #""sigmoid""#, "null"], ["{}"]], &random)
            do throws(WireError) {
                let call = try Shape.read(body, limits: WireLimits(batchSize: 2))
                calls += 1
                let outcomes = call.inputs.map { _ in
                    Bool.random(using: &random) ? Handmade.code : Handmade.unclassified
                }
                let answer = try? call.text(outcomes)
                #expect(answer.map(isJSON) == true && (1...2).contains(call.inputs.count), "seed \(seed): \(body)")
            } catch {
                refusals += 1
                #expect([400, 422].contains(error.status) && isJSON(Shape.text(error)), "seed \(seed): \(body)")
            }
        }
        #expect(calls > 1_000 && refusals > 500, "seed \(seed): \(calls) calls, \(refusals) refusals")
    }
}
