/// What is wrong with the configuration, where, and what to do about it.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where a setting was made.
    public enum Source: Sendable, Equatable {
        /// In a file; line and column count from 1 and are nil where the fault is the file's as a whole.
        case file(path: String, line: Int?, column: Int?)
        /// In the environment variable of this name.
        case environment(String)
        /// By the flag of this name, dashes included.
        case flag(String)
    }

    /// Where the fault lies; nil where it lies in settings that nobody made, or in several places.
    public let source: Source?
    /// The key concerned, as in `listen.port`; nil where there is none.
    public let key: String?
    /// What is wrong and what to do, in one sentence.
    public let message: String

    init(_ message: String, key: String? = nil, at source: Source? = nil) {
        self.source = source
        self.key = key
        self.message = message
    }

    /// One line, as in `tasktype.yaml:3:9: listen.port must be …`.
    public var description: String {
        guard let source else { return message }
        return "\(source): \(message)"
    }
}

extension ConfigurationError.Source: CustomStringConvertible {
    /// The place as it begins a message: `tasktype.yaml:3:9`, `TASKTYPE_LISTEN_PORT` or `--listen-port`.
    public var description: String {
        switch self {
        case .environment(let name), .flag(let name): name
        case .file(let path, nil, _): path
        case .file(let path, let line?, nil): "\(path):\(line)"
        case .file(let path, let line?, let column?): "\(path):\(line):\(column)"
        }
    }
}
