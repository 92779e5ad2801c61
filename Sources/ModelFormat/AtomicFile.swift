#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Puts whole files in place: a reader sees the old content or the new, never a part.
public enum AtomicFile {
    /// Writes a new file, or replaces an old one, in one step.
    ///
    /// A new file has mode 0644 less the umask; a replaced one keeps its permission bits. A symbolic link stays, and
    /// the file it points to is replaced. When this returns, content and name have been synced to the disk.
    ///
    /// A killed process leaves at most a hidden `.tmp` file, which the next write to the same target removes.
    ///
    /// - Throws: `unwritable`, with the path and the cause. The old file is then whole and nothing else is left
    ///   behind; only if the very last step fails, the sync of the folder, the new file is in place instead.
    /// - Complexity: O(`bytes.count`), plus O(number of files in the folder).
    public static func write(_ bytes: [UInt8], to path: String) throws(ModelFileError) {
        try write(bytes, to: path) { () throws(FileFailure) in }
    }

    /// As above, with a hook for tests that is called when the temporary file is complete but has not been renamed.
    static func write(
        _ bytes: [UInt8], to path: String, beforeRename: () throws(FileFailure) -> Void
    ) throws(ModelFileError) {
        do throws(FileFailure) {
            let target = try Target(path)
            // A folder in which files may be made but not listed cannot be opened: then neither of these happens.
            let folder = try OpenFolder(target.folder)
            TemporaryFile.removeAbandoned(for: target)
            try TemporaryFile.replace(target, with: bytes, beforeRename: beforeRename)
            do throws(FileFailure) {
                try folder.sync()
            } catch {
                throw .refused("the new file is in place, but its folder cannot be synced: \(error.cause)")
            }
        } catch {
            throw ModelFileError(.unwritable, "\(quoted(path)) cannot be written: \(error.cause)")
        }
    }
}

/// Where the bytes go: the folder and the name in it, with links resolved, and the mode of what is there.
struct Target {
    let folder: String
    let name: String
    let permissions: mode_t?

    var path: String { folder + name }

    init(_ path: String) throws(FileFailure) {
        guard !path.utf8.contains(0), let last = path.utf8.last else { throw .system(ENOENT) }
        guard last != UInt8(ascii: "/") else { throw .system(EISDIR) }
        var path = path
        var status: FileStatus?
        do throws(FileFailure) {
            status = try FileStatus(ofLinkOrFile: path)
            if status?.kind == .link {
                path = try resolvingLinks(path)
                status = try FileStatus(ofLinkOrFile: path)
            }
        } catch .system(ENOENT) {
            guard status == nil else {
                throw .refused("it is a link to a file that does not exist; remove the link")
            }
        }
        switch status?.kind {
        case nil, .regular: permissions = status?.permissions
        case .folder: throw .system(EISDIR)
        case .link, .other: throw .refused("it is a device or a pipe; name a regular file")
        }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        folder = slash.map { String(path[...$0]) } ?? "./"
        name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
}

private func resolvingLinks(_ path: String) throws(FileFailure) -> String {
    guard let resolved = realpath(path, nil) else { throw .last }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// The folder, held open from before the write so that a missing one is noticed first.
private struct OpenFolder: ~Copyable {
    private let file: OpenFile?

    init(_ path: String) throws(FileFailure) {
        do throws(FileFailure) {
            file = try OpenFile(path, flags: O_RDONLY | O_DIRECTORY)
        } catch .system(ENOENT) {
            throw .refused("the folder \(quoted(path)) does not exist; create it first")
        } catch .system(EACCES) {
            file = nil
        }
    }

    func sync() throws(FileFailure) {
        guard file != nil else { return }
        try file?.sync()
    }
}
