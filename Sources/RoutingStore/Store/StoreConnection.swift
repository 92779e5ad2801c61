internal import GRDB

/// SQL within one transaction; not to be kept beyond it.
public struct StoreConnection {
    let database: Database

    /// A value that SQLite knows.
    public enum Value: Sendable, Equatable {
        /// A whole number.
        case integer(Int)
        /// A number.
        case real(Double)
        /// A text.
        case text(String)
        /// Nothing.
        case null

        /// The number, where it is one.
        public var number: Double? {
            switch self {
            case .integer(let value): Double(value)
            case .real(let value): value
            case .text, .null: nil
            }
        }

        /// The whole number, where it is one.
        public var integer: Int? { if case .integer(let value) = self { value } else { nil } }

        /// The text, where it is one.
        public var text: String? { if case .text(let value) = self { value } else { nil } }
    }

    /// Runs a statement, which is prepared once.
    public func execute(_ sql: String, _ arguments: [Value] = []) throws {
        try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments.map(\.argument)))
    }

    /// Runs several statements without arguments, as a migration has them.
    func executeScript(_ sql: String) throws { try database.execute(sql: sql) }

    /// Rows changed by the last statement.
    var changes: Int { database.changesCount }

    /// The sequence number of the last record added.
    var lastSequence: Int { Int(database.lastInsertedRowID) }

    /// Gives each row of a query to `body`.
    public func rows(_ sql: String, _ arguments: [Value] = [], _ body: ([Value]) throws -> Void) throws {
        let statement = try database.cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments.map(\.argument)))
        while let row = try rows.next() {
            try body((0..<row.count).map { Value(row[$0] as DatabaseValue) })
        }
    }

    /// Gives the records of a kind that come after a place to `body`, in their order.
    ///
    /// - Returns: the place of the last one; `after` where there is none.
    @discardableResult
    public func replay(
        _ kind: String, after: Int = 0, limit: Int = .max, _ body: (StoredRecord) throws -> Void
    ) throws -> Int {
        var last = after
        try rows(
            "SELECT sequence, id, time, body FROM record WHERE kind = ? AND sequence > ? ORDER BY sequence LIMIT ?",
            [.text(kind), .integer(after), .integer(limit)]
        ) { row in
            last = row[0].integer ?? last
            try body(
                StoredRecord(
                    sequence: last,
                    record: StoreRecord(
                        kind: kind, id: row[1].text ?? "", time: row[2].number ?? 0, body: row[3].text ?? "")))
        }
        return last
    }
}

@available(*, unavailable)
extension StoreConnection: Sendable {}

extension StoreConnection.Value {
    fileprivate var argument: (any DatabaseValueConvertible)? {
        switch self {
        case .integer(let value): Int64(value)
        case .real(let value): value
        case .text(let value): value
        case .null: nil
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .int64(let number): self = .integer(Int(number))
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .null, .blob: self = .null
        }
    }
}
