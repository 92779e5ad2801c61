import Dispatch
internal import GRDB
import Synchronization

extension RoutingStore {
    /// Keeps records, all or none of them; when it returns they are durable, and followers know them.
    ///
    /// - Returns: for each record whether it is new; false where its identifier was there before, and nothing changed.
    @discardableResult
    public func append(_ records: [StoreRecord]) async throws(StoreError) -> [Bool] {
        let result: Result<[Bool], StoreError> = await withCheckedContinuation { continuation in
            submit(records) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Keeps records without waiting; `done` is called, on a thread of the store's, when they are durable or refused.
    public func submit(
        _ records: [StoreRecord], done: @escaping @Sendable (Result<[Bool], StoreError>) -> Void = { _ in }
    ) {
        let refusal: StoreError? = waiting.withLock { waiting in
            if waiting.isClosed { return StoreError(.closed, "the service is stopping; send it again to the next one") }
            guard waiting.recordCount + records.count <= Self.waitingLimit else {
                return StoreError(.overloaded, "too many records wait to be written; try again in a second")
            }
            waiting.submissions.append(Submission(records: records, done: done))
            waiting.recordCount += records.count
            if !waiting.isDraining {
                waiting.isDraining = true
                queue.async { self.drain() }
            }
            return nil
        }
        if let refusal { done(.failure(refusal)) }
    }

    /// Writes what waits, a group at a time.
    func drain() {
        while true {
            let group: [Submission] = waiting.withLock { waiting in
                var count = 0
                var end = 0
                while end < waiting.submissions.count {
                    count += waiting.submissions[end].records.count
                    if end > 0, count > Self.groupLimit { break }
                    end += 1
                }
                let group = Array(waiting.submissions.prefix(end))
                waiting.submissions.removeFirst(end)
                waiting.recordCount -= group.reduce(0) { $0 + $1.records.count }
                if group.isEmpty { waiting.isDraining = false }
                return group
            }
            if group.isEmpty { return }
            write(group)
        }
    }

    private func write(_ group: [Submission]) {
        let start = DispatchTime.now().uptimeNanoseconds
        do {
            let answers = try insert(group)
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            onEvent(.written(records: group.reduce(0) { $0 + $1.records.count }, seconds: seconds))
            for (submission, answer) in zip(group, answers) { submission.done(.success(answer)) }
        } catch {
            let failure = StoreError.translate(error)
            if failure.mayBeOneRecords, group.count > 1 {
                // Of a group, only those at fault are refused.
                for submission in group { write([submission]) }
                return
            }
            onEvent(.failed(failure))
            for submission in group { submission.done(.failure(failure)) }
        }
    }

    /// One transaction; nothing of it stays where it fails.
    private func insert(_ group: [Submission]) throws -> [[Bool]] {
        let known = keeping.withLock { $0.lastSequence }
        var foreign: [StoredRecord] = []
        var added: [StoredRecord] = []
        var answers: [[Bool]] = []
        try database.write { database in
            let connection = StoreConnection(database: database)
            let last = try connection.lastSequenceInFile()
            if last > known { foreign = try connection.records(after: known, through: last) }
            for submission in group {
                var isNew: [Bool] = []
                for record in submission.records {
                    try connection.execute(
                        "INSERT INTO record (kind, id, time, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        [.text(record.kind), .text(record.id), .real(record.time), .text(record.body)])
                    isNew.append(connection.changes > 0)
                    if connection.changes > 0 {
                        added.append(StoredRecord(sequence: connection.lastSequence, record: record))
                    }
                }
                answers.append(isNew)
            }
            for projection in projections {
                let relevant = added.filter { projection.kinds.contains($0.record.kind) }
                if !relevant.isEmpty { try projection.apply(relevant, to: connection) }
            }
        }
        tell(foreign + added)
        return answers
    }

    // MARK: Followers

    /// Tells followers of records that come after all they know.
    private func tell(_ records: [StoredRecord]) {
        guard let last = records.last else { return }
        let followers = keeping.withLock { keeping in
            keeping.lastSequence = max(keeping.lastSequence, last.sequence)
            return keeping.followers
        }
        for follower in followers {
            let relevant = records.filter { follower.kinds.contains($0.record.kind) }
            if !relevant.isEmpty { follower.apply(relevant) }
        }
    }

    /// Tells followers of what other processes wrote, as far as a transaction sees it.
    func tellOfOthers(_ connection: StoreConnection) throws {
        let (known, hasFollowers) = keeping.withLock { ($0.lastSequence, !$0.followers.isEmpty) }
        let last = try connection.lastSequenceInFile()
        guard last > known else { return }
        if hasFollowers { tell(try connection.records(after: known, through: last)) }
        keeping.withLock { $0.lastSequence = max($0.lastSequence, last) }
    }

    func catchUp() throws(StoreError) {
        do {
            try database.read { try tellOfOthers(StoreConnection(database: $0)) }
        } catch {
            throw StoreError.translate(error)
        }
    }

    func catchUpQuietly() {
        do {
            try catchUp()
        } catch {
            onEvent(.unreadable(error))
        }
    }

    // MARK: Forgetting

    /// Forgets records of a kind from before a time; what was summed up from them stays.
    ///
    /// What is forgotten can no longer be told apart from what is new, should it be sent again.
    ///
    /// - Parameter limit: most records looked at, so that nobody waits long behind it.
    /// - Returns: how many were forgotten.
    @discardableResult
    public func forget(_ kind: String, before time: Double, limit: Int = 1000) throws(StoreError) -> Int {
        do {
            return try database.write { database in
                let connection = StoreConnection(database: database)
                try connection.execute(
                    """
                    DELETE FROM record WHERE sequence IN
                        (SELECT sequence FROM record WHERE kind = ? ORDER BY sequence LIMIT ?) AND time < ?
                    """, [.text(kind), .integer(limit), .real(time)])
                return connection.changes
            }
        } catch {
            throw StoreError.translate(error)
        }
    }
}
