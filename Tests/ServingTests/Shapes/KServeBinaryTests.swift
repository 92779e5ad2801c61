import Conversation
import JSONCoding
import TestSupport
import Testing

@testable import Serving

@Suite struct KServeBinaryTests {
    private typealias Shape = KServeShape

    private static func element(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt32(bytes.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + bytes
    }

    private static func elements(_ texts: [String]) -> [UInt8] { texts.flatMap { element(Array($0.utf8)) } }

    private static func json(_ size: Int, shape: String = "[2]", rest: String = "") -> [UInt8] {
        Array(
            (#"{"inputs":[{"name":"text","shape":\#(shape),"datatype":"BYTES","parameters":{"binary_data_size":\#(size)}}]"#
                + "\(rest)}").utf8)
    }

    private func decode(
        _ json: [UInt8], _ tail: [UInt8], length: Int? = nil, limit: Int = 3
    ) throws(WireError) -> KServeCall {
        try Shape.decode(
            (json + tail).span, headerLength: length ?? json.count, limits: WireLimits(batchSize: limit))
    }

    private func refusal(_ json: [UInt8], _ tail: [UInt8], length: Int? = nil, limit: Int = 3) -> WireError? {
        do throws(WireError) {
            _ = try decode(json, tail, length: length, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the bytes that tritonclient sends by default are read`() throws {
        // Its `infer` with one tensor of ["Sort é", "b"] and no named outputs; the header says 137.
        let json = Array(
            (#"{"inputs":[{"name":"text","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":16}}],"#
                + #""parameters":{"binary_data_output":true}}"#).utf8)
        let tail: [UInt8] = [7, 0, 0, 0] + Array("Sort é".utf8) + [1, 0, 0, 0, 0x62]
        #expect(json.count == 137)
        let call = try decode(json, tail)
        #expect(call.inputs == [.text("Sort é"), .text("b")])
        #expect(call.outputs == KServeOutput.allCases.map { .init(output: $0, isBinary: true) })
    }

    @Test func `the bytes that tritonclient sends for named outputs are read`() throws {
        // With request_id "7", a column of texts, `label` in binary form and two classes of `probabilities` in JSON.
        let json = Array(
            (#"{"id":"7","inputs":[{"name":"text","shape":[2,1],"datatype":"BYTES","parameters":{"binary_data_size":16}}],"#
                + #""outputs":[{"name":"label","parameters":{"binary_data":true}},"#
                + #"{"name":"probabilities","parameters":{"classification":2,"binary_data":false}}]}"#).utf8)
        #expect(json.count == 249)
        let call = try decode(json, Self.elements(["Sort é", "b"]))
        #expect(call.id == "7" && call.inputs == [.text("Sort é"), .text("b")])
        #expect(
            call.outputs == [.init(output: .label, isBinary: true), .init(output: .probabilities, classCount: 2)])
    }

    @Test func `ill-formed and empty texts are read, the former repaired`() throws {
        let tail = Self.element([0xFF]) + Self.element([])
        #expect(try decode(Self.json(tail.count), tail).inputs == [.text("\u{FFFD}"), .text("")])
    }

    @Test func `random texts are read as they were written`() throws {
        let seed: UInt64 = 0xB17E
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let texts = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                String(repeating: ["a", "é😀", "\0", ""].pick(&random), count: Int.random(in: 0...300, using: &random))
            }
            var tail: [UInt8] = []
            for text in texts { KServeBytes.append(text, to: &tail) }
            #expect(tail == Self.elements(texts))
            let call = try decode(Self.json(tail.count, shape: "[-1]"), tail, limit: 8)
            #expect(call.inputs == texts.map { .text($0) }, "seed \(seed)")
        }
    }

    @Test func `lengths that lie are refused`() {
        let tail = Self.elements(["a", "b"])
        #expect(refusal(Self.json(10), tail) == nil)
        for size in [-1, 0, 9, 11, .min, .max] {
            #expect(refusal(Self.json(size), tail)?.code == "wrong_length")
        }
        for json in [Self.json(10), Array("{}".utf8), []] {
            for length in [-1, .min, json.count + 11, .max] {
                #expect(refusal(json, tail, length: length)?.code == "wrong_length")
            }
        }
        // The JSON is cut, or runs into the tensor.
        #expect(refusal(Self.json(10), tail, length: 0)?.code == "invalid_json")
        #expect(refusal(Self.json(10), tail, length: Self.json(10).count - 1)?.code == "invalid_json")
        #expect(refusal(Self.json(10), tail, length: Self.json(10).count + 1)?.code == "invalid_json")
        let lying: [[UInt8]] = [
            [1], [1, 0, 0], [2, 0, 0, 0, 0x61], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F, 0x61],
            Self.elements(["a"]) + [0, 0, 0], Self.elements(["a"]) + [0, 0, 0, 0x80, 0x61],
            [0xFC, 0xFF, 0xFF, 0xFF, 0x61, 0x61, 0x61, 0x61],
        ]
        for tail in lying {
            let error = refusal(Self.json(tail.count, shape: "[-1]"), tail)
            #expect(error?.status == 400 && error?.code == "wrong_length", "\(tail): \(error as Any)")
        }
    }

    @Test func `the number of texts must fit the shape and the limit`() {
        let three = Self.elements(["a", "b", "c"])
        #expect(refusal(Self.json(15), three)?.code == "wrong_shape")
        #expect(refusal(Self.json(15, shape: "[3]"), three, limit: 2)?.code == "batch_too_large")
        #expect(refusal(Self.json(0, shape: "[0]"), [])?.code == "empty_batch")
        let many = [UInt8](repeating: 0, count: 400_000)
        let error = refusal(Self.json(many.count, shape: "[100000]"), many)
        #expect(error?.message == "the batch holds 100000 texts; send at most 3 in one call")
    }

    @Test func `bytes that no tensor claims are refused, and a tensor without the header`() {
        let json = Array(#"{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":["a"]}]}"#.utf8)
        #expect(refusal(json, []) == nil)
        #expect(refusal(json, [0])?.code == "wrong_length")
        for size in ["1.5", #""10""#, "true"] {
            let text = String(decoding: Self.json(10), as: UTF8.self).replacing(":10}", with: ":\(size)}")
            #expect(refusal(Array(text.utf8), Self.elements(["a", "b"]))?.code == "wrong_type")
        }
        #expect(throws: WireError.self) { try Shape.decode(Self.json(0).span, limits: WireLimits()) }
    }

    @Test func `the header is a number of bytes`() throws {
        #expect(try Shape.headerLength(nil) == nil)
        #expect(try Shape.headerLength("137") == 137)
        for value in ["", "-1", "+1", "1.5", "0x10", " 1", "1 ", "99999999999999999999", "١"] {
            #expect(throws: WireError.self) { try Shape.headerLength(value) }
        }
    }

    @Test func `whatever the fields and bytes, there is a call or a refusal`() throws {
        let seed: UInt64 = 0x5EED
        var random = SplitMix64(seed: seed)
        var (calls, refusals) = (0, 0)
        for _ in 0..<6_000 {
            var tail = Self.elements(["a", "bc"].shuffled(using: &random))
            let isBinary = Bool.random(using: &random)
            if !isBinary { tail = [] }
            let json = RandomJSON.filled(
                #"{"id":§,"inputs":[{"name":§,"shape":§,"datatype":§,"parameters":§"#
                    + (isBinary ? "" : #","data":§"#)
                    + #"}],"outputs":[{"name":§,"parameters":{"binary_data":§,"classification":§}},§],"parameters":§}"#,
                [
                    [#""1""#, "null"], [#""text""#], ["[2]", "[2,1]", "[-1]"], [#""BYTES""#],
                    isBinary ? [#"{"binary_data_size":11}"#] : ["{}", "null"],
                ] + (isBinary ? [] : [[#"["a","b"]"#, #"[["a"],["b"]]"#]]) + [
                    [#""probabilities""#], ["true", "false", "null"], ["2", "0", "null"],
                    [#"{"name":"label"}"#, #"{"name":"confidence","parameters":{"binary_data":true}}"#],
                    ["{}", #"{"binary_data_output":true}"#],
                ], &random)
            let body = Array(json.utf8)
            var length = isBinary ? body.count : nil
            switch Int.random(in: 0..<12, using: &random) {
            case 0: length = Int.random(in: 0...body.count + 20, using: &random)
            case 1: length = [Int.min, -1, Int.max, 0].pick(&random)
            case 2: tail = tail.map { _ in UInt8.random(in: 0...3, using: &random) }
            case 3:
                tail = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                    .random(in: .min ... .max, using: &random)
                }
            default: break
            }
            do throws(WireError) {
                let call = try Shape.decode(
                    (body + tail).span, headerLength: length, limits: WireLimits(batchSize: 4))
                calls += 1
                let outcomes = call.inputs.map { _ in
                    [Handmade.code, Handmade.unclassified].randomElement(using: &random)
                }
                let answer = call.answer(outcomes.compactMap { $0 }, context: Handmade.context)
                let head = answer.body.prefix(answer.headerLength ?? answer.body.count)
                #expect(isJSON(String(decoding: head, as: UTF8.self)), "seed \(seed): \(json)")
                let plain = try? call.text(outcomes.compactMap { $0 })
                #expect(plain.map(isJSON) == true, "seed \(seed): \(json)")
            } catch {
                refusals += 1
                #expect(error.status == 400 && isJSON(Shape.text(error)), "seed \(seed): \(json)")
            }
        }
        #expect(calls > 500 && refusals > 500, "seed \(seed): \(calls) calls, \(refusals) refusals")
    }
}
