#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An open descriptor, closed when it goes out of scope.
struct OpenFile: ~Copyable {
    let descriptor: Int32

    /// Opens `path`; close-on-exec, so that child processes do not inherit it.
    init(_ path: String, flags: Int32, mode: mode_t = 0) throws(FileFailure) {
        // C would stop at the zero and open another file than the one that was named.
        guard !path.utf8.contains(0) else { throw .system(ENOENT) }
        descriptor = try uninterrupted { open(path, flags | O_CLOEXEC, mode) }
    }

    deinit { close(descriptor) }

    func status() throws(FileFailure) -> FileStatus {
        var status = stat()
        _ = try uninterrupted { fstat(descriptor, &status) }
        return FileStatus(status)
    }

    /// Fills `buffer` from the file's position, or stops early at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileFailure) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            #if canImport(Glibc)
                let count = try uninterrupted {
                    Glibc.read(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
                }
            #elseif canImport(Musl)
                let count = try uninterrupted {
                    Musl.read(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
                }
            #elseif canImport(Darwin)
                let count = try uninterrupted {
                    Darwin.read(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
                }
            #endif
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Writes all of `bytes`; the system may take them in pieces.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileFailure) {
        var rest = bytes
        while !rest.isEmpty {
            #if canImport(Glibc)
                let count = try uninterrupted {
                    Glibc.write(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
                }
            #elseif canImport(Musl)
                let count = try uninterrupted {
                    Musl.write(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
                }
            #elseif canImport(Darwin)
                let count = try uninterrupted {
                    Darwin.write(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
                }
            #endif
            // Nothing taken and no error: trying for ever would hang.
            if count == 0 { throw .system(EIO) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func sync() throws(FileFailure) {
        do {
            _ = try uninterrupted { fsync(descriptor) }
        } catch .system(EINVAL) {
            // Some file systems have nothing to sync for a folder and say so in this way.
        }
    }

    func setMode(_ mode: mode_t) throws(FileFailure) {
        _ = try uninterrupted { fchmod(descriptor, mode) }
    }

    /// Takes the file's lock, which ends with the descriptor.
    ///
    /// - Returns: whether it is ours; nil where the file system knows no locks.
    func tryLock() -> Bool? {
        do {
            _ = try uninterrupted { flock(descriptor, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            return error == .system(EWOULDBLOCK) ? false : nil
        }
    }
}

/// The part of a file's status that is looked at.
struct FileStatus {
    enum Kind { case regular, folder, link, other }

    let kind: Kind
    let size: Int
    let permissions: mode_t
    let linkCount: Int
    let modificationSeconds: Int
    let modificationNanoseconds: Int

    /// Whether nothing was written between the two; links and permissions may well have changed.
    func hasSameContent(as other: FileStatus) -> Bool {
        size == other.size && modificationSeconds == other.modificationSeconds
            && modificationNanoseconds == other.modificationNanoseconds
    }

    fileprivate init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        size = Int(status.st_size)
        permissions = status.st_mode & 0o777
        linkCount = Int(status.st_nlink)
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        modificationSeconds = Int(time.tv_sec)
        modificationNanoseconds = Int(time.tv_nsec)
    }

    /// The status of `path` itself; of a link, not of what it points to.
    init(ofLinkOrFile path: String) throws(FileFailure) {
        var status = stat()
        _ = try uninterrupted { lstat(path, &status) }
        self.init(status)
    }
}
