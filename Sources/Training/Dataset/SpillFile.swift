#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A temporary file without a name that is written once, from start to end, and then read through a mapping.
///
/// The name is removed as soon as the file is open: whatever ends the process, the space is given back.
final class SpillFile: @unchecked Sendable {
    // Sendable: one thread appends; after `map` the file is only read.
    private let folder: String
    private let descriptor: Int32
    private var byteCount = 0
    private var base: UnsafeMutableRawPointer?

    /// What every piece begins at a multiple of, so that its pages can be asked for and let go by themselves.
    private let pageSize = max(1, Int(sysconf(Int32(_SC_PAGESIZE))))

    init(folder: String) throws(TrainingError) {
        self.folder = folder
        var template = Array((folder + "/tasktype-features-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw TrainingError(
                .failed,
                "no temporary file can be made in \(folder): \(Self.cause(errno)); name another folder with --temporary-folder, or raise --memory-limit"
            )
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        if let base { munmap(base, byteCount) }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends `bytes` and returns where they begin.
    func append(_ bytes: UnsafeRawBufferPointer) throws(TrainingError) -> Int {
        let start = (byteCount + pageSize - 1) / pageSize * pageSize
        var done = 0
        while done < bytes.count {
            let written = pwrite(
                descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(start + done))
            if written > 0 {
                done += written
            } else if written == 0 || errno != EINTR {
                let cause = written == 0 ? ENOSPC : errno
                throw TrainingError(
                    .failed,
                    "the features do not fit into the temporary file in \(folder), which has \(start >> 20) MiB so far: \(Self.cause(cause)); free space, name another folder with --temporary-folder, or raise --memory-limit"
                )
            }
        }
        byteCount = start + bytes.count
        return start
    }

    /// Makes everything that was appended readable.
    func map() throws(TrainingError) {
        guard base == nil, byteCount > 0 else { return }
        guard let mapping = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0), mapping != MAP_FAILED else {
            throw TrainingError(
                .failed,
                "the temporary file of \(byteCount >> 20) MiB cannot be mapped: \(Self.cause(errno)); raise the limit on address space (ulimit -v), or --memory-limit"
            )
        }
        base = mapping
    }

    /// The bytes at `offset`.
    func pointer(at offset: Int) -> UnsafeMutableRawPointer {
        guard let base else { preconditionFailure("the temporary file is mapped before it is read") }
        return base + offset
    }

    /// Has the kernel read a piece ahead.
    func expect(_ offset: Int, _ count: Int) {
        let count = min(count, byteCount - offset)
        if count > 0 { madvise(pointer(at: offset), count, MADV_WILLNEED) }
    }

    /// Takes a piece out of the process's memory; the kernel may keep it in its cache.
    func release(_ offset: Int, _ count: Int) { madvise(pointer(at: offset), count, MADV_DONTNEED) }

    private static func cause(_ number: Int32) -> String { String(cString: strerror(number)) }
}
