import JSONCoding

/// Finds where lines end (LF or CRLF), keeping its place between calls.
struct LineScanner {
    /// Bytes of the line without its end.
    private(set) var contentLength = 0
    /// Bytes of the line with its end.
    private(set) var length = 0
    private var position = 0

    /// Forgets the line, to begin the next one.
    mutating func beginRecord() { position = 0 }

    /// Goes on with the line whose bytes so far are `bytes`; true once all of it is there.
    mutating func scan(_ bytes: Span<UInt8>, isComplete: Bool) -> Bool {
        if let feed = ByteSearch.firstIndex(of: 0x0A, in: bytes, from: position) {
            length = feed + 1
            contentLength = feed > 0 && bytes[feed - 1] == 0x0D ? feed - 1 : feed
            return true
        }
        position = bytes.count
        guard isComplete else { return false }
        length = bytes.count
        contentLength = bytes.count
        return true
    }
}
