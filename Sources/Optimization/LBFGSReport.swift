extension LBFGS {
    /// Why a minimisation ended.
    public enum StopReason: String, Sendable, Equatable {
        /// The gradient's norm fell to the tolerance.
        case gradientConverged
        /// The value hardly fell over the last several iterations.
        case valueConverged
        /// The iteration limit was reached.
        case iterationLimit
        /// The callback said to stop.
        case cancelled
        /// No step along the direction of steepest descent lowers the value: a minimum as far as the
        /// objective's rounding lets it be seen, or a gradient that does not belong to the value.
        case noFurtherDecrease
        /// The value or the gradient at the starting point is NaN or infinite.
        case notFiniteAtStart

        /// Whether the point found is a minimum within the tolerances.
        public var isConverged: Bool { self == .gradientConverged || self == .valueConverged }
    }

    /// Where a minimisation stands after an iteration.
    public struct Progress: Sendable, Equatable {
        /// The iterations made so far, from 1.
        public let iteration: Int
        /// The evaluations made so far.
        public let evaluations: Int
        /// The value at the current point.
        public let value: Double
        /// The Euclidean norm of the gradient at the current point.
        public let gradientNorm: Double
        /// The step taken along the direction; 1 for most.
        public let step: Double
    }

    /// What a minimisation found.
    public struct Result: Sendable, Equatable {
        /// The last point accepted.
        public let point: [Float]
        /// The value there.
        public let value: Double
        /// The Euclidean norm of the gradient there.
        public let gradientNorm: Double
        /// The iterations made.
        public let iterations: Int
        /// The evaluations made, the one of the starting point included.
        public let evaluations: Int
        /// Why the minimisation ended.
        public let stopReason: StopReason
    }
}
