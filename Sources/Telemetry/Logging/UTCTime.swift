#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A moment in coordinated universal time, as log lines give it.
struct UTCTime: Sendable {
    /// Since 1970.
    let milliseconds: Int64

    /// The clock's time.
    static func now() -> UTCTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UTCTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// ISO 8601 with milliseconds: `2026-01-31T23:59:59.999Z`.
    var text: String {
        let dayLength: Int64 = 86_400_000
        let (days, within) = Self.divide(milliseconds, by: dayLength)
        let (year, month, day) = Self.date(daysSince1970: days)
        func digits(_ number: Int64, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(count - text.count, 0)) + text
        }
        let time = [(within / 3_600_000, 2), (within / 60_000 % 60, 2), (within / 1000 % 60, 2)]
        return [(year, 4), (month, 2), (day, 2)].map(digits).joined(separator: "-") + "T"
            + time.map(digits).joined(separator: ":") + "." + digits(within % 1000, 3) + "Z"
    }

    /// The Gregorian date of a day.
    ///
    /// Years are counted from March, so that a leap day is a year's last, and in cycles of 400 years (146,097 days),
    /// after which the calendar repeats.
    private static func date(daysSince1970: Int64) -> (Int64, Int64, Int64) {
        // 719,468 days lie between 1 March of year 0 and 1 January 1970.
        let (cycle, dayOfCycle) = divide(daysSince1970 + 719_468, by: 146_097)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        // From March on, months have 31, 30, 31, 30, 31 days again and again: 153 days in five.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
    }

    /// Division that rounds down, also before 1970.
    private static func divide(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
