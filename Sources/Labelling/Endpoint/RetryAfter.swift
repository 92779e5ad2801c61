/// The header by which a server asks for a pause (RFC 9110, section 10.2.3).
enum RetryAfter {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds to wait: a number of them, or the time until a date in the form that HTTP prefers.
    ///
    /// - Parameter now: seconds since 1970.
    static func seconds(_ value: String, now: Double) -> Double? {
        let text = value.split(separator: " ")
        if text.count == 1, text[0].utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
            let seconds = Double(text[0]), seconds.isFinite
        {
            return seconds
        }
        // Sun, 06 Nov 1994 08:49:37 GMT
        guard text.count == 6, text[5] == "GMT", let day = Int(text[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(text[2])), let year = Int(text[3]), (1970...9999).contains(year)
        else { return nil }
        let clock = text[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let seconds = days(year, month + 1, day) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
        return max(0, Double(seconds) - now)
    }

    /// Days since 1970-01-01 in the Gregorian calendar, years counted from March.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
