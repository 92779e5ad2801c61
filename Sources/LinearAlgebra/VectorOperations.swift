/// BLAS level 1 on whole vectors: inner products, norms, sums and copies, in place and without allocation.
///
/// Every function is O(n). Sums are carried in Double, so that vectors of tens of millions of elements keep
/// about seven digits; the products in them are rounded to Float. Results repeat bit for bit on one processor
/// family, and may differ in the last bits of a Float on another.
public enum VectorOperations {
    /// The inner product xᵀy, summed in Double.
    ///
    /// - Precondition: `x.count == y.count`.
    public static func dot(_ x: Span<Float>, _ y: Span<Float>) -> Double {
        checkCounts(x.count, y.count)
        return BLASCalls.dot(x, y)
    }

    /// The inner product xᵀy, summed in Double.
    ///
    /// - Precondition: `x.count == y.count`.
    public static func dot(_ x: [Float], _ y: [Float]) -> Double { dot(x.span, y.span) }

    /// The Euclidean norm √(xᵀx), finite for every vector of finite numbers; 0 for an empty one.
    public static func norm2(_ x: Span<Float>) -> Double {
        let squared = BLASCalls.dot(x, x)
        // Outside this range some squares left the range of Float, upwards or downwards.
        guard squared > 1e-20, squared.isFinite else { return plainNorm2(x) }
        return squared.squareRoot()
    }

    /// The Euclidean norm √(xᵀx), finite for every vector of finite numbers; 0 for an empty one.
    public static func norm2(_ x: [Float]) -> Double { norm2(x.span) }

    /// y ← a·x + y (BLAS: axpy).
    ///
    /// - Precondition: `x.count == y.count`.
    public static func add(scaled a: Float, _ x: Span<Float>, to y: inout MutableSpan<Float>) {
        checkCounts(x.count, y.count)
        BLASCalls.add(scaled: a, x, to: &y)
    }

    /// y ← a·x + y (BLAS: axpy).
    ///
    /// - Precondition: `x.count == y.count`.
    public static func add(scaled a: Float, _ x: [Float], to y: inout [Float]) {
        var span = y.mutableSpan
        add(scaled: a, x.span, to: &span)
    }

    /// x ← a·x; a factor of 0 clears the vector, whatever it held.
    public static func scale(_ x: inout MutableSpan<Float>, by a: Float) {
        // Whether 0·NaN stays NaN differs between versions of OpenBLAS.
        guard a != 0 else { return x.update(repeating: 0) }
        BLASCalls.scale(&x, by: a)
    }

    /// x ← a·x; a factor of 0 clears the vector, whatever it held.
    public static func scale(_ x: inout [Float], by a: Float) {
        var span = x.mutableSpan
        scale(&span, by: a)
    }

    /// y ← x, into the storage that `y` already has, where an assignment would share or allocate.
    ///
    /// - Precondition: `x.count == y.count`.
    public static func copy(_ x: Span<Float>, to y: inout MutableSpan<Float>) {
        checkCounts(x.count, y.count)
        x.withUnsafeBufferPointer { source in
            y.withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: source) }
        }
    }

    /// y ← x, into the storage that `y` already has, where an assignment would share or allocate.
    ///
    /// - Precondition: `x.count == y.count`.
    public static func copy(_ x: [Float], to y: inout [Float]) {
        var span = y.mutableSpan
        copy(x.span, to: &span)
    }

    /// The slow way for tiny and huge elements: the square of any Float is a normal number in Double.
    private static func plainNorm2(_ x: Span<Float>) -> Double {
        var sum = 0.0
        for index in x.indices {
            let element = Double(x[index])
            sum += element * element
        }
        return sum.squareRoot()
    }

    private static func checkCounts(_ x: Int, _ y: Int) {
        require(x == y, "vectors of different lengths: \(x) and \(y) elements")
    }
}
