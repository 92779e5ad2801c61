/// A moment in ISO 8601's extended form, kept as written and ordered by the moment that it names.
///
/// Accepted are a date (`2026-01-31`), and a date with a time of day after `T` or one space
/// (`2026-01-31T12:34`, `…:56`, `…:56.789`), each with an optional zone (`Z`, `+02:00`, `+0200`, `+02`). A time
/// without a zone counts as UTC, a date as its first moment. Week dates, ordinal dates and the form without
/// separators are refused. Two timestamps are equal when they name the same moment.
public struct Timestamp: Sendable, Comparable, Hashable, CustomStringConvertible {
    /// The timestamp as it was written.
    public let description: String
    /// Whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let secondsSinceEpoch: Int64
    /// Nanoseconds after ``secondsSinceEpoch``, 0 to 999,999,999; finer digits are cut off.
    public let nanoseconds: Int32

    /// Reads a timestamp; `nil` if `text` is none.
    public init?(_ text: String) {
        var digits = TimestampScanner(text)
        guard let day = digits.date() else { return nil }
        var seconds = day * 86_400
        var nanoseconds: Int32 = 0
        if !digits.isAtEnd {
            guard digits.consume(anyOf: "T", "t", " "), let time = digits.timeOfDay(),
                let offset = digits.zone(), digits.isAtEnd
            else { return nil }
            seconds += time.seconds - offset
            nanoseconds = time.nanoseconds
        }
        self.description = text
        self.secondsSinceEpoch = seconds
        self.nanoseconds = nanoseconds
    }

    /// Whether `left` and `right` name the same moment.
    public static func == (left: Self, right: Self) -> Bool {
        left.secondsSinceEpoch == right.secondsSinceEpoch && left.nanoseconds == right.nanoseconds
    }

    /// Whether `left` is the earlier moment.
    public static func < (left: Self, right: Self) -> Bool {
        (left.secondsSinceEpoch, left.nanoseconds) < (right.secondsSinceEpoch, right.nanoseconds)
    }

    /// Hashes the moment.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(secondsSinceEpoch)
        hasher.combine(nanoseconds)
    }
}

/// One function for each part of ISO 8601's grammar.
private struct TimestampScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func consume(anyOf characters: Unicode.Scalar...) -> Bool {
        guard let first = rest.first, characters.contains(Unicode.Scalar(first)) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func number(digits: Int) -> Int64? {
        let start = rest.prefix(digits)
        guard start.count == digits, start.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest.removeFirst(digits)
        return start.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar.
    mutating func date() -> Int64? {
        guard let year = number(digits: 4), consume(anyOf: "-"), let month = number(digits: 2),
            (1...12).contains(month), consume(anyOf: "-"), let day = number(digits: 2)
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day >= 1, day <= lengths[Int(month) - 1] else { return nil }
        // Years are counted from 1 March, so that the leap day comes last and months have a regular pattern
        // (153 days in five of them); 719,468 days lie between 0000-03-01 and 1970-01-01.
        let shiftedYear = month > 2 ? year : year - 1
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    mutating func timeOfDay() -> (seconds: Int64, nanoseconds: Int32)? {
        guard let hour = number(digits: 2), hour < 24, consume(anyOf: ":"), let minute = number(digits: 2),
            minute < 60
        else { return nil }
        var seconds = hour * 3600 + minute * 60
        guard consume(anyOf: ":") else { return (seconds, 0) }
        // 60 is a leap second.
        guard let second = number(digits: 2), second <= 60 else { return nil }
        seconds += second
        guard consume(anyOf: ".", ",") else { return (seconds, 0) }
        var nanoseconds: Int32 = 0
        var unit: Int32 = 100_000_000
        guard let first = number(digits: 1) else { return nil }
        nanoseconds += Int32(first) * unit
        while let digit = number(digits: 1) {
            unit /= 10
            nanoseconds += Int32(digit) * unit
        }
        return (seconds, nanoseconds)
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int64? {
        if isAtEnd || consume(anyOf: "Z", "z") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard consume(anyOf: "+", "-"), let hours = number(digits: 2), hours < 24 else { return nil }
        var seconds = hours * 3600
        if consume(anyOf: ":") || !isAtEnd {
            guard let minutes = number(digits: 2), minutes < 60 else { return nil }
            seconds += minutes * 60
        }
        return isWest ? -seconds : seconds
    }
}
