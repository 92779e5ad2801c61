import Foundation
import TestSupport
import Testing

@Suite struct ModelsTests {
    private let folder: ScratchFolder
    private let model: String
    private let file: WeightsFile

    init() throws {
        folder = try ScratchFolder()
        model = try TrainedModels.linear.get()
        file = try WeightsFile(path: model)
    }

    /// Expects that every command refuses the file with one sentence that names it.
    private func expectRefused(
        _ bytes: Data, _ part: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = try folder.write(bytes, to: "bad.safetensors")
        let commands = [
            ["models", "inspect", path], ["models", "verify", path],
            ["classify", "--strict", "--model", path, "--", "Who?"],
        ]
        for arguments in commands {
            let result = try tasktype(arguments)
            expectRefusal(result, "bad.safetensors", part, sourceLocation: sourceLocation)
            #expect(
                result.errors.split(separator: "\n").count == 1, "\(result.errors)",
                sourceLocation: sourceLocation)
        }
    }

    @Test func `a sound model is described as JSON and as text`() throws {
        let facts = try object(try tasktype("models", "inspect", model, "--format", "json").output)
        #expect(facts["name"] as? String == "linear")
        #expect(facts["bytes"] as? Int == file.bytes.count)
        #expect(facts["labels"] as? [String] == Corpus.labels)
        #expect((facts["revision"] as? String)?.hasPrefix("sha256:") == true)
        let metadata = try #require(facts["metadata"] as? [String: String])
        #expect(metadata == file.header["__metadata__"] as? [String: String])
        let text = try tasktype("models", "inspect", model).text
        for part in ["linear", "code, complex, reasoning, simple", "sha256:", "\(file.bytes.count)"] {
            #expect(text.contains(part))
        }
    }

    @Test func `a sound model is verified`() throws {
        for path in [model, try TrainedModels.perceptron.get()] {
            let result = try tasktype("models", "verify", path)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.text.contains("is sound"))
        }
    }

    @Test func `a truncated file is refused, wherever it ends`() throws {
        let header = try file.range(try #require(file.tensors().first)).lowerBound
        let lengths = [
            1, 7, 8, 9, header / 2, header - 1, header, header + 1, file.bytes.count / 2,
            file.bytes.count - 1,
        ]
        for length in lengths { try expectRefused(file.bytes.prefix(length)) }
        try expectRefused(Data(), "empty")
    }

    @Test func `a file with something behind its end is refused`() throws {
        try expectRefused(file.bytes + [0])
    }

    @Test func `files that are something else are refused`() throws {
        try expectRefused(Data("This is a letter, not a model.\n".utf8))
        try expectRefused(Data("{\"weights\": [1, 2, 3]}".utf8))
        try expectRefused(Data(repeating: 0, count: 4096))
        try expectRefused(Data(repeating: 0xFF, count: 4096))
        try expectRefused(gzipped(file.bytes))
    }

    @Test(arguments: [UInt64(1) << 63, .max, 1 << 40, 104_857_601])
    func `a header longer than the file is refused before any of it is read`(length: UInt64) throws {
        var bytes = file.bytes
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * UInt64(index))) }
        try expectRefused(bytes, "header")
    }

    @Test(arguments: [
        Float.nan.bitPattern, Float.infinity.bitPattern, (-Float.infinity).bitPattern, 0x7F80_0001,
    ])
    func `weights that are not finite are refused with the tensor's name`(pattern: UInt32) throws {
        let float = try WeightsFile(path: try TrainedModels.perceptron.get())
        for name in try float.tensors() where try float.dtype(name) == "F32" {
            let range = try float.range(name)
            try expectRefused(float.patched(at: range.upperBound - 4, with: pattern), name)
        }
        let scales = try file.tensors().filter { $0.hasSuffix(".scale") }
        #expect(!scales.isEmpty)
        for name in scales {
            try expectRefused(file.patched(at: try file.range(name).lowerBound, with: pattern), name)
        }
    }

    @Test func `offsets that overlap, leave holes or leave the file are refused`() throws {
        let names = try file.tensors()
        for (name, shift) in [(names[1], -4), (names[1], 4), (names[names.count - 1], 1 << 40)] {
            var header = file.header
            var tensor = try #require(header[name] as? [String: Any])
            let offsets = try #require(tensor["data_offsets"] as? [Int])
            tensor["data_offsets"] = [offsets[0] + shift, offsets[1] + shift]
            header[name] = tensor
            try expectRefused(try file.withHeader(header), name)
        }
    }

    @Test func `a header rewritten with the same content is accepted`() throws {
        // So that the refusals around this test are not for the rewriting.
        let path = try folder.write(try file.withHeader(file.header), to: "same.safetensors")
        let result = try tasktype("models", "verify", path)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func `each missing or foreign part is refused`() throws {
        for name in file.header.keys where name != "__metadata__" {
            var header = file.header
            header["else.\(name)"] = header.removeValue(forKey: name)
            try expectRefused(try file.withHeader(header))
        }
        let metadata = try #require(file.header["__metadata__"] as? [String: String])
        for key in metadata.keys where key != "tasktype.provenance" {
            for value in [
                nil, "", "null", "{}", "[]", "\"x\"", "-1", "99999999999999999999", "{\"version\":2}",
            ] {
                var other = metadata
                other[key] = value
                var header = file.header
                header["__metadata__"] = other
                try expectRefused(try file.withHeader(header))
            }
        }
    }

    @Test func `wrong types and shapes are refused`() throws {
        for name in try file.tensors() {
            var header = file.header
            var tensor = try #require(header[name] as? [String: Any])
            let shape = try #require(tensor["shape"] as? [Int])
            tensor["shape"] = [1] + shape
            header[name] = tensor
            try expectRefused(try file.withHeader(header), name)
        }
    }

    @Test func `a flipped byte anywhere gives an error or an answer, never a crash`() throws {
        var generator = SplitMix64(seed: 14)
        let header = try file.range(try #require(file.tensors().first)).lowerBound
        for round in 0..<150 {
            var bytes = file.bytes
            let position = Int.random(in: 0..<(round % 3 == 0 ? bytes.count : header), using: &generator)
            bytes[position] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
            let path = try folder.write(bytes, to: "flipped.safetensors")
            let result = try tasktype("models", "verify", path)
            #expect(result.status == 0 || result.status == 2, "byte \(position): \(result)")
        }
    }
}

extension WeightsFile {
    /// The type of a tensor's elements.
    func dtype(_ name: String) throws -> String? { (header[name] as? [String: Any])?["dtype"] as? String }
}
