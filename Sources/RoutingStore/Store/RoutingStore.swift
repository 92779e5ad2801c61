import Dispatch
internal import GRDB
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Records that outlast the process, in one SQLite file that several processes may share.
///
/// `append` returns when its records are durable. Whatever waits while one transaction is written goes into the next
/// (group commit): one `fsync` serves them all. Nobody but who appends waits for the disk.
///
/// Records are kept by kind and identifier, in one order. What is summed up from them stands in tables (`StoreProjection`)
/// or in memory (`StoreFollower`); both see each record once, those of other processes too.
public final class RoutingStore: Sendable {
    /// Records that may wait to be written; more are refused.
    static let waitingLimit = 100_000
    /// Records in one transaction.
    static let groupLimit = 8192

    /// One call of `append`.
    struct Submission: Sendable {
        var records: [StoreRecord]
        var done: @Sendable (Result<[Bool], StoreError>) -> Void
    }

    struct Waiting: Sendable {
        var submissions: [Submission] = []
        var recordCount = 0
        var isDraining = false
        var isClosed = false
    }

    /// What only `queue` touches.
    struct Keeping: Sendable {
        var followers: [any StoreFollower] = []
        /// The last record that followers know of.
        var lastSequence = 0
    }

    /// The file.
    public let path: String
    let database: DatabasePool
    let projections: [any StoreProjection]
    let queue = DispatchQueue(label: "tasktype.state", qos: .userInitiated)
    let waiting = Mutex(Waiting())
    let keeping = Mutex(Keeping())
    // Made and started here; afterwards only cancelled, which Dispatch allows from any thread.
    private nonisolated(unsafe) let timer: any DispatchSourceTimer
    /// Told of each transaction: records in it, and seconds that it took; and of faults that nobody else is told of.
    let onEvent: @Sendable (Event) -> Void

    /// What happened to the file.
    public enum Event: Sendable {
        /// A group of records is durable.
        case written(records: Int, seconds: Double)
        /// A group of records is not.
        case failed(StoreError)
        /// What other processes wrote could not be read; it is tried again.
        case unreadable(StoreError)
    }

    /// Opens the file, and makes it where there is none, with mode 0600.
    ///
    /// - Parameters:
    ///   - projections: whose tables are kept up; the same ones by all processes that share the file.
    ///   - pollSeconds: how often it is looked for what other processes wrote.
    public init(
        path: String, projections: [any StoreProjection] = [SpendProjection(), OutcomeProjection()],
        pollSeconds: Double = 1,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(StoreError) {
        self.path = path
        self.projections = projections
        self.onEvent = onEvent
        try Self.prepareFile(path)
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 2
        configuration.label = "tasktype.state"
        configuration.foreignKeysEnabled = false
        do {
            database = try Self.open(path, configuration)
            // An answer is given when the log is on the disk, not merely in the system's memory.
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let last = try database.write { database in
                let connection = StoreConnection(database: database)
                try Self.migrate(connection, projections)
                return try connection.lastSequenceInFile()
            }
            keeping.withLock { $0.lastSequence = last }
        } catch {
            throw StoreError.translate(error)
        }
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { [weak self] in self?.catchUpQuietly() }
        timer.schedule(deadline: .now() + pollSeconds, repeating: pollSeconds)
        timer.resume()
    }

    deinit { timer.cancel() }

    /// Writes what waits and takes nothing more.
    public func close() {
        waiting.withLock { $0.isClosed = true }
        timer.cancel()
        queue.sync { drain() }
        keeping.withLock { $0.followers = [] }
        try? database.close()
    }

    // MARK: Reading

    /// Reads within one transaction, beside whoever writes.
    @discardableResult
    public func read<Result>(_ body: (StoreConnection) throws -> Result) throws(StoreError) -> Result {
        do {
            return try database.read { try body(StoreConnection(database: $0)) }
        } catch {
            throw StoreError.translate(error)
        }
    }

    /// Gives `follower` all there is, and from then on all that comes.
    public func follow(_ follower: any StoreFollower) throws(StoreError) {
        try onQueue { () throws(StoreError) in
            try load(follower)
            keeping.withLock { $0.followers.append(follower) }
        }
    }

    /// Has `follower` read anew what there is; nothing comes between that and what follows.
    public func reload(_ follower: any StoreFollower) throws(StoreError) {
        try onQueue { () throws(StoreError) in try load(follower) }
    }

    /// Lets followers know what other processes wrote until now.
    public func refresh() throws(StoreError) {
        try onQueue { () throws(StoreError) in try catchUp() }
    }

    private func onQueue(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        let failure: StoreError? = queue.sync {
            do throws(StoreError) {
                try body()
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private func load(_ follower: any StoreFollower) throws(StoreError) {
        do {
            // On the connection that writes, in one transaction: nothing can come between what the others are told, what
            // this one reads, and what comes next.
            try database.write { database in
                let connection = StoreConnection(database: database)
                try tellOfOthers(connection)
                try follower.load(from: connection, through: keeping.withLock { $0.lastSequence })
            }
        } catch {
            throw StoreError.translate(error)
        }
    }
}
