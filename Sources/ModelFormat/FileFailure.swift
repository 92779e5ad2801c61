#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Why a file cannot be used, and how that is put to a person.
enum FileFailure: Error, Equatable {
    /// A system call failed with this number.
    case system(Int32)
    /// The file is not what it must be.
    case refused(String)

    /// The failure of the call just made.
    static var last: FileFailure { .system(errno) }

    /// The cause and, where there is one, the remedy: the end of a sentence.
    var cause: String {
        switch self {
        case .refused(let cause): cause
        case .system(let number): causeOfSystemError(number)
        }
    }
}

private func causeOfSystemError(_ number: Int32) -> String {
    switch number {
    case ENOSPC, EDQUOT: "no space is left on the disk; free some and try again"
    case EROFS: "the file system is read-only; choose another folder"
    case EACCES, EPERM: "permission is denied; check who owns the file and its folder"
    case ENOENT: "it does not exist; check the path"
    case ENOTDIR: "part of the path is a file, not a folder; check the path"
    case EISDIR: "it is a folder; name a file"
    case EFBIG:
        "the file is larger than the limit for this process or file system allows; raise it (ulimit -f)"
    case ENAMETOOLONG: "the name is too long; choose a shorter one"
    case ELOOP: "its symbolic links go round in circles; check the path"
    case EMFILE, ENFILE: "too many files are open; close some or raise the limit (ulimit -n)"
    case ENOMEM: "no memory is left; free some and try again"
    case EIO: "the disk reports an error; check it and try again"
    default: description(of: number)
    }
}

private func description(of number: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        buffer.initialize(repeating: 0)
        guard let base = buffer.baseAddress else { return "system error \(number)" }
        let text = strerror_r(number, base, buffer.count) == 0 ? String(cString: base) : ""
        return text.isEmpty ? "system error \(number)" : "the system says \"\(text)\" (error \(number))"
    }
}

/// Repeats a call that a signal interrupted before it did anything.
///
/// - Returns: what `call` returns, never negative.
func uninterrupted<Result: SignedInteger>(_ call: () -> Result) throws(FileFailure) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        if errno != EINTR { throw .last }
    }
}
