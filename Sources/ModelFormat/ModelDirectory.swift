#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A folder of named models, each with the revisions that were kept of it and with its history.
///
/// `NAME.safetensors` is the active revision, `NAME.revisions/sha256-….safetensors` are the kept ones, and
/// `NAME.ledger.jsonl` says what happened; `docs/models.md` describes all three. What is active is decided by
/// `NAME.safetensors` alone, so that copying a file there is enough to deploy it; the ledger follows.
///
/// Files are copies of each other, never links: whoever overwrites `NAME.safetensors` in place would otherwise
/// overwrite the kept revision too. Every change takes the folder's lock, which ends with the process that holds it.
public struct ModelDirectory: Sendable {
    /// Where the folder is.
    public let path: String

    /// Called before each step that changes the disk; tests end the process there.
    var beforeStep: @Sendable () -> Void = {}

    /// The folder at `path`, which need not exist yet.
    public init(_ path: String) { self.path = path }

    /// The names of the models in the folder, in order; files whose name no model can have are passed over.
    ///
    /// - Throws: `failed` where the folder cannot be listed.
    public func list() throws(ModelDirectoryError) -> [String] {
        do throws(FileFailure) {
            return try namesInFolder(path).compactMap { file in
                guard file.hasSuffix(Self.suffix) else { return nil }
                let name = String(file.dropLast(Self.suffix.count))
                guard ModelName.isValid(name), FileIdentity(of: path + "/" + file) != nil else { return nil }
                return name
            }.sorted()
        } catch {
            throw ModelDirectoryError(.failed, "the folder \(quoted(path)) cannot be read: \(error.cause)")
        }
    }

    /// Path of the active file of `name`.
    public func activePath(_ name: String) throws(ModelDirectoryError) -> String {
        try ModelName.check(name)
        return path + "/" + name + Self.suffix
    }

    /// The revision of the active file.
    ///
    /// - Throws: `unknownModel` where there is none.
    /// - Complexity: O(size of the file).
    public func activeRevision(_ name: String) throws(ModelDirectoryError) -> String {
        try active(name).revision()
    }

    /// The bytes of the active file, which need not be a sound model.
    public func active(_ name: String) throws(ModelDirectoryError) -> ModelBytes {
        let file = try activePath(name)
        guard FileIdentity(of: file) != nil else {
            throw ModelDirectoryError(
                .unknownModel, "there is no model \(quoted(name)): \(quoted(file)) does not exist or is no file")
        }
        do throws(ModelFileError) {
            return try ModelBytes(reading: file)
        } catch {
            throw ModelDirectoryError(.failed, error.message)
        }
    }

    /// The revisions kept of `name`, in order of their digests; the active one is among them once it was recorded.
    public func keptRevisions(_ name: String) throws(ModelDirectoryError) -> [String] {
        let folder = try revisionsPath(name)
        do throws(FileFailure) {
            return try namesInFolder(folder).compactMap { file in
                guard file.hasPrefix("sha256-"), file.hasSuffix(Self.suffix) else { return nil }
                let revision = "sha256:" + file.dropFirst(7).dropLast(Self.suffix.count)
                return ModelName.isRevision(revision) ? revision : nil
            }.sorted()
        } catch .system(ENOENT) {
            return []
        } catch {
            throw ModelDirectoryError(.failed, "the folder \(quoted(folder)) cannot be read: \(error.cause)")
        }
    }

    /// The bytes of a kept revision, once it is certain that they are those of that digest.
    ///
    /// - Throws: `unknownRevision`, or `damaged` where the digest is another one.
    public func keptBytes(_ name: String, _ revision: String) throws(ModelDirectoryError) -> ModelBytes {
        let file = try keptPath(name, revision)
        guard FileIdentity(of: file) != nil else {
            throw ModelDirectoryError(
                .unknownRevision, "\(revision) is not among the kept revisions of \(quoted(name))")
        }
        let bytes: ModelBytes
        do throws(ModelFileError) {
            bytes = try ModelBytes(reading: file)
        } catch {
            throw ModelDirectoryError(.failed, error.message)
        }
        guard bytes.revision() == revision else {
            throw ModelDirectoryError(
                .damaged, "\(quoted(file)) is damaged: its digest is not the one in its name; remove it")
        }
        return bytes
    }

    /// The history of `name`, oldest entry first; lines that are cut off or are no entries are passed over.
    public func history(_ name: String) throws(ModelDirectoryError) -> [ModelLedgerEntry] {
        let file = try ledgerPath(name)
        do throws(FileFailure) {
            return try ModelLedger.read(file)
        } catch {
            throw ModelDirectoryError(.failed, "\(quoted(file)) cannot be read: \(error.cause)")
        }
    }

    /// Revisions that were active before the present one and are kept, the latest first: where `rollback` can go.
    public func previousRevisions(_ name: String) throws(ModelDirectoryError) -> [String] {
        let kept = Set(try keptRevisions(name))
        var seen: Set<String> = []
        return ModelLedger.activeRevisions(try history(name)).dropLast().reversed().filter {
            kept.contains($0) && seen.insert($0).inserted
        }
    }

    static let suffix = ".safetensors"

    func revisionsPath(_ name: String) throws(ModelDirectoryError) -> String {
        try ModelName.check(name)
        return path + "/" + name + ".revisions"
    }

    func keptPath(_ name: String, _ revision: String) throws(ModelDirectoryError) -> String {
        try ModelName.checkRevision(revision)
        return try revisionsPath(name) + "/sha256-" + revision.dropFirst(7) + Self.suffix
    }

    func ledgerPath(_ name: String) throws(ModelDirectoryError) -> String {
        try ModelName.check(name)
        return path + "/" + name + ".ledger.jsonl"
    }
}

private func namesInFolder(_ path: String) throws(FileFailure) -> [String] {
    guard !path.utf8.contains(0) else { throw .system(ENOENT) }
    guard let folder = opendir(path) else { throw .last }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        names.append(name)
    }
    return names
}
