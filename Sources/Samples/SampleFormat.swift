/// How a sample file is written.
public enum SampleFormat: String, Sendable, CaseIterable {
    /// Comma-separated values with a header (RFC 4180).
    case csv
    /// One JSON object a line.
    case jsonLines = "jsonl"
    /// One request a line, without labels.
    case plainText = "txt"

    /// The format that the ending of `path` says (case does not matter), a final `.gz` aside.
    ///
    /// `.csv`, `.jsonl`, `.ndjson` and `.txt` are known; `nil` for any other.
    public init?(path: String) {
        var name = path.lowercased()[...]
        if name.hasSuffix(".gz") { name = name.dropLast(3) }
        if name.hasSuffix(".csv") {
            self = .csv
        } else if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
            self = .jsonLines
        } else if name.hasSuffix(".txt") {
            self = .plainText
        } else {
            return nil
        }
    }

    /// Whether the ending of `path` says that it is compressed by gzip.
    static func isCompressed(path: String) -> Bool { path.lowercased().hasSuffix(".gz") }
}
