/// Something that happened and has to outlast the process.
public struct StoreRecord: Sendable, Equatable {
    /// What it is: `usage`, `health`, `decision`, …; each kind is one part's own.
    public var kind: String
    /// Unique within the kind: what comes a second time under it is not kept again.
    public var id: String
    /// Seconds since 1970, UTC, by the clock of whoever took it.
    public var time: Double
    /// What it says, in JSON that the kind's owner writes and reads.
    public var body: String

    /// A record.
    public init(kind: String, id: String, time: Double, body: String) {
        self.kind = kind
        self.id = id
        self.time = time
        self.body = body
    }
}

/// A record in its place.
public struct StoredRecord: Sendable, Equatable {
    /// Its place among all records of all kinds: rises in the order in which they were made durable, by whichever
    /// process, and is never used twice.
    public var sequence: Int
    /// The record.
    public var record: StoreRecord

    /// A record in its place.
    public init(sequence: Int, record: StoreRecord) {
        self.sequence = sequence
        self.record = record
    }
}
