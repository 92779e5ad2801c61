internal import VectorKernels

/// Maps raw logits to calibrated ones: `z'(k) = scale(k) · z(k) + offset(k)`, then softmax.
///
/// Temperature scaling has equal scales and no offsets; vector scaling (Guo et al. 2017) has both.
public struct Calibration: Sendable, Equatable {
    /// One factor a label.
    public var scales: [Float]
    /// One offset a label.
    public var offsets: [Float]

    /// No change.
    public static func identity(labelCount: Int) -> Calibration {
        Calibration(
            scales: Array(repeating: 1, count: labelCount), offsets: Array(repeating: 0, count: labelCount))
    }

    /// A calibration with one scale and one offset a label.
    public init(scales: [Float], offsets: [Float]) {
        precondition(scales.count == offsets.count, "\(scales.count) scales, \(offsets.count) offsets")
        self.scales = scales
        self.offsets = offsets
    }

    /// Replaces logits by probabilities.
    ///
    /// `flattening`, 0 to 1, multiplies the calibrated logits: 0 gives equal probabilities, 1 changes nothing.
    public func apply(to logits: UnsafeMutableBufferPointer<Float>, flattening: Float = 1) {
        for index in scales.indices {
            logits[index] = flattening * (logits[index] * scales[index] + offsets[index])
        }
        Softmax.apply(to: logits)
    }
}
