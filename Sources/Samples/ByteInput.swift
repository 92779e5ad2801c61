#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Bytes that come piece by piece.
protocol ByteInput: AnyObject {
    /// Puts between 1 and `buffer.count` bytes at the start of `buffer` and returns how many; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SampleError) -> Int
}

/// A file or standard input; closes what it opened.
final class FileInput: ByteInput {
    private let name: String
    private let descriptor: Int32
    private let ownsDescriptor: Bool

    /// Opens the file at `path`.
    init(path: String) throws(SampleError) {
        name = path
        ownsDescriptor = true
        var opened = open(path, O_RDONLY | O_CLOEXEC)
        while opened < 0 && errno == EINTR { opened = open(path, O_RDONLY | O_CLOEXEC) }
        descriptor = opened
        guard opened >= 0 else { throw Self.failure(errno, name: path, action: "opened") }
    }

    /// Whether `path` names a folder.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Standard input.
    init() {
        name = SampleReader.standardInputName
        descriptor = STDIN_FILENO
        ownsDescriptor = false
    }

    deinit {
        if ownsDescriptor && descriptor >= 0 { close(descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SampleError) -> Int {
        while true {
            let count = systemRead(descriptor, buffer)
            if count >= 0 { return count }
            if errno != EINTR { throw Self.failure(errno, name: name, action: "read") }
        }
    }

    private static func failure(_ code: Int32, name: String, action: String) -> SampleError {
        let remedy =
            switch code {
            case ENOENT: "check the path"
            case EACCES, EPERM: "check its permissions"
            case EISDIR: "name the files in it"
            default: "check the file and its disk"
            }
        return SampleError(
            .unreadableFile, file: name,
            problem: "the file cannot be \(action): \(String(cString: strerror(code)))",
            remedy: remedy)
    }
}

/// Outside of `FileInput`, where `read` would mean its method.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

/// Bytes already in memory.
final class MemoryInput: ByteInput {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - position)
        bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[position..<position + count])) }
        position += count
        return count
    }
}
