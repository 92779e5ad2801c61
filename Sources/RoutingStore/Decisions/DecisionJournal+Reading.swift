#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension DecisionJournal {
    /// Longest line that is read; a longer one is none of a journal's.
    private static let lineLimit = 64 << 20

    /// Gives each line of a file to `body`, without its end; O(its bytes), a block at a time.
    public static func lines(of path: String, _ body: ([UInt8]) throws -> Void) throws {
        func failure() -> StoreError {
            StoreError(.unavailable, "\(path) cannot be read: \(String(cString: strerror(errno))); check the path")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { _ = closeDescriptor(descriptor) }
        var block = [UInt8](repeating: 0, count: 256 << 10)
        var line: [UInt8] = []
        while true {
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { break }
            var start = 0
            while let end = block[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
                line += block[start..<end]
                if !line.isEmpty { try body(line) }
                line.removeAll(keepingCapacity: true)
                start = end + 1
            }
            line += block[start..<count]
            guard line.count <= lineLimit else {
                throw StoreError(
                    .damaged, "\(path) has a line of more than \(lineLimit) bytes; name a file of decisions")
            }
        }
        if !line.isEmpty { try body(line) }
    }

    /// Whether a file is a state file and not a journal.
    public static func isStateFile(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { _ = closeDescriptor(descriptor) }
        var head = [UInt8](repeating: 0, count: 16)
        return read(descriptor, &head, 16) == 16 && head.starts(with: "SQLite format 3".utf8)
    }
}

/// `close` of the C library, which a member of the class hides.
private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
