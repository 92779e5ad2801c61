/// Why no model came out of a training run; the message says what to do.
public struct TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Equatable {
        /// The samples cannot be learnt from.
        case unusableData
        /// The options contradict each other or are out of range.
        case badOption
        /// The caller asked to stop.
        case interrupted
        /// The result was not finite, or did not survive being written.
        case failed
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence for the person who started the run.
    public let message: String

    /// An error of `code` that says `message`.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
