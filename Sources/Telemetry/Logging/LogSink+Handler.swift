public import Logging

extension LogSink {
    /// A handler for the sink's own format, as `LoggingSystem.bootstrap` wants it.
    public func handler(
        label: String, level: Logger.Level, metadataProvider: Logger.MetadataProvider? = nil
    ) -> any LogHandler {
        switch format {
        case .json: JSONLogHandler(label: label, sink: self, level: level, metadataProvider: metadataProvider)
        case .text: TextLogHandler(label: label, sink: self, level: level, metadataProvider: metadataProvider)
        }
    }
}
