package import Samples

/// What is known of all rows, column by column: about 160 bytes a row, its text apart, which is in the spool.
package struct RowTable: Sendable {
    /// Where a row comes from.
    package enum Side: UInt8, Sendable {
        /// The data.
        case data
        /// What the data are compared with (`--against`).
        case against
    }

    /// Paths as they were given.
    package internal(set) var files: [String] = []
    /// Names of the labels, in order of first occurrence.
    package internal(set) var labelNames: [String] = []
    /// Values of the `split` column, in order of first occurrence.
    package internal(set) var splitNames: [String] = []

    /// Label of each row, −1 without.
    package internal(set) var labels: [Int32] = []
    /// Second acceptable label, −1 without.
    package internal(set) var alternatives: [Int32] = []
    /// Value of the `split` column, −1 without.
    package internal(set) var splits: [Int16] = []
    /// Where rows come from.
    package internal(set) var sides: [Side] = []
    /// Hash of the group's name, 0 without.
    package internal(set) var groups: [UInt64] = []
    /// Seconds since 1970; `noTime` without.
    package internal(set) var times: [Int64] = []
    /// Length of the text in bytes.
    package internal(set) var byteCounts: [UInt32] = []
    /// Number of the script that most letters have.
    package internal(set) var scripts: [UInt8] = []
    /// Whether there is anything that features are made of.
    package internal(set) var hasTokens: [Bool] = []
    /// Hash of the folded text: rows with equal hashes are exact duplicates.
    package internal(set) var textHashes: [UInt64] = []
    /// `MinHash.length` bytes a row.
    package internal(set) var signatures: [UInt8] = []

    /// How files are written and what their headers are, each once, in order of first occurrence.
    package internal(set) var headers: [(format: SampleFormat, header: [UInt8])] = []

    /// Index in `headers` of each file.
    var headerOfFile: [Int] = []
    var fileOfRow: [UInt16] = []
    var lines: [UInt32] = []
    var texts: [Spool.Slice] = []
    var records: [Spool.Slice] = []
    let spool: Spool

    /// Value of `times` for rows without a timestamp.
    package static let noTime = Int64.min
    /// Distinct values that a `split` column may have; one with more is something else.
    static let splitLimit = 64

    init(spool: Spool) { self.spool = spool }

    /// Number of rows.
    package var count: Int { labels.count }

    /// Where a row starts.
    package func location(_ row: Int) -> String { "\(files[Int(fileOfRow[row])]):\(lines[row])" }

    /// File and line of a row.
    package func place(_ row: Int) -> (file: String, line: Int) { (files[Int(fileOfRow[row])], Int(lines[row])) }

    /// The text by which a row is compared.
    package func text(_ row: Int) throws(DataCareError) -> [UInt8] { try spool.read(texts[row]) }

    /// The row as its file has it.
    package func record(_ row: Int) throws(DataCareError) -> SampleRecord {
        let (format, header) = headers[headerOfFile[Int(fileOfRow[row])]]
        return SampleRecord(format: format, header: header, bytes: try spool.read(records[row]))
    }

    /// The signature of a row.
    func signature(_ row: Int) -> ArraySlice<UInt8> {
        signatures[row * MinHash.length..<(row + 1) * MinHash.length]
    }

    /// Name of a row's label, or a dash.
    package func labelName(_ row: Int) -> String { labels[row] < 0 ? "–" : labelNames[Int(labels[row])] }
}
