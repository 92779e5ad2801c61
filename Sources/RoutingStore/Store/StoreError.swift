internal import GRDB

/// Why something could not be kept or read back, in a sentence that says what to do.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of fault.
    public enum Kind: String, Sendable {
        /// No space is left.
        case full
        /// Another process holds the file.
        case busy
        /// Too much waits to be written.
        case overloaded
        /// The file cannot be read or written.
        case unavailable
        /// The file is no store, or is damaged.
        case damaged
        /// A record could not be taken.
        case refused
        /// The store was closed.
        case closed
    }

    /// The kind of fault.
    public let kind: Kind
    /// What is wrong and what to do.
    public let message: String

    /// A fault.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The sentence.
    public var description: String { message }

    /// What SQLite's code means to whoever runs the service.
    static func translate(_ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else { return StoreError(.unavailable, "\(error)") }
        let said = error.message.map { " (\($0))" } ?? ""
        switch error.resultCode {
        case .SQLITE_FULL:
            return StoreError(.full, "no space is left for the state file; free some, and send it again")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError(.busy, "another process holds the state file for too long; try again in a moment")
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_WRITE:
            return StoreError(
                .full, "the state file cannot be written, the disk may be full; check it and send it again")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            return StoreError(
                .unavailable, "the state file cannot be opened for writing\(said); check its folder and who owns it")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return StoreError(
                .damaged, "the state file is no SQLite database, or damaged\(said); move it away and restart")
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG:
            return StoreError(.refused, "the record cannot be kept\(said)")
        default: return StoreError(.unavailable, "the state file cannot be used\(said); check the disk and restart")
        }
    }

    /// Whether one record may be at fault, so that the others of its group should be tried without it.
    var mayBeOneRecords: Bool { kind == .refused }
}
