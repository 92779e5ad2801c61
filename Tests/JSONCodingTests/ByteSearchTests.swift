import TestSupport
import Testing

@testable import JSONCoding

@Suite struct ByteSearchTests {
    @Test(arguments: 1...20)
    func `the first byte that a JSON string must escape is found wherever it stands`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let likely: [UInt8] = [
            0x00, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0x9F, 0xA2, 0xDC, 0xFF,
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...40, using: &random)
            let plain = (0..<count).map { _ -> UInt8 in
                Bool.random(using: &random) ? 0x61 : .random(in: 0x80...0xFF, using: &random)
            }
            var bytes = plain
            for _ in 0..<Int.random(in: 0...3, using: &random) where count > 0 {
                bytes[Int.random(in: 0..<count, using: &random)] = likely.randomElement(using: &random) ?? 0
            }
            let start = Int.random(in: 0...count, using: &random)
            let expected = bytes[start...].firstIndex { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }
            #expect(ByteSearch.firstJSONSpecial(in: bytes.span, from: start) == expected, "\(bytes) from \(start)")
        }
    }

    @Test func `whole numbers are written in full`() {
        for number in [0, 7, 10, -1, 1_700_000_000, -905, .max, .min] {
            var json = JSONWriter()
            json.value(number)
            #expect(String(decoding: json.bytes, as: UTF8.self) == String(number))
        }
    }

    @Test func `each character is written as JSON writes it`() {
        var json = JSONWriter()
        json.value("plain \"quoted\" back\\slash\n\r\t\u{0}\u{1F}\u{7F}é😀 and a plain end")
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #""plain \"quoted\" back\\slash\n\r\t\u0000\u001f"# + "\u{7F}é😀 and a plain end\"")
    }
}
