import NIOCore

#if canImport(Glibc)
    // Which of the two modules defines the C library's structures to the compiler depends on what it read before.
    import CDispatch
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The wall clock, and its time as a `Date` header has it (RFC 9110, section 5.6.7), formatted once a second.
struct HTTPDate {
    private var second = -1
    private var text = ""

    /// The time since 1970.
    func now() -> (seconds: Int, milliseconds: UInt64) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return (time.tv_sec, UInt64(max(0, time.tv_sec)) * 1000 + UInt64(time.tv_nsec / 1_000_000))
    }

    /// Writes the current time, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    mutating func write(into out: inout ByteBuffer) {
        let seconds = now().seconds
        if seconds != second {
            second = seconds
            text = Self.text(seconds)
        }
        out.writeString(text)
    }

    static func text(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
            + "\(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
