internal import VectorKernels

/// Maps raw logits to calibrated ones, then softmax.
///
/// Without a matrix `z'(k) = scale(k) · z(k) + offset(k)`: temperature scaling has equal scales, vector scaling (Guo et
/// al. 2017) a scale and an offset a label. With a matrix M (Dirichlet calibration, Kull et al. 2019)
/// `z' = M · log softmax(scale · z) + offset`. A matrix of ones on the diagonal means the same as none.
public struct Calibration: Sendable, Equatable {
    /// One factor a label.
    public var scales: [Float]
    /// One offset a label.
    public var offsets: [Float]
    /// labels × labels, row-major: a row an output; nil for none.
    public let matrix: [Float]?

    /// No change.
    public static func identity(labelCount: Int) -> Calibration {
        Calibration(
            scales: Array(repeating: 1, count: labelCount), offsets: Array(repeating: 0, count: labelCount))
    }

    /// A calibration with one scale and one offset a label and, perhaps, a matrix of labels × labels.
    public init(scales: [Float], offsets: [Float], matrix: [Float]? = nil) {
        precondition(scales.count == offsets.count, "\(scales.count) scales, \(offsets.count) offsets")
        if let matrix {
            precondition(
                matrix.count == scales.count * scales.count, "\(matrix.count) matrix elements, \(scales.count) labels")
        }
        self.scales = scales
        self.offsets = offsets
        self.matrix = matrix
    }

    /// Replaces logits by probabilities.
    ///
    /// `flattening`, 0 to 1, multiplies the calibrated logits: 0 gives equal probabilities, 1 changes nothing.
    /// Allocates nothing.
    /// - Parameter workspace: At least as many floats as there are labels, whose contents are lost; used only where
    ///   there is a matrix.
    /// - Complexity: O(labels), with a matrix O(labels²).
    public func apply(
        to logits: UnsafeMutableBufferPointer<Float>, workspace: UnsafeMutableBufferPointer<Float>,
        flattening: Float = 1
    ) {
        if let matrix {
            mix(matrix, logits, workspace)
            for index in offsets.indices { logits[index] = flattening * (logits[index] + offsets[index]) }
        } else {
            for index in scales.indices {
                logits[index] = flattening * (logits[index] * scales[index] + offsets[index])
            }
        }
        Softmax.apply(to: logits)
    }

    /// Replaces logits by probabilities, with a workspace of its own.
    public func apply(to logits: UnsafeMutableBufferPointer<Float>, flattening: Float = 1) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: scales.count) { workspace in
            apply(to: logits, workspace: workspace, flattening: flattening)
        }
    }

    /// logits ← M · log softmax(scales · logits), rows summed in the order of their columns.
    private func mix(
        _ matrix: [Float], _ logits: UnsafeMutableBufferPointer<Float>, _ workspace: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(workspace.count >= scales.count, "\(workspace.count) floats of workspace, \(scales.count) labels")
        let inputs = UnsafeMutableBufferPointer(rebasing: workspace[..<scales.count])
        for index in scales.indices { inputs[index] = logits[index] * scales[index] }
        let normalizer = Softmax.logSumExp(UnsafeBufferPointer(inputs))
        for index in inputs.indices { inputs[index] = Float(Double(inputs[index]) - normalizer) }
        for row in scales.indices {
            var sum: Float = 0
            for column in inputs.indices { sum += matrix[row * inputs.count + column] * inputs[column] }
            logits[row] = sum
        }
    }
}
