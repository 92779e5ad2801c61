import TestSupport
import Testing

/// Holds the suites of this module, one test at a time, as the module asks of its callers.
@Suite(.serialized) enum LinearAlgebraTests {}

/// Sizes around the widths and unrolling of vector kernels.
let awkwardSizes = [1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 257, 1025]

extension SplitMix64 {
    /// `count` numbers between -1 and 1.
    mutating func floats(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &self) }
    }

    /// `count` numbers between -1 and 1.
    mutating func doubles(_ count: Int) -> [Double] {
        (0..<count).map { _ in Double.random(in: -1...1, using: &self) }
    }
}
