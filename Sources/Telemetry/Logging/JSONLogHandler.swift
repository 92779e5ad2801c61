public import Logging

/// A JSON object a line: `time`, `level`, `logger`, `message`, and metadata as further members.
public struct JSONLogHandler: LogHandler {
    /// Events below it are not logged.
    public var logLevel: Logger.Level
    /// Written with every event of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Gives what belongs to the task at hand.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let sink: LogSink

    /// A handler for the logger called `label`.
    public init(
        label: String, sink: LogSink, level: Logger.Level = .info,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.sink = sink
        logLevel = level
        self.metadataProvider = metadataProvider
    }

    /// Hands the event to the sink.
    public func log(event: LogEvent) {
        let record = LogRecord(event, logger: label, metadata: metadata, provider: metadataProvider)
        sink.write(LogFormat.json.line(record))
    }

    /// One value of `metadata`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
