/// One thing that is wrong with a policy, or looks so.
public struct PolicyIssue: Error, Sendable, Equatable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The policy cannot be used.
        case error
        /// It can, but something in it has no effect or is probably not meant.
        case warning
    }

    /// How bad it is.
    public var severity: Severity
    /// The key concerned, as `rules[2].then.model`; "" for the policy as a whole.
    public var path: String
    /// What is wrong and what to do, in one sentence that begins with the key.
    public var message: String
    /// The file, where the policy was read from one.
    public var file: String?
    /// From 1.
    public var line: Int?
    /// From 1.
    public var column: Int?

    /// An issue at `path`.
    public init(_ severity: Severity, at path: String, _ message: String) {
        self.severity = severity
        self.path = path
        self.message = message
    }

    /// One line, as in `policy.yaml:12:7: error: …`.
    public var description: String {
        let place = [file, line.map { "\($0)" }, column.map { "\($0)" }].compactMap(\.self).joined(separator: ":")
        return (place.isEmpty ? "" : place + ": ") + "\(severity.rawValue): \(message)"
    }
}
