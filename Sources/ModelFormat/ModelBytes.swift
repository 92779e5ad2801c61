#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

// Sendable unchecked because of the pointer: all members are constants, and the memory is written by nobody after `init`.
/// The bytes of a model file: mapped from a file, read into memory, or embedded in the program.
///
/// They never change and stay where they are as long as the object lives. Every start is a multiple of 64.
///
/// A mapped file must not be truncated or overwritten in place while it is in use: the kernel then ends the process
/// with `SIGBUS`, or the new bytes are used unchecked. Writers must write beside the file and rename, as
/// `AtomicFile` does; where that cannot be relied on, use `init(reading:)`.
public final class ModelBytes: @unchecked Sendable {
    /// The largest file that is accepted unless the caller says otherwise: 4 GiB.
    public static let defaultMaximumByteCount = 4 << 30

    /// Where the bytes come from, for messages: the path, or what was passed to `init`.
    public let origin: String

    /// The number of bytes.
    public let count: Int

    /// Start of `count` readable bytes, valid until `deinit`.
    let base: UnsafeRawPointer

    private enum Owner { case map, heap, nobody }
    private let owner: Owner

    private init(origin: String, count: Int, base: UnsafeRawPointer, owner: Owner) {
        self.origin = origin
        self.count = count
        self.base = base
        self.owner = owner
    }

    deinit {
        switch owner {
        case .map: munmap(UnsafeMutableRawPointer(mutating: base), count)
        case .heap: base.deallocate()
        case .nobody: break
        }
    }

    /// Maps a file read-only.
    ///
    /// - Throws: `unreadable` for a file that does not exist, is a folder, a device or empty, is larger than
    ///   `maximumByteCount`, may not be read, or changes while it is being mapped.
    /// - Complexity: O(1); pages are read when they are first used.
    public convenience init(
        mapping path: String, maximumByteCount: Int = ModelBytes.defaultMaximumByteCount
    ) throws(ModelFileError) {
        let (base, count) = try withRegularFile(path, maximumByteCount) {
            (file, status) throws(FileFailure) -> (UnsafeRawPointer, Int) in
            let map = mmap(nil, status.size, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
            guard let map, map != MAP_FAILED else { throw .last }
            do throws(FileFailure) {
                guard try file.status().hasSameContent(as: status) else { throw .changed }
            } catch {
                munmap(map, status.size)
                throw error
            }
            return (UnsafeRawPointer(map), status.size)
        }
        self.init(origin: path, count: count, base: base, owner: .map)
    }

    /// Reads a whole file into memory, for places where others overwrite files in place.
    ///
    /// - Throws: as `init(mapping:)`.
    /// - Complexity: O(size of the file), in time and memory.
    public convenience init(
        reading path: String, maximumByteCount: Int = ModelBytes.defaultMaximumByteCount
    ) throws(ModelFileError) {
        let (base, count) = try withRegularFile(path, maximumByteCount) {
            (file, status) throws(FileFailure) -> (UnsafeRawPointer, Int) in
            let buffer = UnsafeMutableRawPointer.allocate(byteCount: status.size, alignment: 64)
            do throws(FileFailure) {
                let count = try file.read(
                    into: UnsafeMutableRawBufferPointer(start: buffer, count: status.size))
                guard count == status.size, try file.status().hasSameContent(as: status) else {
                    throw .changed
                }
            } catch {
                buffer.deallocate()
                throw error
            }
            return (UnsafeRawPointer(buffer), status.size)
        }
        self.init(origin: path, count: count, base: base, owner: .heap)
    }

    /// Copies bytes that are already in memory.
    ///
    /// - Parameters:
    ///   - bytes: the content of a model file.
    ///   - origin: what to call it in messages.
    public convenience init(copying bytes: [UInt8], origin: String) {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
        UnsafeMutableRawBufferPointer(start: buffer, count: bytes.count).copyBytes(from: bytes)
        self.init(origin: origin, count: bytes.count, base: UnsafeRawPointer(buffer), owner: .heap)
    }

    /// Uses a region that lives as long as the program, such as one embedded by a C target.
    ///
    /// - Parameters:
    ///   - base: start of the region, a multiple of 64; nobody may ever write to it or free it.
    ///   - count: its length in bytes.
    ///   - origin: what to call it in messages.
    public convenience init(permanent base: UnsafeRawPointer, count: Int, origin: String) {
        precondition(
            Int(bitPattern: base) % 64 == 0, "an embedded model begins at \(base), no multiple of 64")
        precondition(count >= 0, "an embedded model of \(count) bytes")
        self.init(origin: origin, count: count, base: base, owner: .nobody)
    }

    /// Calls `body` with all bytes; the pointer must not escape from it.
    public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withExtendedLifetime(self) { () throws(Failure) -> Result in
            try body(UnsafeRawBufferPointer(start: base, count: count))
        }
    }

    /// A copy of some bytes; `range` must lie within `0..<count`.
    func copy(of range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return withUnsafeBytes { Array($0[range]) }
    }
}

/// Opens `path` for reading, checks that it is a file of a sane size, and hands it over with its status.
private func withRegularFile<Result>(
    _ path: String, _ maximumByteCount: Int,
    use: (borrowing OpenFile, FileStatus) throws(FileFailure) -> Result
) throws(ModelFileError) -> Result {
    do throws(FileFailure) {
        // Without O_NONBLOCK, opening a named pipe would wait for its writer.
        let file = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        switch status.kind {
        case .regular: break
        case .folder: throw .system(EISDIR)
        case .link, .other: throw .refused("it is a device or a pipe; name a regular file")
        }
        guard status.size > 0 else { throw .refused("it is empty; copy it again or train it again") }
        guard status.size <= maximumByteCount else {
            throw .refused(
                "it has \(status.size) bytes, more than the \(maximumByteCount) that a model may have")
        }
        return try use(file, status)
    } catch {
        throw ModelFileError(.unreadable, "\(quoted(path)) cannot be read: \(error.cause)")
    }
}

extension FileFailure {
    fileprivate static var changed: FileFailure { .refused("it changed while it was being read; try again") }
}
