#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What tells that a file has changed: its identity, size and time of change.
struct FileStamp: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int64
    private let nanoseconds: Int64

    /// The stamp of a regular file; nil for anything else, which cannot be watched this way.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
            seconds = Int64(status.st_mtimespec.tv_sec)
            nanoseconds = Int64(status.st_mtimespec.tv_nsec)
        #else
            seconds = Int64(status.st_mtim.tv_sec)
            nanoseconds = Int64(status.st_mtim.tv_nsec)
        #endif
    }
}

/// Notices that files change while they are read.
package struct FileWatch: Sendable {
    private let stamps: [(path: String, stamp: FileStamp?)]

    /// Starts to watch the files at `paths`; what is no regular file is not watched.
    package init(_ paths: [String]) { stamps = paths.map { ($0, FileStamp($0)) } }

    /// Fails where one of the files is not what it was at the start.
    package func check() throws(DataCareError) {
        for (path, stamp) in stamps where stamp != nil && FileStamp(path) != stamp {
            throw DataCareError("\(path) was changed while it was read; run this again when nothing writes to it")
        }
    }
}

/// Seconds since 1970, now.
package var currentTime: Int64 { Int64(time(nil)) }
