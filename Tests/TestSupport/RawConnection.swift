#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A socket that sends any bytes and shows what comes back, for tests of servers.
///
/// Calls block; nothing waits longer than ten seconds.
public final class RawConnection: Sendable {
    private let descriptor: Int32

    /// What could not be done.
    public struct Failure: Error, CustomStringConvertible {
        /// The call and the system's reason.
        public let description: String
    }

    /// Connects to a TCP port on loopback.
    public init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try connect(&address)
    }

    /// Connects to a Unix domain socket.
    public init(unixSocket path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try connect(&address)
    }

    private func connect<Address>(_ address: inout Address) throws {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// Sends bytes; false where the other side has closed the connection.
    @discardableResult
    public func send(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Sends text; false where the other side has closed the connection.
    @discardableResult
    public func send(_ text: String) -> Bool { send(text.utf8) }

    /// Ends our direction; the other may go on.
    public func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Some bytes: empty at the end of the connection, nil where none came in ten seconds.
    public func receive(atMost limit: Int = 65536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, limit, 0) }
        if count < 0 { return errno == EAGAIN || errno == EWOULDBLOCK ? nil : [] }
        return Array(bytes.prefix(count))
    }

    /// One HTTP response with a Content-Length; nil where the connection ends, or goes silent, before it is whole.
    public func response() -> RawResponse? {
        while true {
            if let (response, length) = RawResponse.parse(unread.bytes) {
                unread.bytes.removeFirst(length)
                return response
            }
            guard let more = receive(), !more.isEmpty else { return nil }
            unread.bytes += more
        }
    }

    /// Everything until the other side closes; nil where it does not.
    public func rest() -> String? {
        while let more = receive() {
            if more.isEmpty { return String(decoding: unread.bytes, as: UTF8.self) }
            unread.bytes += more
        }
        return nil
    }

    // A connection belongs to one test, which reads it from one place at a time.
    private final class Unread: @unchecked Sendable { var bytes: [UInt8] = [] }
    private let unread = Unread()
}

/// An HTTP response as it came.
public struct RawResponse: Sendable {
    /// The status code.
    public var status: Int
    /// Names in lower case.
    public var headers: [String: String]
    /// The body as text.
    public var body: String

    static func parse(_ bytes: [UInt8]) -> (RawResponse, length: Int)? {
        let blank = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: blank) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let parts = lines[0].split(separator: " ")
        guard parts.count >= 2, let status = Int(parts[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        let start = end + 4
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.count >= start + length else { return nil }
        let body = String(decoding: bytes[start..<start + length], as: UTF8.self)
        return (RawResponse(status: status, headers: headers, body: body), start + length)
    }
}

extension RawConnection {
    /// Makes the file of a Unix domain socket on which nobody answers, as a killed server leaves it.
    public static func leaveStaleSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "bind: \(String(cString: strerror(errno)))") }
    }
}
