/// A checked safetensors file: once parsed, every tensor's place, size and alignment hold.
///
/// Parsing reads the header only. Values are used in place, out of the bytes that the views keep alive.
/// The rules are in `docs/weights-format.md`.
public struct SafetensorsFile: Sendable {
    /// The key that is not a tensor.
    static let metadataKey = "__metadata__"

    /// The largest header accepted, in bytes, as in the format's own reader.
    public static let maximumHeaderByteCount = 100 << 20

    /// The strings under `__metadata__`; empty when there are none.
    public let metadata: [String: String]

    /// The tensors in the order of their data.
    public let tensors: [TensorInfo]

    /// The bytes of the whole file.
    public let bytes: ModelBytes

    private let dataStart: Int
    private let indices: [String: Int]

    /// Parses and checks the header.
    ///
    /// - Throws: `malformed`, with a sentence that names the file and, where one is at fault, the tensor.
    /// - Complexity: O(length of the header), and O(*n* log *n*) for *n* tensors; the data are not touched.
    public init(parsing bytes: ModelBytes) throws(ModelFileError) {
        do throws(Violation) {
            let header = try Self.headerRange(in: bytes)
            let parsed = try HeaderParser.parse(bytes.copy(of: header), at: header.lowerBound)
            metadata = parsed.metadata
            tensors = try TensorLayout.check(
                parsed.tensors, dataStart: header.upperBound, dataCount: bytes.count - header.upperBound)
            dataStart = header.upperBound
        } catch {
            throw error.error(in: bytes.origin)
        }
        indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
        self.bytes = bytes
    }

    private static func headerRange(in bytes: ModelBytes) throws(Violation) -> Range<Int> {
        guard bytes.count >= 8 else {
            throw Violation(
                "it has \(bytes.count) bytes, fewer than the 8 that every safetensors file begins with")
        }
        var length: UInt64 = 0
        for byte in bytes.copy(of: 0..<8).reversed() { length = length << 8 | UInt64(byte) }
        guard length <= UInt64(maximumHeaderByteCount) else {
            throw Violation(
                "it announces a header of \(length) bytes, more than the \(maximumHeaderByteCount) allowed, "
                    + "so it is probably not a safetensors file")
        }
        guard length <= UInt64(bytes.count - 8) else {
            throw Violation("it announces a header of \(length) bytes, but only \(bytes.count - 8) follow")
        }
        return 8..<(8 + Int(length))
    }

    /// What the header says about `name`, or nil when there is no such tensor.
    public func info(of name: String) -> TensorInfo? {
        indices[name].map { tensors[$0] }
    }

    /// The values of a tensor, in place.
    ///
    /// - Throws: `missingTensor` or `wrongType`.
    /// - Complexity: O(1).
    public func tensor<Element: TensorElement>(
        _ name: String, as type: Element.Type = Element.self
    ) throws(ModelFileError) -> TensorView<Element> {
        let info = try requireInfo(of: name)
        guard info.dtype == Element.dtype else {
            throw ModelFileError(
                .wrongType,
                "\(bytes.origin) cannot be used: tensor \(quoted(name)) is \(info.dtype.rawValue) where "
                    + "\(Element.dtype.rawValue) is needed; train the model again with this version")
        }
        return TensorView(bytes: bytes, offset: dataStart + info.byteRange.lowerBound, shape: info.shape)
    }

    /// A tensor's bytes, in place, whatever its type; the view's shape is their number.
    ///
    /// - Throws: `missingTensor`.
    /// - Complexity: O(1).
    public func bytes(of name: String) throws(ModelFileError) -> TensorView<UInt8> {
        let info = try requireInfo(of: name)
        return TensorView(
            bytes: bytes, offset: dataStart + info.byteRange.lowerBound, shape: [info.byteRange.count])
    }

    /// The values of an `F32` tensor, once it is certain that none of them is a NaN or an infinity.
    ///
    /// - Throws: `missingTensor`, `wrongType` or `notFinite`, the last with the index in row-major order.
    /// - Complexity: O(number of elements): reads the whole tensor.
    public func finiteTensor(_ name: String) throws(ModelFileError) -> TensorView<Float> {
        let view = try tensor(name, as: Float.self)
        if let index = view.firstNonFinite {
            throw ModelFileError(
                .notFinite,
                "\(bytes.origin) cannot be used: tensor \(quoted(name)) holds \(view.span[index]) at index "
                    + "\(index); copy the file again or train it again")
        }
        return view
    }

    private func requireInfo(of name: String) throws(ModelFileError) -> TensorInfo {
        guard let info = info(of: name) else {
            throw ModelFileError(
                .missingTensor,
                "\(bytes.origin) cannot be used: it holds no tensor \(quoted(name)); "
                    + "train the model again with this version")
        }
        return info
    }
}
