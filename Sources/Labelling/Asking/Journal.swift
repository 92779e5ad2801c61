internal import JSONCoding

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// All answers that were had, a line each, on the disk before they count.
///
/// Only ever appended to, with a sync after each line: a run that is killed loses no answer, and the next one asks for
/// nothing twice. What a killed run left of a last line is dropped. Holds digests and labels, no text.
package struct Journal: Sendable {
    /// A line.
    package struct Entry: Sendable, Equatable {
        /// Digest of model, guide and text.
        package var key: String
        /// The model, as the run named it.
        package var model: String
        /// `nil` where the model answered, but never with a label.
        package var answer: LabelAnswer?
        package var inputTokens: Int
        package var outputTokens: Int
    }

    /// Answers by key; of several with one key the last.
    package private(set) var entries: [String: Entry] = [:]

    private static let header = Array("{\"journal\":\"tasktype labels\",\"version\":1}\n".utf8)
    private let path: String
    private let descriptor: Int32

    /// Opens the journal at `path`, or makes it, and keeps others from writing to it.
    package init(_ path: String) throws(LabellingError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path, "opened") }
        do throws(LabellingError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw LabellingError("\(path) is no regular file; name another journal")
            }
            guard Self.lock(descriptor) else {
                throw LabellingError("\(path) is in use by another run; wait for its end, or name another journal")
            }
            try load()
        } catch {
            _ = Self.close(descriptor)
            throw error
        }
    }

    /// Takes the file's lock, unless another run keeps it.
    ///
    /// A process that is just being started holds copies of all descriptors of the one that starts it, for some
    /// milliseconds, and with them locks that have been let go of: so it is tried for a second.
    private static func lock(_ descriptor: Int32) -> Bool {
        for attempt in 0..<100 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if attempt < 99 { usleep(10_000) }
        }
        return false
    }

    private static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #elseif canImport(Musl)
            Musl.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }

    /// Lets others write; a journal without an entry is removed.
    package func close() {
        if entries.isEmpty { unlink(path) }
        _ = Self.close(descriptor)
    }

    /// Writes an entry and returns when it is on the disk.
    package mutating func append(_ entry: Entry) throws(LabellingError) {
        try write(Self.line(entry))
        entries[entry.key] = entry
    }

    // MARK: Bytes

    private func readAll() throws(LabellingError) -> [String: Entry] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { throw Self.failure(path, "read") }
            if count > 0 { bytes += chunk[..<count] }
        }
        guard !bytes.isEmpty else { return [:] }
        // A run that was killed while it made the file.
        if bytes.count < Self.header.count, Self.header.starts(with: bytes) {
            guard ftruncate(descriptor, 0) == 0 else { throw Self.failure(path, "repaired") }
            return [:]
        }
        guard bytes.starts(with: Self.header) else {
            throw LabellingError("\(path) is no journal of labels; name another file")
        }
        let end = (bytes.lastIndex(of: 0x0A) ?? 0) + 1
        if end < bytes.count {
            guard ftruncate(descriptor, off_t(end)) == 0 else { throw Self.failure(path, "repaired") }
        }
        var entries: [String: Entry] = [:]
        for (number, line) in bytes[Self.header.count..<end].split(separator: 0x0A).enumerated() {
            guard let entry = Self.entry(Array(line)) else {
                throw LabellingError(
                    "\(path):\(number + 2): the line is damaged; remove it, and its row is asked again")
            }
            entries[entry.key] = entry
        }
        return entries
    }

    private mutating func load() throws(LabellingError) {
        entries = try readAll()
        guard lseek(descriptor, 0, SEEK_END) == 0 else { return }
        try write(Self.header)
        // The name must outlive a crash as well.
        let folder = path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return }
        fsync(opened)
        _ = Self.close(opened)
    }

    private func write(_ bytes: [UInt8]) throws(LabellingError) {
        var start = 0
        while start < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
                #elseif canImport(Musl)
                    Musl.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
                #else
                    Darwin.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
                #endif
            }
            guard written >= 0 || errno == EINTR else { throw Self.failure(path, "written") }
            if written > 0 { start += written }
        }
        guard fsync(descriptor) == 0 else { throw Self.failure(path, "written") }
    }

    private static func failure(_ path: String, _ action: String) -> LabellingError {
        LabellingError(
            "the journal \(path) cannot be \(action): \(String(cString: strerror(errno))); check its folder and disk")
    }

    // MARK: Lines

    private static func line(_ entry: Entry) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("key", entry.key)
            json.member("model", entry.model)
            json.member("label", entry.answer?.label)
            json.member("alt_label", entry.answer?.alternative)
            json.member("confidence", entry.answer?.confidence)
            json.member("input_tokens", entry.inputTokens)
            json.member("output_tokens", entry.outputTokens)
        }
        json.lineBreak()
        return json.bytes
    }

    private static func entry(_ line: [UInt8]) -> Entry? {
        var cursor = JSONCursor(invalidUnicode: .reject)
        var texts: [String: String] = [:]
        do throws(RequestDecodingError) {
            let json = line.span
            guard try cursor.kind(in: json) == .object else { return nil }
            try cursor.open(in: json)
            while let key = try cursor.nextKey(in: json) {
                switch try cursor.kind(in: json) {
                case .string: texts[key.name] = try cursor.string(in: json)
                case .number: texts[key.name] = try cursor.number(in: json)
                default: try cursor.skip(in: json)
                }
            }
            try cursor.finish(in: json)
        } catch {
            return nil
        }
        guard let key = texts["key"], let model = texts["model"] else { return nil }
        return Entry(
            key: key, model: model,
            answer: texts["label"].map {
                LabelAnswer(
                    label: $0, alternative: texts["alt_label"], confidence: texts["confidence"].flatMap { Double($0) })
            },
            inputTokens: texts["input_tokens"].flatMap { Int($0) } ?? 0,
            outputTokens: texts["output_tokens"].flatMap { Int($0) } ?? 0)
    }
}
