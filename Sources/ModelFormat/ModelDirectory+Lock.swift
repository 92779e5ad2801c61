#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension ModelDirectory {
    /// Runs `change` while no other process, and no other thread of this one, changes the folder.
    ///
    /// - Throws: `notWritable` where the lock file cannot be made, `busy` where another process holds it for long, and
    ///   what `change` throws, put into a sentence about the folder.
    func locked<Result>(
        _ change: () throws(ChangeFailure) -> Result
    ) throws(ModelDirectoryError) -> Result {
        do throws(ChangeFailure) {
            let file: OpenFile
            do throws(FileFailure) {
                // Only opened for reading: the service and an operator may be different users.
                file = try OpenFile(path + "/.lock", flags: O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o644)
            } catch {
                throw .file(error)
            }
            try Self.wait(for: file, in: path)
            return try withExtendedLifetime(file) { () throws(ChangeFailure) in try change() }
        } catch {
            throw error.described(path)
        }
    }

    private static func wait(for file: borrowing OpenFile, in path: String) throws(ChangeFailure) {
        // Others hold the lock for as long as it takes to write one file. Five seconds.
        for _ in 0..<500 {
            // Where the file system knows no locks, changes go on without; each of them is atomic by itself.
            if file.tryLock() != false { return }
            usleep(10_000)
        }
        throw .directory(
            ModelDirectoryError(.busy, "another process is changing the models in \(quoted(path)); try again"))
    }
}

/// Why a change of the folder came to nothing, until the sentence is made.
enum ChangeFailure: Error {
    case file(FileFailure)
    case directory(ModelDirectoryError)

    fileprivate func described(_ path: String) -> ModelDirectoryError {
        switch self {
        case .directory(let error): error
        case .file(let failure):
            ModelDirectoryError(
                failure.isForbidden ? .notWritable : .failed,
                "the models in \(quoted(path)) cannot be changed: \(failure.cause)")
        }
    }
}

extension FileFailure {
    /// Whether the place cannot be written at all, so that trying again is of no use.
    fileprivate var isForbidden: Bool {
        switch self {
        case .system(EACCES), .system(EPERM), .system(EROFS): true
        default: false
        }
    }
}
