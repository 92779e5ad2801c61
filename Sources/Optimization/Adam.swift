/// Adam (Kingma & Ba 2015, Algorithm 1) for one dense block of Float parameters.
///
///     m ← β₁·m + (1 − β₁)·g          v ← β₂·v + (1 − β₂)·g²
///     θ ← θ − α · m̂ / (√v̂ + ε)       with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
public struct Adam: Sendable {
    /// The constants of Adam.
    public struct Settings: Sendable, Equatable {
        /// α, the learning rate.
        public var learningRate: Float
        /// β₁, the decay of the first moment, at least 0 and below 1.
        public var firstDecay: Float
        /// β₂, the decay of the second moment, at least 0 and below 1.
        public var secondDecay: Float
        /// ε, which keeps the quotient finite.
        public var epsilon: Float

        /// The constants, by default those that the paper recommends.
        public init(
            learningRate: Float = 1e-3, firstDecay: Float = 0.9, secondDecay: Float = 0.999,
            epsilon: Float = 1e-8
        ) {
            self.learningRate = learningRate
            self.firstDecay = firstDecay
            self.secondDecay = secondDecay
            self.epsilon = epsilon
        }
    }

    /// The constants; the learning rate may change between steps.
    public var settings: Settings {
        get { correction.settings }
        set { correction.settings = newValue }
    }

    /// The number of steps made.
    public var stepCount: Int { correction.stepCount }

    private var correction: AdamBiasCorrection
    private var firstMoment: [Float]
    private var secondMoment: [Float]

    /// The state for `count` parameters before the first step.
    public init(count: Int, settings: Settings = Settings()) {
        correction = AdamBiasCorrection(settings: settings)
        firstMoment = [Float](repeating: 0, count: count)
        secondMoment = firstMoment
    }

    /// Makes one step in O(count).
    ///
    /// - Precondition: `parameters` and `gradient` have the count that the state was made for.
    public mutating func step(_ parameters: inout MutableSpan<Float>, gradient: Span<Float>) {
        precondition(
            parameters.count == firstMoment.count,
            "\(parameters.count) parameters for an optimiser of \(firstMoment.count)")
        precondition(
            gradient.count == firstMoment.count,
            "a gradient of \(gradient.count) for an optimiser of \(firstMoment.count)")
        correction.advance()
        let kernel = correction.kernel
        gradient.withUnsafeBufferPointer { gradient in
            parameters.withUnsafeMutableBufferPointer { parameters in
                firstMoment.withUnsafeMutableBufferPointer { first in
                    secondMoment.withUnsafeMutableBufferPointer { second in
                        kernel.update(parameters, first, second, gradient: gradient)
                    }
                }
            }
        }
    }

    /// Makes one step in O(count).
    ///
    /// - Precondition: `parameters` and `gradient` have the count that the state was made for.
    public mutating func step(_ parameters: inout [Float], gradient: [Float]) {
        var span = parameters.mutableSpan
        step(&span, gradient: gradient.span)
    }
}
