import Foundation
import ModelFormat
import TestSupport
import Testing

/// Compares with the format's own library.
@Suite(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
struct PythonTests {
    struct Tensor: Codable, Equatable {
        let name: String
        let dtype: String
        let shape: [Int]
        let bytes: [UInt8]
    }

    struct Content: Codable, Equatable {
        var metadata: [String: String]
        var tensors: [Tensor]
    }

    @Test func `Python reads what the writer writes`() throws {
        let folder = try TemporaryFolder()
        let script = """
            import json, sys
            from safetensors import deserialize, safe_open
            result = []
            for path in json.load(sys.stdin):
                with safe_open(path, "np") as file:
                    metadata = file.metadata() or {}
                with open(path, "rb") as file:
                    tensors = [{"name": name, "dtype": t["dtype"], "shape": t["shape"], "bytes": list(t["data"])}
                               for name, t in deserialize(file.read())]
                tensors.sort(key=lambda t: t["name"].encode())
                result.append({"metadata": metadata, "tensors": tensors})
            json.dump(result, sys.stdout)
            """
        var paths: [String] = []
        var expected: [Content] = []
        for seed in UInt64(1)...30 {
            var random = SplitMix64(seed: seed)
            let content = RandomContent(using: &random)
            paths.append(folder("\(seed)"))
            try AtomicFile.write(content.bytes(), to: folder("\(seed)"))
            let tensors = content.tensors.map {
                Tensor(name: $0.name, dtype: $0.dtype.rawValue, shape: $0.shape, bytes: $0.bytes)
            }
            expected.append(Content(metadata: content.metadata, tensors: sorted(tensors)))
        }
        let read: [Content] = try PythonOracle.run(script, json: paths)
        #expect(read == expected)
    }

    @Test func `the reader reads what Python writes`() throws {
        let folder = try TemporaryFolder()
        let script = """
            import json, random, sys
            import numpy
            from safetensors.numpy import save_file
            label = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32",
                     "int16": "I16", "int8": "I8", "uint64": "U64", "uint32": "U32", "uint16": "U16",
                     "uint8": "U8", "bool": "BOOL"}
            random.seed(7)
            text = lambda: "".join(random.choice("aZ0./\\"\\\\\\n\\0\\x1f\\x7féß中😀 {:") for _ in range(random.randrange(12)))
            result = []
            for index in range(30):
                tensors, expected = {}, []
                for _ in range(random.randrange(9)):
                    name, dtype = text(), random.choice(list(label))
                    shape = [random.randrange(7) for _ in range(random.randrange(4))]
                    count = numpy.dtype(dtype).itemsize
                    for extent in shape: count *= extent
                    data = bytes(random.randrange(2 if dtype == "bool" else 256) for _ in range(count))
                    if name in tensors: continue
                    tensors[name] = numpy.frombuffer(data, dtype).reshape(shape)
                    expected.append({"name": name, "dtype": label[dtype], "shape": shape, "bytes": list(data)})
                metadata = {text(): text() for _ in range(random.randrange(4))}
                # Given {} and no tensors, the library (0.8.0) writes `{},"__metadata__":{}}`, which is not JSON.
                save_file(tensors, f"{sys.argv[1]}/{index}", metadata or None)
                expected.sort(key=lambda t: t["name"].encode())
                result.append({"metadata": metadata, "tensors": expected})
            json.dump(result, sys.stdout)
            """
        let output = try PythonOracle.run(script, arguments: [folder.path])
        let expected = try JSONDecoder().decode([Content].self, from: output)
        #expect(expected.count == 30)
        for (index, expected) in expected.enumerated() {
            let file = try SafetensorsFile(parsing: ModelBytes(mapping: folder("\(index)")))
            let tensors = try file.tensors.map {
                Tensor(
                    name: $0.name, dtype: $0.dtype.rawValue, shape: $0.shape,
                    bytes: try file.bytes(of: $0.name).array())
            }
            #expect(Content(metadata: file.metadata, tensors: sorted(tensors)) == expected)
        }
    }

    @Test func `whatever the reader accepts, Python accepts`() throws {
        let script = """
            import json, sys
            from safetensors import deserialize
            def accepts(data):
                try:
                    deserialize(bytes(data))
                    return True
                except Exception:
                    return False
            json.dump([accepts(data) for data in json.load(sys.stdin)], sys.stdout)
            """
        let seed: UInt64 = 11
        var random = SplitMix64(seed: seed)
        let original = try smallFile()
        let files = (0..<2000).map { _ in mutated(original, using: &random) }
        let accepted: [Bool] = try PythonOracle.run(script, json: files)
        var both = 0
        for (bytes, python) in zip(files, accepted) where (try? parse(bytes)) != nil {
            #expect(python, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            both += 1
        }
        #expect(both > 0)
    }

    @Test func `the revision is what hashlib computes`() throws {
        let bytes = try smallFile()
        let script =
            "import hashlib, sys; print('sha256:' + hashlib.sha256(sys.stdin.buffer.read()).hexdigest(), end='')"
        let expected = String(decoding: try PythonOracle.run(script, input: Data(bytes)), as: UTF8.self)
        #expect(try parse(bytes).revision() == expected)
    }

    private func sorted(_ tensors: [Tensor]) -> [Tensor] {
        tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
