import ModelFormat
import TestSupport

/// Random metadata and tensors: every type, scalars, empty tensors, and names that need escapes.
struct RandomContent {
    struct Tensor {
        let name: String
        let dtype: DType
        let shape: [Int]
        let bytes: [UInt8]
    }

    var metadata: [String: String] = [:]
    var tensors: [Tensor] = []

    init(using random: inout SplitMix64) {
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            metadata[Self.text(using: &random)] = Self.text(using: &random)
        }
        var names: Set<String> = ["__metadata__"]
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let name = Self.text(using: &random)
            guard names.insert(name).inserted else { continue }
            let dtype = DType.allCases.randomElement(using: &random) ?? .f32
            let shape = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                Int.random(in: 0...6, using: &random)
            }
            let count = shape.reduce(1, *) * dtype.byteCount
            // BOOL bytes other than 0 and 1 are undefined for other readers.
            let bytes = (0..<count).map { _ in
                UInt8.random(in: 0...(dtype == .bool ? 1 : 255), using: &random)
            }
            tensors.append(Tensor(name: name, dtype: dtype, shape: shape, bytes: bytes))
        }
    }

    func bytes() throws -> [UInt8] {
        var writer = SafetensorsWriter(metadata: metadata)
        for tensor in tensors {
            try writer.add(tensor.name, dtype: tensor.dtype, shape: tensor.shape, bytes: tensor.bytes)
        }
        return try writer.bytes()
    }

    private static func text(using random: inout SplitMix64) -> String {
        let alphabet: [Character] = [
            "a", "b", "Z", "0", ".", "/", "\"", "\\", "\n", "\0", "\u{1F}", "\u{7F}", "é", "ß", "中", "😀", " ",
            "{", ":",
        ]
        return String(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? "x"
            })
    }
}
