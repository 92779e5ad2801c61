import Telemetry
import Testing

@Suite struct ULIDTests {
    @Test func `identifiers have 26 digits of Crockford's base 32 and ascend`() {
        var generator = ULIDGenerator()
        let alphabet = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var last = ""
        for step in 0..<10_000 {
            let id = generator.next(milliseconds: 1_700_000_000_000 + UInt64(step / 100))
            #expect(id.count == 26 && id.allSatisfy(alphabet.contains))
            #expect(id > last)
            last = id
        }
    }

    @Test func `the time is the first ten digits`() {
        var generator = ULIDGenerator()
        // 1469918176385 ms is 01ARYZ6S41 in the specification's own example.
        #expect(generator.next(milliseconds: 1_469_918_176_385).hasPrefix("01ARYZ6S41"))
    }

    @Test func `a clock that goes back does not break the order`() {
        var generator = ULIDGenerator()
        let first = generator.next(milliseconds: 2000)
        #expect(generator.next(milliseconds: 1000) > first)
    }
}
