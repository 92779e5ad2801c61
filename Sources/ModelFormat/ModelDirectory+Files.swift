#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

// Files of the folder, read and written while its lock is held.
extension ModelDirectory {
    func ledger(_ name: String) -> String { path + "/" + name + ".ledger.jsonl" }

    func read(_ name: String) throws(ChangeFailure) -> [ModelLedgerEntry] {
        do throws(ModelDirectoryError) {
            return try history(name)
        } catch {
            throw .directory(error)
        }
    }

    func kept(_ name: String, _ revision: String) throws(ChangeFailure) -> ModelBytes {
        do throws(ModelDirectoryError) {
            return try keptBytes(name, revision)
        } catch {
            throw .directory(error)
        }
    }

    func append(_ entry: ModelLedgerEntry, _ name: String) throws(ChangeFailure) {
        do throws(FileFailure) {
            let ledger = try ModelLedger(appendingTo: ledger(name))
            beforeStep()
            try ledger.append(entry)
            try syncFolder(path)
        } catch {
            throw .file(error)
        }
    }

    /// Keeps `bytes`; a copy that is damaged is replaced.
    @discardableResult
    func keepLocked(_ bytes: ModelBytes, _ name: String) throws(ChangeFailure) -> String {
        let revision = bytes.revision()
        if (try? keptBytes(name, revision)) != nil { return revision }
        let folder = path + "/" + name + ".revisions"
        do throws(FileFailure) {
            beforeStep()
            do throws(FileFailure) {
                _ = try uninterrupted { mkdir(folder, 0o755) }
                try syncFolder(path)
            } catch .system(EEXIST) {
                // Made earlier, or a file of that name, which the next step trips over.
            }
            beforeStep()
            try replace(folder + "/sha256-" + revision.dropFirst(7) + Self.suffix, with: bytes)
        } catch {
            throw .file(error)
        }
        return revision
    }

    /// Puts a whole file in place.
    ///
    /// A link there is replaced by the file, since what it points to may be somebody's
    /// original; permissions stay as they were.
    func replace(_ file: String, with bytes: ModelBytes) throws(FileFailure) {
        let target = try Target(replacing: file)
        TemporaryFile.removeAbandoned(for: target)
        try TemporaryFile.replace(target, with: bytes.copy(of: 0..<bytes.count)) { () throws(FileFailure) in
            beforeStep()
        }
        try syncFolder(target.folder)
    }

    func syncFolder(_ folder: String) throws(FileFailure) {
        do throws(FileFailure) {
            try OpenFile(folder, flags: O_RDONLY | O_DIRECTORY).sync()
        } catch .system(EACCES) {
            // A folder in which files may be made but not listed cannot be opened, and so not be synced.
        }
    }
}

extension Target {
    /// The name `path` itself, even where it is a link.
    fileprivate init(replacing path: String) throws(FileFailure) {
        guard !path.utf8.contains(0), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            throw .system(ENOENT)
        }
        do throws(FileFailure) {
            let status = try FileStatus(ofLinkOrFile: path)
            switch status.kind {
            case .regular: permissions = status.permissions
            case .link: permissions = nil
            case .folder: throw .system(EISDIR)
            case .other: throw .refused("\(quoted(path)) is a device or a pipe; remove it")
            }
        } catch .system(ENOENT) {
            permissions = nil
        }
        folder = String(path[...slash])
        name = String(path[path.utf8.index(after: slash)...])
    }
}
