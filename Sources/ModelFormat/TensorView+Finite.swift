extension TensorView where Element == Float {
    /// The index of the first NaN or infinity in row-major order, or nil when every value is finite.
    ///
    /// - Complexity: O(`count`), at about the speed of memory.
    public var firstNonFinite: Int? {
        withUnsafeBufferPointer { values in
            let block = 4096
            for start in stride(from: 0, to: values.count, by: block) {
                let range = start..<min(start + block, values.count)
                if holdsNonFinite(values[range]) {
                    return values[range].firstIndex { !$0.isFinite }
                }
            }
            return nil
        }
    }
}

/// Whether any exponent is all ones.
///
/// Adding one to the exponent field carries into the (cleared) sign bit only from all ones, so a block needs
/// two integer operations and an OR per value, without a branch; that form the compiler turns into vectors.
private func holdsNonFinite(_ values: Slice<UnsafeBufferPointer<Float>>) -> Bool {
    var carries: UInt32 = 0
    for value in values { carries |= (value.bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000 }
    return carries & 0x8000_0000 != 0
}
