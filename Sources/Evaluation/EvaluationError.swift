/// Why rows cannot be evaluated or compared, or a bar cannot be understood.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of an error, for code that reacts to it.
    public enum Code: Hashable, Sendable {
        /// There is nothing to evaluate.
        case noRows
        /// The label names are missing, empty or not distinct.
        case invalidLabels
        /// A column has another length than the others.
        case wrongLength
        /// A label index lies outside the list of labels.
        case labelOutOfRange
        /// A probability is not a number in [0, 1], or those of a row do not sum to 1.
        case invalidProbability
        /// A weight is not a positive finite number.
        case invalidWeight
        /// A latency is negative or not finite.
        case invalidLatency
        /// A slicing column has no name or the name of another.
        case invalidSlice
        /// The settings of the bootstrap make no sense.
        case invalidBootstrap
        /// Two sets of scored rows do not belong to the same data.
        case differentRows
        /// The text of a bar cannot be understood.
        case invalidBar
        /// Costs are missing, not numbers, or name unknown labels.
        case invalidCosts
        /// An order of the labels does not name each of them once.
        case invalidOrder
    }

    /// What kind of error this is.
    public let code: Code

    /// One sentence for the person who reads it: what is wrong, where, and what to do.
    public let message: String

    /// The message.
    public var description: String { message }

    /// An error with the sentence that will be shown.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
