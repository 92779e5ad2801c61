import Conversation
import TestSupport
import Testing

@testable import Serving

@Suite struct KServeRequestTests {
    private typealias Shape = KServeShape

    /// A request with one tensor, in which `change` replaces text.
    private static func body(_ tensor: String, rest: String = "") -> String { #"{"inputs":[\#(tensor)]\#(rest)}"# }

    private static let tensor = #"{"name":"text","shape":[2],"datatype":"BYTES","data":["a","b"]}"#

    @Test func `texts in JSON are read, and all outputs given where none is asked for`() throws {
        let call = try Shape.read(Self.body(Self.tensor, rest: #","id":"42","parameters":{"priority":3}"#))
        #expect(call.inputs == [.text("a"), .text("b")] && call.id == "42")
        #expect(call.outputs == KServeOutput.allCases.map { .init(output: $0) })
        #expect(call.needs == OutcomeNeeds() && call.modelName == nil)
    }

    @Test(arguments: [
        #"{"name":"x","shape":[-1],"datatype":"BYTES","data":["a","b"]}"#,
        #"{"data":[["a"],["b"]],"datatype":"BYTES","shape":[2,1],"name":""}"#,
        #"{"name":"text","shape":[-1,1],"datatype":"BYTES","data":[[["a"]],"b",[]]}"#,
        #"{"name":"text","shape":[2,1],"datatype":"BYTES","data":["a","b"],"parameters":null,"extra":[{}]}"#,
    ])
    func `shapes of one column and nested data are read row by row`(tensor: String) throws {
        #expect(try Shape.read(Self.body(tensor)).inputs == [.text("a"), .text("b")])
    }

    @Test func `outputs are given as asked, each with its form`() throws {
        let call = try Shape.read(
            Self.body(
                Self.tensor,
                rest: #","outputs":[{"name":"confidence","parameters":{"binary_data":false}},"#
                    + #"{"name":"probabilities","parameters":{"classification":2}},{"parameters":{"classification":0},"#
                    + #""name":"label"}],"parameters":{"binary_data_output":true}"#))
        #expect(
            call.outputs == [
                .init(output: .confidence, isBinary: false),
                .init(output: .probabilities, isBinary: true, classCount: 2), .init(output: .label, isBinary: true),
            ])
        #expect(try Shape.read(Self.body(Self.tensor, rest: #","outputs":null"#)).outputs.count == 3)
        #expect(try Shape.read(Self.body(Self.tensor, rest: #","outputs":[]"#)).outputs.count == 3)
    }

    @Test func `bad bodies are refused with status 400, code and field`() {
        func tensor(_ members: String) -> String { Self.body("{\(members)}") }
        func output(_ member: String) -> String { Self.body(Self.tensor, rest: #","outputs":[\#(member)]"#) }
        let head = #""name":"t","shape":[1],"datatype":"BYTES""#
        let expectations: [(String, String, String?)] = [
            ("", "invalid_json", nil), ("{", "invalid_json", nil), ("[]", "wrong_type", nil),
            (Self.body(Self.tensor) + "a", "invalid_json", nil),
            ("{}", "missing_field", "inputs"), (#"{"inputs":[]}"#, "wrong_inputs", "inputs"),
            (#"{"inputs":null}"#, "wrong_type", "inputs"), (#"{"inputs":{}}"#, "wrong_type", "inputs"),
            (Self.body("1"), "wrong_type", "inputs[0]"),
            (Self.body(Self.tensor + "," + Self.tensor), "wrong_inputs", "inputs"),
            (Self.body(Self.tensor, rest: #","inputs":[]"#), "duplicate_field", "inputs"),
            (Self.body(Self.tensor, rest: #","id":4"#), "wrong_type", "id"),
            (Self.body(Self.tensor, rest: #","parameters":3"#), "wrong_type", "parameters"),
            (
                Self.body(Self.tensor, rest: #","parameters":{"binary_data_output":1}"#), "wrong_type",
                "parameters.binary_data_output"
            ),
            (tensor(#""shape":[1],"datatype":"BYTES","data":["a"]"#), "missing_field", "inputs[0].name"),
            (tensor(#""name":1,"shape":[1],"datatype":"BYTES","data":["a"]"#), "wrong_type", "inputs[0].name"),
            (tensor(#""name":"t","shape":[1],"data":["a"]"#), "missing_field", "inputs[0].datatype"),
            (tensor(#""name":"t","shape":[1],"datatype":8,"data":["a"]"#), "wrong_type", "inputs[0].datatype"),
            (tensor(#""name":"t","shape":[1],"data":[1.5],"datatype":"FP32""#), "wrong_datatype", "inputs[0].datatype"),
            (tensor(#""name":"t","datatype":"BYTES","data":["a"]"#), "missing_field", "inputs[0].shape"),
            (tensor(head), "missing_field", "inputs[0].data"),
            (tensor(head + #","data":"a""#), "wrong_type", "inputs[0].data"),
            (tensor(head + #","data":null"#), "wrong_type", "inputs[0].data"),
            (tensor(head + #","data":["a",1]"#), "wrong_type", "inputs[0].data[1]"),
            (tensor(head + #","data":[["a"],[{}]]"#), "wrong_type", "inputs[0].data[1]"),
            (tensor(head + #","data":["a"],"data":["a"]"#), "duplicate_field", "data"),
            (tensor(head + #","data":["a"],"parameters":[]"#), "wrong_type", "inputs[0].parameters"),
            (
                tensor(head + #","data":["a"],"parameters":{"binary_data_size":5}"#), "ambiguous_request",
                "inputs[0].data"
            ),
            (
                tensor(head + #","parameters":{"binary_data_size":5}"#), "wrong_length",
                "inputs[0].parameters.binary_data_size"
            ),
            (
                tensor(head + #","parameters":{"shared_memory_region":"r","shared_memory_byte_size":5}"#),
                "no_shared_memory", "inputs[0].parameters.shared_memory_region"
            ),
            (tensor(#""name":"t","shape":[0],"datatype":"BYTES","data":[]"#), "empty_batch", "inputs[0]"),
            (
                tensor(#""name":"t","shape":[4],"datatype":"BYTES","data":["a","b","c","d"]"#), "batch_too_large",
                "inputs[0]"
            ),
            (output("3"), "wrong_type", "outputs[0]"), (output("{}"), "missing_field", "outputs[0].name"),
            (output(#"{"name":"logits"}"#), "unknown_output", "outputs[0].name"),
            (output(#"{"name":"label"},{"name":"label"}"#), "duplicate_field", "outputs[1]"),
            (
                output(#"{"name":"label","parameters":{"classification":2}}"#), "wrong_classification",
                "outputs[0].parameters.classification"
            ),
            (
                output(#"{"name":"probabilities","parameters":{"classification":-2}}"#), "wrong_classification",
                "outputs[0].parameters.classification"
            ),
            (
                output(#"{"name":"label","parameters":{"binary_data":"yes"}}"#), "wrong_type",
                "outputs[0].parameters.binary_data"
            ),
            (
                output(#"{"name":"label","parameters":{"shared_memory_region":"r"}}"#), "no_shared_memory",
                "outputs[0].parameters.shared_memory_region"
            ),
            (Self.body(Self.tensor, rest: #","outputs":{}"#), "wrong_type", "outputs"),
        ]
        for (body, code, field) in expectations {
            let error = Shape.refusal(body, limits: WireLimits(batchSize: 3))
            #expect(error?.status == 400 && error?.code == code && error?.field == field, "\(body): \(error as Any)")
        }
    }

    @Test(arguments: [
        "[]", "[2,1]", "[1,1,1]", "[1,1,1,1]", "[2]", "[-2]", "[0]", "[1,-1]", "[1,2]", "[1.5]", "[1e-1]", "[null]",
        #"["1"]"#, "[99999999999999999999]", "[9223372036854775807,2]", "1", "null", "{}", "[[1]]",
    ])
    func `a shape that is not one column of the texts is refused`(shape: String) {
        let error = Shape.refusal(Self.body(#"{"name":"t","shape":\#(shape),"datatype":"BYTES","data":["a"]}"#))
        #expect(error?.status == 400 && error?.field == "inputs[0].shape", "\(error as Any)")
    }

    @Test(arguments: [
        "", #"{"inputs":"#, #"{"inputs":[{"data":"#, #"{"inputs":[{"shape":"#, #"{"inputs":[{"parameters":"#,
        #"{"outputs":[{"x":"#, #"{"parameters":{"x":"#, #"{"id":"#,
    ])
    func `deep nesting is refused anywhere`(prefix: String) {
        for opening in ["[", #"{"a":"#] {
            #expect(Shape.refusal(prefix + String(repeating: opening, count: 100_000))?.status == 400)
        }
    }

    @Test func `lone surrogates are repaired`() throws {
        let call = try Shape.read(Self.body(#"{"name":"t","shape":[1],"datatype":"BYTES","data":["\ud83d"]}"#))
        #expect(call.inputs == [.text("\u{FFFD}")])
    }

    @Test func `of a million outputs without names the first is refused`() {
        let many = Array(repeating: "{}", count: 1_000_000).joined(separator: ",")
        #expect(Shape.refusal(Self.body(Self.tensor, rest: #","outputs":[\#(many)]"#))?.field == "outputs[0].name")
    }

    @Test func `an error is one sentence, and what is wrong with content is 400`() {
        #expect(Shape.text(WireError(404, "unknown_model", "no such model")) == #"{"error":"no such model"}"#)
        #expect(Shape.adapted(WireError(422, "c", "m", field: "f")) == WireError(400, "c", "m", field: "f"))
        for status in [400, 401, 404, 413, 500, 503] {
            #expect(
                Shape.adapted(WireError(status, "c", "m", retryAfter: 1)) == WireError(status, "c", "m", retryAfter: 1))
        }
    }
}
