import TestSupport
import Testing

@testable import ModelFormat

@Suite struct RoundTripTests {
    @Test(arguments: UInt64(1)...40)
    func `what the writer writes, the reader reads`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let content = RandomContent(using: &random)
        let bytes = try content.bytes()
        let file = try parse(bytes)
        #expect(file.metadata == content.metadata)
        #expect(file.tensors.count == content.tensors.count)
        for tensor in content.tensors {
            let info = try #require(file.info(of: tensor.name))
            #expect(info.dtype == tensor.dtype)
            #expect(info.shape == tensor.shape)
            #expect(info.elementCount == tensor.shape.reduce(1, *))
            #expect(try file.bytes(of: tensor.name).array() == tensor.bytes)
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `the order in which tensors are added leaves no trace`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var content = RandomContent(using: &random)
        let bytes = try content.bytes()
        content.tensors.shuffle(using: &random)
        #expect(try content.bytes() == bytes)
    }

    @Test func `the bytes of a small file are the documented ones`() throws {
        var writer = SafetensorsWriter(metadata: ["z": "a\"\\\n/é", "b": ""])
        try writer.add("b", shape: [2], values: [UInt8](arrayLiteral: 7, 9))
        try writer.add("a", shape: [], values: [UInt32](arrayLiteral: 258))
        let header =
            #"{"__metadata__":{"b":"","z":"a\"\\\u000a/é"},"a":{"dtype":"U32","shape":[],"data_offsets":[0,4]},"#
            + #""b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}"#
        let length = (8 + header.utf8.count + 63) / 64 * 64 - 8
        let padding = [UInt8](repeating: 0x20, count: length - header.utf8.count)
        let expected = littleEndian(UInt64(length)) + Array(header.utf8) + padding + [2, 1, 0, 0, 7, 9]
        #expect(try writer.bytes() == expected)
    }

    @Test func `a file without tensors and metadata is an empty object`() throws {
        let bytes = try SafetensorsWriter().bytes()
        #expect(bytes.count == 64)
        #expect(bytes[8..<10].elementsEqual("{}".utf8))
        #expect(try parse(bytes).tensors.isEmpty)
    }

    @Test func `typed views show the values in place`() throws {
        var writer = SafetensorsWriter()
        try writer.add("f", shape: [2, 2], values: [1, -0.5, .greatestFiniteMagnitude, 0] as [Float])
        try writer.add("i", shape: [3], values: [-128, 0, 127] as [Int8])
        try writer.add("u", shape: [1], values: [255] as [UInt8])
        try writer.add("w", shape: [2], values: [0, .max] as [UInt32])
        try writer.add("none", shape: [0, 5], values: [] as [Float])
        let file = try parse(writer.bytes())
        let floats: TensorView<Float> = try file.finiteTensor("f")
        #expect(floats.span[1] == -0.5)
        #expect(floats.shape == [2, 2])
        #expect(floats.array() == [1, -0.5, .greatestFiniteMagnitude, 0])
        #expect(try file.tensor("i", as: Int8.self).array() == [-128, 0, 127])
        #expect(try file.tensor("u", as: UInt8.self).array() == [255])
        #expect(try file.tensor("w", as: UInt32.self).array() == [0, .max])
        #expect(try file.finiteTensor("none").array().isEmpty)
    }

    @Test func `a view keeps its bytes alive`() throws {
        func view() throws -> TensorView<Float> { try parse(smallFile()).tensor("weights") }
        #expect(try view().array() == [1, -2.5, 0, 3e-20])
    }

    @Test func `asking for a missing tensor or another type says so`() throws {
        let file = try parse(smallFile())
        let missing = #expect(throws: ModelFileError.self) { try file.tensor("bias", as: Float.self) }
        #expect(missing?.code == .missingTensor)
        #expect(missing?.message.contains("\"bias\"") == true)
        let wrong = #expect(throws: ModelFileError.self) { try file.tensor("codes", as: Float.self) }
        #expect(wrong?.code == .wrongType)
        #expect(wrong?.message.contains("\"codes\" is I8 where F32 is needed") == true)
        #expect(throws: ModelFileError.self) { try file.bytes(of: "bias") }
    }

    @Test func `the revision is the SHA-256 of the file`() throws {
        // FIPS 180-2, appendix B.1.
        #expect(
            ModelBytes(copying: Array("abc".utf8), origin: "abc").revision()
                == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let bytes = try smallFile()
        #expect(try parse(bytes).revision() == ModelBytes(copying: bytes, origin: "copy").revision())
    }
}

@Suite struct WriterRefusalTests {
    @Test(arguments: [
        ("negative extents", DType.f32, [-1, -1], 4), ("too few bytes", .f32, [2], 7),
        ("too many bytes", .u8, [2], 3),
        ("a product beyond Int", .u8, [1 << 40, 1 << 40], 0), ("bytes beyond Int", .f64, [1 << 61], 0),
    ])
    func `the writer refuses`(what: String, dtype: DType, shape: [Int], count: Int) throws {
        var writer = SafetensorsWriter()
        let error = #expect(throws: ModelFileError.self, "\(what)") {
            try writer.add("w", dtype: dtype, shape: shape, bytes: [UInt8](repeating: 0, count: count))
        }
        #expect(error?.code == .unwritableContent)
        #expect(error?.message.contains("\"w\"") == true)
    }

    @Test(arguments: ["__metadata__", "taken", "e\u{301}"])
    func `the writer refuses a name that would be there twice`(name: String) throws {
        var writer = SafetensorsWriter()
        try writer.add("taken", shape: [1], values: [1] as [UInt8])
        try writer.add("é", shape: [1], values: [1] as [UInt8])
        #expect(throws: ModelFileError.self) { try writer.add(name, shape: [1], values: [1] as [UInt8]) }
    }

    @Test func `the writer refuses a header that readers would refuse`() throws {
        let writer = SafetensorsWriter(metadata: ["k": String(repeating: "x", count: 1000)])
        let count = try writer.bytes().count - 8
        #expect(try writer.bytes(maximumHeaderByteCount: count).count == count + 8)
        let error = #expect(throws: ModelFileError.self) {
            try writer.bytes(maximumHeaderByteCount: count - 1)
        }
        #expect(error?.code == .unwritableContent)
    }
}
