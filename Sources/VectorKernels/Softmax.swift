#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Softmax and its logarithm's normaliser, in double precision.
public enum Softmax {
    /// log Σ exp(logits), without overflow; minus infinity for no logits.
    public static func logSumExp(_ logits: UnsafeBufferPointer<Float>) -> Double {
        guard let largest = logits.max() else { return -.infinity }
        var sum = 0.0
        for logit in logits { sum += exp(Double(logit) - Double(largest)) }
        return Double(largest) + log(sum)
    }

    /// Replaces logits by probabilities, computed in double precision and rounded once.
    ///
    /// - Complexity: O(labels).
    public static func apply(to values: UnsafeMutableBufferPointer<Float>) {
        guard let largest = values.max() else { return }
        var sum = 0.0
        for value in values { sum += exp(Double(value) - Double(largest)) }
        for index in values.indices { values[index] = Float(exp(Double(values[index]) - Double(largest)) / sum) }
    }
}
