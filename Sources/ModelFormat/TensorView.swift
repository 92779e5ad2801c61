#if _endian(big)
    #error("Tensors are used in place and stored little-endian; this platform is big-endian.")
#endif

// Sendable unchecked because of the pointer: it points into `bytes`, which never change and are themselves Sendable.
/// A tensor's values in place, together with the bytes that they live in.
///
/// The view keeps its `ModelBytes` alive; a span taken from it cannot outlive it.
///
/// Invariants, all established by `SafetensorsFile` before a view exists: `start` is aligned for `Element`,
/// `count` elements from there lie within `bytes`, and `Element` has no invalid bit patterns.
@frozen
public struct TensorView<Element: TensorElement>: @unchecked Sendable {
    /// The owner of the memory.
    public let bytes: ModelBytes

    /// Extents, outermost first; empty for a single value.
    public let shape: [Int]

    /// The number of elements: the product of the extents.
    public let count: Int

    @usableFromInline let start: UnsafePointer<Element>

    init(bytes: ModelBytes, offset: Int, shape: [Int]) {
        self.bytes = bytes
        self.shape = shape
        count = shape.reduce(1, *)
        precondition(offset + count * MemoryLayout<Element>.size <= bytes.count)
        start = (bytes.base + offset).assumingMemoryBound(to: Element.self)
    }

    /// The values in row-major order.
    ///
    /// - Complexity: O(1).
    @inlinable
    public var span: Span<Element> {
        @_lifetime(borrow self)
        borrowing get {
            let span = Span(_unsafeStart: start, count: count)
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with the values in row-major order, for code that hands them to C.
    ///
    /// - Complexity: O(1) and that of `body`, which must not let the pointer escape.
    @inlinable
    public func withUnsafeBufferPointer<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withExtendedLifetime(bytes) { () throws(Failure) -> Result in
            try body(UnsafeBufferPointer(start: start, count: count))
        }
    }

    /// A copy of the values in row-major order.
    ///
    /// - Complexity: O(`count`).
    public func array() -> [Element] {
        withUnsafeBufferPointer { Array($0) }
    }
}
