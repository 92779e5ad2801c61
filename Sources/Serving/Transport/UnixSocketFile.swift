#if canImport(Glibc)
    // Which of the two modules defines the C library's structures to the compiler depends on what it read before.
    import CDispatch
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The file of a Unix domain socket.
enum UnixSocketFile {
    /// Removes a socket that a service left behind; refuses to touch one that is in use, or anything that is no socket.
    static func makeWay(at path: String) throws(ServiceError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ServiceError(
                "\(path) is there already and is no socket; remove it, or choose another listen.unix_socket")
        }
        guard !isAnswering(path) else {
            throw ServiceError(
                "another process answers on the socket \(path); stop it, or choose another listen.unix_socket")
        }
        guard unlink(path) == 0 else {
            throw ServiceError("the stale socket \(path) cannot be removed: \(String(cString: strerror(errno)))")
        }
    }

    private static func isAnswering(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return true }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // Only a refusal proves that nobody is there.
        return result == 0 || errno != ECONNREFUSED
    }
}
