#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The file beside the target that takes the bytes until they are complete.
///
/// Its writer holds a lock on it from right after its creation to its end under that name. The lock goes with the
/// process, however that ends, so a temporary file that can be locked has no writer any more. Names are random
/// and not used again: removing one by name never hits a file that has been renamed into place.
enum TemporaryFile {
    /// Writes `bytes` beside the target, syncs them and renames them over it; on failure removes what it made.
    static func replace(
        _ target: Target, with bytes: [UInt8], beforeRename: () throws(FileFailure) -> Void
    ) throws(FileFailure) {
        for _ in 0..<100 where try attempt(target, bytes, beforeRename) { return }
        throw .refused("no temporary file can be kept in its folder; check which program removes them")
    }

    /// One attempt; false if the new file was taken for an abandoned one by another writer before it was locked.
    private static func attempt(
        _ target: Target, _ bytes: [UInt8], _ beforeRename: () throws(FileFailure) -> Void
    ) throws(FileFailure) -> Bool {
        let path = target.folder + prefix(for: target.name) + randomDigits() + suffix
        let file = try OpenFile(path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
        do throws(FileFailure) {
            guard file.tryLock() != false, try file.status().linkCount == 1 else {
                unlink(path)
                return false
            }
            if let permissions = target.permissions { try file.setMode(permissions) }
            try bytes.span.withUnsafeBytes { (buffer) throws(FileFailure) in try file.write(buffer) }
            try file.sync()
            try beforeRename()
            // The lock must hold until the name is gone.
            let result = withExtendedLifetime(file) { rename(path, target.path) }
            guard result == 0 else { throw .last }
            return true
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Removes what killed writers of this target have left; failures to do so are no reason not to write.
    static func removeAbandoned(for target: Target) {
        guard let folder = opendir(target.folder) else { return }
        defer { closedir(folder) }
        let prefix = prefix(for: target.name)
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard isTemporary(name, prefix: prefix) else { continue }
            let path = target.folder + name
            guard let file = try? OpenFile(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
                (try? file.status())?.kind == .regular, file.tryLock() == true
            else { continue }
            unlink(path)
        }
    }

    private static let suffix = ".tmp"

    private static func prefix(for name: String) -> String {
        // A name may have 255 bytes, and the rest must fit as well; a scalar cut in half becomes U+FFFD.
        "." + String(decoding: name.utf8.prefix(200), as: UTF8.self) + "."
    }

    private static func isTemporary(_ name: String, prefix: String) -> Bool {
        let digits = name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        return name.utf8.starts(with: prefix.utf8) && name.hasSuffix(suffix) && digits.count == 16
            && digits.allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
            }
    }

    private static func randomDigits() -> String {
        let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
