#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A view of memory that somebody else owns, bounds-checked in debug builds only.
///
/// Invariants, kept by the two types that create views (`FeatureScratch`, which owns its memory for as long as
/// it lives, and `FeatureExtractor`, whose views of the text do not leave the call they were made in):
/// - `base` points to at least `count` initialised elements for as long as the view is used;
/// - nobody else writes to the memory meanwhile.
struct UncheckedBuffer<Element: BitwiseCopyable> {
    let base: UnsafeMutablePointer<Element>
    let count: Int

    /// Memory for `count` elements whose bits are all 0, which must be a valid element; to be given back with
    /// `deallocate`.
    ///
    /// The system's own pages of zeros stand for it until they are written to: a program that answers one request
    /// does not pay for tables that thousands will use.
    static func zeros(count: Int) -> UncheckedBuffer {
        guard let memory = calloc(max(count, 1), MemoryLayout<Element>.stride) else {
            fatalError("no memory for \(count) elements of \(MemoryLayout<Element>.stride) bytes")
        }
        return UncheckedBuffer(base: memory.bindMemory(to: Element.self, capacity: max(count, 1)), count: count)
    }

    func deallocate() { free(base) }

    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            assert(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
            return base[index]
        }
        nonmutating set {
            assert(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
            base[index] = newValue
        }
    }

    /// The first `length` elements as the standard library's type.
    func prefix(_ length: Int) -> UnsafeBufferPointer<Element> {
        assert(length <= count, "\(length) elements of \(count)")
        return UnsafeBufferPointer(start: base, count: length)
    }
}
