/// What is wrong with a sample file, where, and what to do about it.
public struct SampleError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of fault, for programs.
    public enum Code: String, Sendable, CaseIterable {
        // Faults of a file: nothing after them can be read.
        case unreadableFile, unknownFormat, wrongEncoding, corruptArchive, badHeader, recordTooLong
        // Faults of a row: the next row can be read.
        case unclosedQuote, textAfterQuote, wrongFieldCount, invalidUTF8, malformedJSON, wrongType
        case duplicateField, missingField, emptyRequest, ambiguousRequest, missingLabel, unknownLabel
        case badWeight, badTimestamp

        /// Whether the fault is one row's own, so that a reader that skips bad rows can go on after it.
        public var isConfinedToRow: Bool {
            switch self {
            case .unreadableFile, .unknownFormat, .wrongEncoding, .corruptArchive, .badHeader, .recordTooLong:
                false
            default: true
            }
        }
    }

    /// The kind of fault.
    public let code: Code
    /// The path as it was given, or `<stdin>`.
    public let file: String
    /// Line from 1; `nil` where the fault is the file's as a whole.
    public let line: Int?
    /// UTF-8 byte in the line from 1; `nil` where the fault is the file's as a whole.
    public let column: Int?
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    init(_ code: Code, at location: SampleLocation, problem: String, remedy: String) {
        self.code = code
        self.file = location.file
        self.line = location.line
        self.column = location.column
        self.problem = problem
        self.remedy = remedy
    }

    init(_ code: Code, file: String, problem: String, remedy: String) {
        self.code = code
        self.file = file
        self.line = nil
        self.column = nil
        self.problem = problem
        self.remedy = remedy
    }

    /// One line: `data.csv:17:42: the quote opened here is never closed; close it or double it ("")`.
    public var description: String {
        guard let line, let column else { return "\(file): \(problem); \(remedy)" }
        return "\(file):\(line):\(column): \(problem); \(remedy)"
    }
}

/// A fault at a byte of a record, before the record's place in the file is added.
struct RecordFault: Error {
    let code: SampleError.Code
    /// Byte offset from the start of the record.
    let offset: Int
    let problem: String
    let remedy: String

    init(_ code: SampleError.Code, at offset: Int, problem: String, remedy: String) {
        self.code = code
        self.offset = offset
        self.problem = problem
        self.remedy = remedy
    }
}
