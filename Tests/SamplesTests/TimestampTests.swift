import Samples
import TestSupport
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01", 0, 0), ("2000-02-29T23:59:59Z", 951_868_799, 0), ("0000-03-01", -62_162_035_200, 0),
        ("2026-01-31T12:34", 1_769_862_840, 0), ("2026-01-31 12:34:56.789+02:00", 1_769_855_696, 789_000_000),
        ("2026-01-31t12:34:56,1234567891z", 1_769_862_896, 123_456_789),
        ("2026-01-31T12:34:56-0530", 1_769_882_696, 0), ("2026-01-31T12:34:56+02", 1_769_855_696, 0),
        ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
    ])
    func `ISO 8601 names a moment`(text: String, seconds: Int64, nanoseconds: Int32) throws {
        let timestamp = try #require(Timestamp(text))
        #expect(timestamp.secondsSinceEpoch == seconds && timestamp.nanoseconds == nanoseconds)
        #expect(timestamp.description == text)
    }

    @Test(arguments: [
        "", "yesterday", "2026", "2026-1-31", "2026-02-29", "2026-00-01", "2026-13-01", "2026-01-00",
        "20260131",
        "2026-W05-6", "2026-031", "2026-01-31T", "2026-01-31T12", "2026-01-31T24:00", "2026-01-31T12:60",
        "2026-01-31T12:34:61", "2026-01-31T12:34:56.", "2026-01-31T12:34:56+2", "2026-01-31T12:34:56+02:",
        "2026-01-31T12:34:56Z ", "2026-01-31  12:34", "２026-01-31", "2026-01-31T12:34:56+24:00",
    ])
    func `anything else is refused`(text: String) { #expect(Timestamp(text) == nil) }

    @Test func `timestamps are ordered by the moment, not by their spelling`() throws {
        let earlier = try #require(Timestamp("2026-01-31T13:00:00+02:00"))
        let later = try #require(Timestamp("2026-01-31T12:00:00Z"))
        #expect(earlier < later)
        #expect(later == Timestamp("2026-01-31T14:00:00.000+02:00"))
    }

    @Test(.enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"))
    func `Python's datetime agrees`() throws {
        let seed: UInt64 = 8601
        var random = SplitMix64(seed: seed)
        func digits(_ range: ClosedRange<Int>, _ width: Int) -> String {
            let number = String(Int.random(in: range, using: &random))
            return String(repeating: "0", count: max(0, width - number.count)) + number
        }
        let texts = (0..<500).map { _ in
            "\(digits(1...9999, 4))-\(digits(1...12, 2))-\(digits(1...31, 2))T\(digits(0...24, 2)):\(digits(0...59, 2)):"
                + "\(digits(0...59, 2)).\(digits(0...999_999, 6))"
                + ["", "Z", "+02:00", "-1130", "+09"][Int.random(in: 0..<5, using: &random)]
        }
        let expected: [Int64?] = try PythonOracle.run(
            """
            import json, sys
            from datetime import datetime, timedelta, timezone
            def microseconds(text):
                try: moment = datetime.fromisoformat(text)
                except ValueError: return None
                if moment.tzinfo is None: moment = moment.replace(tzinfo=timezone.utc)
                epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
                return (moment - epoch) // timedelta(microseconds=1)
            print(json.dumps([microseconds(text) for text in json.load(sys.stdin)]))
            """, json: texts)
        for (text, expected) in zip(texts, expected) {
            let timestamp = Timestamp(text)
            let found = timestamp.map { $0.secondsSinceEpoch * 1_000_000 + Int64($0.nanoseconds / 1000) }
            #expect(found == expected, "\(text), seed \(seed)")
        }
    }
}
