/// A view of memory that somebody else owns, bounds-checked in debug builds only.
///
/// Invariants, kept by the two types that create views (`FeatureScratch`, which owns its memory for as long as
/// it lives, and `FeatureExtractor`, whose views of the text do not leave the call they were made in):
/// - `base` points to at least `count` initialised elements for as long as the view is used;
/// - nobody else writes to the memory meanwhile.
struct UncheckedBuffer<Element: BitwiseCopyable> {
    let base: UnsafeMutablePointer<Element>
    let count: Int

    /// Memory for `count` elements, all equal to `value`; to be given back with `deallocate`.
    static func allocate(count: Int, repeating value: Element) -> UncheckedBuffer {
        let base = UnsafeMutablePointer<Element>.allocate(capacity: max(count, 1))
        base.initialize(repeating: value, count: max(count, 1))
        return UncheckedBuffer(base: base, count: count)
    }

    func deallocate() { base.deallocate() }

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
