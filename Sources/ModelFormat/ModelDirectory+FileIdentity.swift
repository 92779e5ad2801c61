#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the system says of a file without opening it; another identity means that the content may be another.
///
/// The time of the last change of the status is part of it: copying tools set the time of modification as they like.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    /// The size in bytes.
    public let size: Int
    private let modified: [Int]
    private let changed: [Int]

    /// The identity of the regular file at `path`, links followed; nil where there is none.
    public init?(of path: String) {
        guard !path.utf8.contains(0) else { return nil }
        var status = stat()
        guard (try? uninterrupted({ stat(path, &status) })) != nil, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        size = Int(status.st_size)
        #if canImport(Darwin)
            let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modification, change) = (status.st_mtim, status.st_ctim)
        #endif
        modified = [Int(modification.tv_sec), Int(modification.tv_nsec)]
        changed = [Int(change.tv_sec), Int(change.tv_nsec)]
    }
}
