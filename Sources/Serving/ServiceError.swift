/// Why the service cannot start, or had to stop, in one sentence for the operator.
public struct ServiceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
