import TestSupport

/// Widths around those at which a kernel changes its way of summing, and one of many labels.
let awkwardWidths = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 150]

/// Slot counts around the kernels' unrolling, and one of a long text.
let awkwardCounts = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 255, 1000]

extension SplitMix64 {
    /// A weight as a trained table has them, with zeros of both signs among them.
    mutating func weight() -> Float {
        switch next() % 16 {
        case 0: 0
        case 1: -0.0
        default: Float.random(in: -2...2, using: &self)
        }
    }

    /// Slots of `rows` rows with random signs; repeated rows are allowed.
    mutating func slots(_ count: Int, rows: Int) -> [UInt32] {
        (0..<count).map { _ in
            UInt32(Int.random(in: 0..<rows, using: &self)) << 1 | UInt32(next() & 1)
        }
    }
}

/// Bits of floats, so that a comparison tells −0 from 0.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
