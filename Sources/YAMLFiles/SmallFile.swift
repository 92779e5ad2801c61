#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that fits in memory many times over: a configuration, a token, a certificate.
package struct SmallFile {
    /// What it holds.
    package let bytes: [UInt8]
    /// Whether every user of the machine may read it.
    package let isWorldReadable: Bool

    /// Why it cannot be read, as the end of "FILE cannot be read: …".
    package struct Failure: Error {
        package let cause: String
    }

    /// Reads a file, a pipe or a device to its end.
    package init(path: String, limit: Int) throws(Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        // A pipe is nobody else's, whatever its mode says.
        isWorldReadable = status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o004 != 0
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &block, block.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last
            }
            bytes.append(contentsOf: block.prefix(count))
            guard bytes.count <= limit else {
                throw Failure(
                    cause: "it holds more than \(limit) bytes, so it is probably another file; check the path")
            }
        }
        self.bytes = bytes
    }
}

extension SmallFile.Failure {
    fileprivate static var last: Self {
        switch errno {
        case ENOENT: Self(cause: "it does not exist; check the path")
        case EACCES, EPERM: Self(cause: "permission is denied; let the user of this process read it")
        case EISDIR: Self(cause: "it is a folder; name a file")
        case ENOTDIR: Self(cause: "part of the path is a file, not a folder; check the path")
        case let number: Self(cause: "\(String(cString: strerror(number))) (error \(number))")
        }
    }
}
