/// What the header says about one tensor.
public struct TensorInfo: Hashable, Sendable {
    /// The name, unique in its file.
    public let name: String

    /// The type of the elements.
    public let dtype: DType

    /// Extents, outermost first; empty for a single value.
    public let shape: [Int]

    /// Where the values are, counted from the start of the data.
    let byteRange: Range<Int>

    /// The number of elements.
    public var elementCount: Int { byteRange.count / dtype.byteCount }
}
