import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of JSON Lines that is set aside when it has grown, as `NAME.1`, and the ones before as `NAME.2` and so on.
///
/// Nobody waits for it: lines are gathered for a moment, written at one go and synced. What finds the memory for them
/// full, or the disk, is left out and counted. A line that a kill cut off stands alone; the next begins a line of its own.
public final class DecisionJournal: Sendable {
    /// Bytes that may wait.
    static let waitingLimit = 16 << 20
    /// Seconds for which lines are gathered.
    private static let delay = 0.05

    /// What happened to the file.
    public enum Event: Sendable {
        /// Lines are on the disk.
        case written(lines: Int)
        /// Lines were left out.
        case lost(lines: Int, reason: String)
    }

    private struct Waiting: Sendable {
        var bytes: [UInt8] = []
        var lines = 0
        var lost = 0
        var isScheduled = false
        var isClosed = false
    }

    /// The file that is open, touched on `queue` alone.
    private struct File: Sendable {
        var descriptor: Int32 = -1
        var size = 0
        var identity = [UInt64]()
    }

    /// The file.
    public let path: String
    private let sizeLimit: Int
    private let fileLimit: Int
    private let onEvent: @Sendable (Event) -> Void
    private let queue = DispatchQueue(label: "tasktype.decisions", qos: .utility)
    private let waiting = Mutex(Waiting())
    private let file = Mutex(File())

    /// Opens the file, and makes it where there is none, with mode 0600.
    ///
    /// - Parameters:
    ///   - sizeLimit: bytes from which on it is set aside.
    ///   - fileLimit: files in all; of more, the oldest is removed.
    public init(
        path: String, sizeLimit: Int = 64 << 20, fileLimit: Int = 8,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(StoreError) {
        self.path = path
        self.sizeLimit = max(sizeLimit, 1)
        self.fileLimit = max(fileLimit, 1)
        self.onEvent = onEvent
        if let reason = file.withLock({ open(&$0) }) {
            throw StoreError(
                .unavailable,
                "the file of decisions \(path) cannot be opened: \(reason); make its folder, and let the "
                    + "service write there")
        }
    }

    deinit { file.withLock { if $0.descriptor >= 0 { _ = closeDescriptor($0.descriptor) } } }

    /// Hands over a line without its end; never waits.
    public func append(_ line: [UInt8]) {
        let isFirst = waiting.withLock { waiting in
            guard !waiting.isClosed, waiting.bytes.count + line.count < Self.waitingLimit else {
                waiting.lost += 1
                return false
            }
            waiting.bytes.append(contentsOf: line)
            waiting.bytes.append(UInt8(ascii: "\n"))
            waiting.lines += 1
            if waiting.isScheduled { return false }
            waiting.isScheduled = true
            return true
        }
        if isFirst { queue.asyncAfter(deadline: .now() + Self.delay) { self.drain() } }
    }

    /// Waits until what was handed over is on the disk.
    public func flush() { queue.sync { drain() } }

    /// Writes what waits and takes nothing more.
    public func close() {
        waiting.withLock { $0.isClosed = true }
        flush()
    }

    private func drain() {
        let (bytes, lines, lost) = waiting.withLock { waiting in
            let taken = (waiting.bytes, waiting.lines, waiting.lost)
            let isClosed = waiting.isClosed
            waiting = Waiting()
            waiting.isClosed = isClosed
            return taken
        }
        if lost > 0 { onEvent(.lost(lines: lost, reason: "they came faster than they could be written")) }
        guard lines > 0 else { return }
        if let reason = file.withLock({ write(bytes, to: &$0) }) {
            onEvent(.lost(lines: lines, reason: reason))
        } else {
            onEvent(.written(lines: lines))
        }
    }

    // MARK: The file

    private static var lastReason: String { String(cString: strerror(errno)) }

    /// - Returns: why it cannot be opened.
    private func open(_ file: inout File) -> String? {
        if file.descriptor >= 0 { _ = closeDescriptor(file.descriptor) }
        file.descriptor = openDescriptor(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file.descriptor >= 0 else { return Self.lastReason }
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { return Self.lastReason }
        file.size = Int(status.st_size)
        file.identity = [UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino)]
        var last: UInt8 = 0
        if file.size > 0, pread(file.descriptor, &last, 1, off_t(file.size - 1)) == 1, last != UInt8(ascii: "\n") {
            return put([UInt8(ascii: "\n")], &file)
        }
        return nil
    }

    /// Whether the open file is still the one of that name; another process, or a tool, may have set it aside.
    ///
    /// Its size is looked up too, since other processes may have added to it.
    private func isCurrent(_ file: inout File) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        file.size = Int(status.st_size)
        return file.identity == [UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino)]
    }

    /// - Returns: why nothing was written.
    private func write(_ bytes: [UInt8], to file: inout File) -> String? {
        if file.descriptor < 0 || !isCurrent(&file), let reason = open(&file) { return reason }
        var rest = bytes[...]
        while !rest.isEmpty {
            let fitting = wholeLines(of: rest, within: sizeLimit - file.size)
            if fitting.isEmpty, file.size > 0 {
                if fdatasync(file.descriptor) != 0 { return Self.lastReason }
                setAside()
                if let reason = open(&file) { return reason }
                continue
            }
            // A line that is longer than a file may be has one of its own.
            let first = rest.prefix { $0 != UInt8(ascii: "\n") }
            let part = fitting.isEmpty ? rest[first.startIndex..<min(first.endIndex + 1, rest.endIndex)] : fitting
            if let reason = put(Array(part), &file) { return reason }
            rest = rest[part.endIndex...]
        }
        return fdatasync(file.descriptor) == 0 ? nil : Self.lastReason
    }

    /// As many lines from the beginning of `bytes`, each with its end, as have at most `limit` bytes.
    private func wholeLines(of bytes: ArraySlice<UInt8>, within limit: Int) -> ArraySlice<UInt8> {
        if bytes.count <= limit { return bytes }
        let part = bytes.prefix(max(0, limit))
        guard let end = part.lastIndex(of: UInt8(ascii: "\n")) else {
            return bytes[bytes.startIndex..<bytes.startIndex]
        }
        return bytes[bytes.startIndex...end]
    }

    /// Writes all bytes, or takes back what was written of them.
    private func put(_ bytes: [UInt8], _ file: inout File) -> String? {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                writeDescriptor(file.descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = Self.lastReason
                // Half a line would spoil the next one. Where it cannot be cut off, or another process wrote behind it, the
                // next opening ends the line.
                if done > 0 {
                    var status = stat()
                    if fstat(file.descriptor, &status) == 0, Int(status.st_size) == file.size + done {
                        ftruncate(file.descriptor, off_t(file.size))
                    }
                    _ = closeDescriptor(file.descriptor)
                    file.descriptor = -1
                }
                return reason
            }
            done += count
        }
        file.size += done
        return nil
    }

    private func setAside() {
        if fileLimit == 1 {
            unlink(path)
            return
        }
        for number in stride(from: fileLimit - 1, to: 1, by: -1) {
            rename("\(path).\(number - 1)", "\(path).\(number)")
        }
        rename(path, "\(path).1")
    }

    /// The files of a journal, the oldest first: those that were set aside, and the one that is written.
    public static func files(of path: String) -> [String] {
        var files = [path]
        while access("\(path).\(files.count)", R_OK) == 0 { files.append("\(path).\(files.count)") }
        return files.reversed()
    }
}

// Functions of the C library, which members of the class hide.
private func openDescriptor(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func writeDescriptor(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
