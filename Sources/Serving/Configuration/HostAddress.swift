#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What kind of address a host is.
enum HostAddress {
    /// Only this machine reaches it.
    case loopback
    /// Other machines may reach it.
    case remote
    /// It is neither an IP address nor a name.
    case malformed

    init(_ host: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, host, &four) == 1 {
            self = UInt32(bigEndian: four.s_addr) >> 24 == 127 ? .loopback : .remote
        } else if inet_pton(AF_INET6, host, &six) == 1 {
            let bytes = withUnsafeBytes(of: six) { Array($0) }
            let isLoopback = bytes == [UInt8](repeating: 0, count: 15) + [1]
            // ::ffff:127.0.0.1 is 127.0.0.1 to the system.
            let isMapped = bytes.prefix(13).elementsEqual([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127])
            self = isLoopback || isMapped ? .loopback : .remote
        } else if host.isEmpty || !host.utf8.allSatisfy(Self.isPartOfName) {
            self = .malformed
        } else {
            // Any other name may lead anywhere.
            self = host.lowercased() == "localhost" ? .loopback : .remote
        }
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
