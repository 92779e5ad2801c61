/// Builds a safetensors file in memory; the same content always gives the same bytes.
///
/// The order and the padding are in `docs/weights-format.md`; `AtomicFile` puts the result on disk.
public struct SafetensorsWriter: Sendable {
    private struct Tensor: Sendable {
        let name: String
        let dtype: DType
        let shape: [Int]
        let bytes: [UInt8]
    }

    /// The strings under `__metadata__`; left out of the file when empty.
    public var metadata: [String: String]

    private var tensors: [Tensor] = []
    private var names: Set<String> = [SafetensorsFile.metadataKey]

    /// A file that holds no tensors yet.
    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// Adds a tensor as raw little-endian bytes in row-major order.
    ///
    /// - Throws: `unwritableContent` when the name is taken (or is `__metadata__`), an extent is negative, or
    ///   `bytes` are not as many as the shape and type need.
    public mutating func add(
        _ name: String, dtype: DType, shape: [Int], bytes: [UInt8]
    ) throws(ModelFileError) {
        guard let needed = dtype.byteCount(shape: shape) else {
            throw unwritable("tensor \(quoted(name)) has the impossible shape \(shape)")
        }
        guard needed == bytes.count else {
            throw unwritable(
                "tensor \(quoted(name)) of shape \(shape) needs \(needed) bytes, but was given \(bytes.count)"
            )
        }
        guard names.insert(name).inserted else {
            throw unwritable("the name \(quoted(name)) is taken; give each tensor a name of its own")
        }
        tensors.append(Tensor(name: name, dtype: dtype, shape: shape, bytes: bytes))
    }

    /// Adds a tensor of values in row-major order.
    ///
    /// - Throws: as `add(_:dtype:shape:bytes:)`.
    public mutating func add<Element: TensorElement>(
        _ name: String, shape: [Int], values: [Element]
    ) throws(ModelFileError) {
        try add(name, dtype: Element.dtype, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
    }

    /// The bytes of the file.
    ///
    /// - Throws: `unwritableContent` when the header would be longer than readers accept.
    /// - Complexity: O(length of the file), and O(*n* log *n*) for *n* tensors or metadata keys.
    public func bytes() throws(ModelFileError) -> [UInt8] {
        try bytes(maximumHeaderByteCount: SafetensorsFile.maximumHeaderByteCount)
    }

    /// As above, with a limit that a test can reach.
    func bytes(maximumHeaderByteCount: Int) throws(ModelFileError) -> [UInt8] {
        let ordered = tensors.sorted {
            $0.dtype.byteCount != $1.dtype.byteCount
                ? $0.dtype.byteCount > $1.dtype.byteCount : precedes($0.name, $1.name)
        }
        let header = paddedHeader(ordered)
        guard header.count <= maximumHeaderByteCount else {
            throw unwritable(
                "its header would have \(header.count) bytes, more than the "
                    + "\(maximumHeaderByteCount) allowed; store less metadata")
        }
        var result: [UInt8] = []
        result.reserveCapacity(8 + header.count + ordered.reduce(0) { $0 + $1.bytes.count })
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { result += $0 }
        result += header
        for tensor in ordered { result += tensor.bytes }
        return result
    }

    private func paddedHeader(_ ordered: [Tensor]) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { precedes($0.key, $1.key) }
                .map { "\(jsonString($0.key)):\(jsonString($0.value))" }
            members.append("\"\(SafetensorsFile.metadataKey)\":{\(pairs.joined(separator: ","))}")
        }
        var begin = 0
        for tensor in ordered {
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            let end = begin + tensor.bytes.count
            members.append(
                "\(jsonString(tensor.name)):{\"dtype\":\"\(tensor.dtype.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(begin),\(end)]}")
            begin = end
        }
        var header = Array("{\(members.joined(separator: ","))}".utf8)
        let dataStart = (8 + header.count + 63) / 64 * 64
        header += repeatElement(UInt8(ascii: " "), count: dataStart - 8 - header.count)
        return header
    }
}

/// The order of the UTF-8 bytes, which any language can repeat; that of `String` depends on Unicode's tables.
private func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}

func jsonString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\":
            result.unicodeScalars.append("\\")
            result.unicodeScalars.append(scalar)
        case "\0"..<" ":
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default:
            result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

private func unwritable(_ reason: String) -> ModelFileError {
    ModelFileError(.unwritableContent, "The model cannot be written: \(reason).")
}
