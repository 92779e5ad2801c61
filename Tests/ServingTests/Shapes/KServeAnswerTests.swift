import Conversation
import Foundation
import TestSupport
import Testing

@testable import Serving
@testable import TaskType

@Suite struct KServeAnswerTests {
    private func call(_ outputs: [KServeCall.RequestedOutput], id: String? = nil) -> KServeCall {
        KServeCall(id: id, inputs: [.text("a"), .text("b")], outputs: outputs)
    }

    private let outcomes = [Handmade.code, Handmade.simple]

    @Test func `all outputs in JSON`() throws {
        #expect(
            try call(KServeOutput.allCases.map { .init(output: $0) }, id: "4\"2").text(outcomes)
                == #"{"model_name":"default","id":"4\"2","outputs":["#
                + #"{"name":"label","shape":[2],"datatype":"BYTES","data":["code","simple"]},"#
                + #"{"name":"probabilities","shape":[2,4],"datatype":"FP32","#
                + #""data":[0.125,0.5,0.125,0.25,0.75,0.25,0.0,0.0]},"#
                + #"{"name":"confidence","shape":[2],"datatype":"FP32","data":[0.5,0.75]}]}"#)
    }

    @Test func `the model that answered is named with its revision`() throws {
        let model = ServedModel(name: "default", classifier: try TaskClassifier())
        var context = Handmade.context
        context.model = model
        #expect(
            try call([.init(output: .label)]).text(outcomes, context: context)
                == #"{"model_name":"default","model_version":"\#(model.revision)","outputs":["#
                + #"{"name":"label","shape":[2],"datatype":"BYTES","data":["code","simple"]}]}"#)
    }

    @Test func `classifications are score, index and label, best first`() throws {
        let text = try call([.init(output: .probabilities, classCount: 3)]).text(outcomes)
        #expect(
            text
                == #"{"model_name":"default","outputs":[{"name":"probabilities","shape":[2,3],"datatype":"BYTES","#
                + #""data":["0.5:1:code","0.25:3:complex","0.125:0:simple","#
                + #""0.75:0:simple","0.25:1:code","0.0:2:reasoning"]}]}"#)
        let all = try call([.init(output: .probabilities, classCount: .max)]).text([Handmade.code])
        #expect(all.contains(#""shape":[1,4]"#) && all.contains(#""0.125:2:reasoning"]"#))
    }

    @Test func `binary tensors follow the JSON in the order of the outputs`() throws {
        let call = call([
            .init(output: .confidence, isBinary: true), .init(output: .label),
            .init(output: .probabilities, isBinary: true, classCount: 1),
        ])
        let answer = call.answer(outcomes, context: Handmade.context)
        let json =
            #"{"model_name":"default","outputs":["#
            + #"{"name":"confidence","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},"#
            + #"{"name":"label","shape":[2],"datatype":"BYTES","data":["code","simple"]},"#
            + #"{"name":"probabilities","shape":[2,1],"datatype":"BYTES","parameters":{"binary_data_size":31}}]}"#
        // 0.5 is 0x3F000000 and 0.75 is 0x3F400000.
        let tail: [UInt8] =
            [0, 0, 0, 0x3F, 0, 0, 0x40, 0x3F] + [10, 0, 0, 0] + Array("0.5:1:code".utf8) + [13, 0, 0, 0]
            + Array("0.75:0:simple".utf8)
        #expect(String(decoding: answer.body.prefix(json.utf8.count), as: UTF8.self) == json)
        #expect(Array(answer.body.dropFirst(json.utf8.count)) == tail)
        #expect(answer.headerLength == json.utf8.count && answer.contentType == "application/octet-stream")
        // The plain form is JSON alone, whatever was asked for.
        #expect(try call.text(outcomes).contains(#""data":[0.5,0.75]"#))
    }

    @Test func `without binary tensors there is no header`() throws {
        let call = call([.init(output: .label)])
        let answer = call.answer(outcomes, context: Handmade.context)
        #expect(answer.headerLength == nil && answer.contentType == "application/json")
        #expect(try String(decoding: answer.body, as: UTF8.self) == call.text(outcomes))
    }

    @Test func `a default answer's unknown label gets a column of its own`() throws {
        let text = try call([.init(output: .probabilities), .init(output: .confidence)])
            .text([Handmade.code, Handmade.unclassified])
        #expect(
            text
                == #"{"model_name":"default","outputs":[{"name":"probabilities","shape":[2,5],"datatype":"FP32","#
                + #""data":[0.125,0.5,0.125,0.25,0.0,0.0,0.0,0.0,0.0,1.0]},"#
                + #"{"name":"confidence","shape":[2],"datatype":"FP32","data":[0.5,0.0]}]}"#)
        let known = Outcome(prediction: .unclassified(as: "complex", bytes: 0))
        #expect(
            try call([.init(output: .probabilities)]).text([Handmade.code, known])
                .contains(#""shape":[2,4],"datatype":"FP32","data":[0.125,0.5,0.125,0.25,0.0,0.0,0.0,1.0]"#))
        #expect(
            try call([.init(output: .probabilities)]).text([known])
                .contains(#""shape":[1,1],"datatype":"FP32","data":[1.0]"#))
    }

    @Test func `documents of the server and its models`() {
        typealias Documents = KServeDocuments
        #expect(
            written { Documents.writeServer(version: "1.2.3", to: &$0) }
                == #"{"name":"tasktype","version":"1.2.3","extensions":["classification","binary_tensor_data"]}"#)
        #expect(written { Documents.writeModels(["default", "b"], to: &$0) } == #"{"models":["default","b"]}"#)
        #expect(
            written { Documents.writeModel("default", revision: "sha256:ab", labels: ["x", "y"], to: &$0) }
                == #"{"name":"default","versions":["sha256:ab"],"platform":"tasktype","#
                + #""inputs":[{"name":"text","datatype":"BYTES","shape":[-1]}],"#
                + #""outputs":[{"name":"label","datatype":"BYTES","shape":[-1]},"#
                + #"{"name":"probabilities","datatype":"FP32","shape":[-1,2],"labels":["x","y"]},"#
                + #"{"name":"confidence","datatype":"FP32","shape":[-1]}]}"#)
        #expect(written { Documents.writeModelReady("m", false, to: &$0) } == #"{"name":"m","ready":false}"#)
        #expect(written { Documents.writeLive(true, to: &$0) } == #"{"live":true}"#)
        #expect(written { Documents.writeReady(false, to: &$0) } == #"{"ready":false}"#)
    }

    /// Whether the interpreter has Triton's own client.
    private static let isClientAvailable: Bool = {
        guard PythonOracle.isAvailable else { return false }
        return (try? PythonOracle.run("import tritonclient.http")) != nil
    }()

    @Test(.enabled(if: isClientAvailable, "TASKTYPE_PYTHON has no tritonclient[http]"))
    func `tritonclient reads the answers`() throws {
        struct Case: Encodable {
            var body: [UInt8]
            var length: Int?
        }
        struct Read: Decodable, Equatable {
            var label: [String]
            var probabilities: [[Float]]
            var confidence: [Float]
        }
        let cases = [true, false].map { isBinary in
            let answer = call(KServeOutput.allCases.map { .init(output: $0, isBinary: isBinary) })
                .answer(outcomes, context: Handmade.context)
            return Case(body: answer.body, length: answer.headerLength)
        }
        let read: [Read] = try PythonOracle.run(
            """
            import json, sys
            from tritonclient.http import InferResult
            found = []
            for case in json.load(sys.stdin):
                result = InferResult.from_response_body(bytes(case["body"]), header_length=case.get("length"))
                tensors = {name: result.as_numpy(name).tolist() for name in ("label", "probabilities", "confidence")}
                tensors["label"] = [x.decode() if isinstance(x, bytes) else x for x in tensors["label"]]
                found.append(tensors)
            print(json.dumps(found))
            """, json: cases)
        let expected = Read(
            label: ["code", "simple"], probabilities: outcomes.map(\.prediction.probabilities), confidence: [0.5, 0.75])
        #expect(read == [expected, expected])
    }
}
