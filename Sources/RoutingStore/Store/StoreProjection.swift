/// Tables that follow from records, kept up with them in the same transaction.
///
/// For sums that would take too long to count anew at each start. What can be counted from a few records needs none:
/// a follower is given the records themselves.
public protocol StoreProjection: Sendable {
    /// Its name; it comes before the names of its steps, and its tables should begin with it.
    var name: String { get }
    /// The kinds of records that it looks at.
    var kinds: Set<String> { get }
    /// SQL that makes its tables, a step each: applied once, in this order. A step that was released is never changed;
    /// what has to change becomes a further one.
    var migrations: [String] { get }
    /// Takes new records of its kinds, none of them for the second time.
    func apply(_ records: [StoredRecord], to connection: StoreConnection) throws
}

/// What keeps a picture of the records in memory.
public protocol StoreFollower: Sendable {
    /// The kinds of records that it looks at.
    var kinds: Set<String> { get }
    /// Reads what there is, all records up to `sequence` included; called again where the picture has to be made anew.
    func load(from connection: StoreConnection, through sequence: Int) throws
    /// Takes records that came after those, in their order, each once: of this process before they are acknowledged,
    /// of others soon after.
    func apply(_ records: [StoredRecord])
}
