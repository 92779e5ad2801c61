internal import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension RoutingStore {
    /// The version of what every file has; files of a later one are refused.
    static let formatVersion = 1

    /// Makes the file, so that nobody else may read it: it tells who asked for what, when, and what it cost.
    ///
    /// SQLite gives its log and its index the same mode.
    static func prepareFile(_ path: String) throws(StoreError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw StoreError(.unavailable, "the state file has no name that the system takes; name another")
        }
        let descriptor = openDescriptor(path)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw StoreError(
                .unavailable,
                "the state file \(path) cannot be opened: \(reason); make its folder, and let the service write there")
        }
        _ = closeDescriptor(descriptor)
    }

    /// Opens the database; several processes may begin at once.
    ///
    /// Who changes a new file to write-ahead logging needs it alone for a moment, and SQLite does not wait for that.
    static func open(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
        var attempt = 0
        while true {
            do {
                return try DatabasePool(path: path, configuration: configuration)
            } catch let error as DatabaseError
                where attempt < 100 && (error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED)
            {
                attempt += 1
                usleep(20_000)
            }
        }
    }

    /// Makes the tables that are missing; several processes may do so at once, one after the other.
    static func migrate(_ connection: StoreConnection, _ projections: [any StoreProjection]) throws {
        var version = 0
        try connection.rows("PRAGMA user_version") { version = $0[0].integer ?? 0 }
        guard version <= formatVersion else {
            throw StoreError(
                .damaged,
                "the state file has format \(version), but this program knows format \(formatVersion); use a newer program"
            )
        }
        if version < 1 {
            try connection.executeScript(
                """
                CREATE TABLE record (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    kind TEXT NOT NULL,
                    id TEXT NOT NULL,
                    time REAL NOT NULL,
                    body TEXT NOT NULL,
                    UNIQUE (kind, id)
                );
                CREATE INDEX record_kind ON record (kind);
                CREATE TABLE migration (name TEXT PRIMARY KEY) WITHOUT ROWID;
                PRAGMA user_version = 1;
                """)
        }
        var applied: Set<String> = []
        try connection.rows("SELECT name FROM migration") { applied.insert($0[0].text ?? "") }
        for projection in projections {
            for (index, step) in projection.migrations.enumerated() {
                let name = "\(projection.name).\(index + 1)"
                guard !applied.contains(name) else { continue }
                try connection.executeScript(step)
                try connection.execute("INSERT INTO migration (name) VALUES (?)", [.text(name)])
            }
        }
    }
}

// Functions of the C library, which members of the store hide.
private func openDescriptor(_ path: String) -> Int32 { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

extension StoreConnection {
    /// The place of the last record in the file.
    func lastSequenceInFile() throws -> Int {
        var last = 0
        try rows("SELECT max(sequence) FROM record") { last = $0[0].integer ?? 0 }
        return last
    }

    /// The records of all kinds behind `after`, up to `through`.
    func records(after: Int, through: Int) throws -> [StoredRecord] {
        var records: [StoredRecord] = []
        try rows(
            "SELECT sequence, kind, id, time, body FROM record WHERE sequence > ? AND sequence <= ? ORDER BY sequence",
            [.integer(after), .integer(through)]
        ) { row in
            records.append(
                StoredRecord(
                    sequence: row[0].integer ?? 0,
                    record: StoreRecord(
                        kind: row[1].text ?? "", id: row[2].text ?? "", time: row[3].number ?? 0,
                        body: row[4].text ?? "")))
        }
        return records
    }
}
