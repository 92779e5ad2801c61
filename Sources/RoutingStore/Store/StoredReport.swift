internal import JSONCoding

/// What a gateway reports and the store keeps under the report's own identifier.
public protocol StoredReport: Sendable {
    /// The kind of record that it is kept as.
    static var kind: String { get }
    /// Unique within the kind.
    var id: String { get }
    /// The report as it is kept; its identifier and time stand beside it.
    var json: String { get }

    /// A report that was kept; nil for a record that this program cannot read.
    init?(_ record: StoreRecord)
}

extension StoredReport {
    /// The report as a record, taken at a time.
    public func record(at time: Double) -> StoreRecord {
        StoreRecord(kind: Self.kind, id: id, time: time, body: json)
    }
}

extension StoreRecord {
    /// The report that the record holds; nil where this program cannot read it.
    ///
    /// - Parameter decode: reads a report's object; its last argument is the identifier that stands beside it.
    func report<Report: StoredReport>(
        readBy decode: (Span<UInt8>, inout JSONCursor, String?) throws(RequestDecodingError) -> Report
    ) -> Report? {
        read(Report.kind) { json, cursor throws(RequestDecodingError) in try decode(json, &cursor, id) }
    }
}
