import Logging

/// What one log line says.
struct LogRecord {
    var time = UTCTime.now()
    var level: Logger.Level
    var logger: String
    var message: String
    var metadata: Logger.Metadata = [:]

    init(level: Logger.Level, logger: String, message: String, metadata: Logger.Metadata = [:]) {
        self.level = level
        self.logger = logger
        self.message = message
        self.metadata = metadata
    }

    /// An event as a handler with this metadata sees it: what the statement gives wins over what the task gives, and
    /// this over what the logger gives.
    init(_ event: LogEvent, logger: String, metadata: Logger.Metadata, provider: Logger.MetadataProvider?) {
        self.init(level: event.level, logger: logger, message: event.message.description, metadata: metadata)
        if let provided = provider?.get(), !provided.isEmpty { self.metadata.merge(provided) { $1 } }
        if let explicit = event.metadata, !explicit.isEmpty { self.metadata.merge(explicit) { $1 } }
        if let error = event.error {
            self.metadata["error.message"] = "\(error)"
            self.metadata["error.type"] = "\(String(reflecting: type(of: error)))"
        }
    }
}

/// How log lines look.
public enum LogFormat: String, Sendable {
    /// A JSON object a line, for programs.
    case json
    /// Words, for people.
    case text

    /// The bytes of a line, with its line feed.
    func line(_ record: LogRecord) -> [UInt8] {
        switch self {
        case .json: JSONLogLine.bytes(of: record)
        case .text: TextLogLine.bytes(of: record)
        }
    }

    /// The line that tells of lines left out.
    func notice(ofDropped count: Int, total: Int) -> [UInt8] {
        line(
            LogRecord(
                level: .warning, logger: "tasktype.log",
                message: "Log lines were dropped because standard error is read too slowly.",
                metadata: ["dropped": .stringConvertible(count), "dropped_total": .stringConvertible(total)]))
    }
}
