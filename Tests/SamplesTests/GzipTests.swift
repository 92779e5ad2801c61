import Foundation
import Samples
import TestSupport
import Testing

@Suite struct GzipTests {
    private static let table = Array("text,label\nhello,a\n".utf8)

    /// A gzip member whose deflate data is one stored block (RFC 1951, section 3.2.4; RFC 1952).
    private static func member(_ bytes: [UInt8]) -> [UInt8] {
        func littleEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var remainder = UInt32.max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        let length = UInt32(bytes.count)
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + littleEndian(length, 2) + littleEndian(~length, 2)
            + bytes + littleEndian(~remainder, 4) + littleEndian(length, 4)
    }

    private func texts(_ bytes: [UInt8], bufferSize: Int = 256 << 10) throws -> [String?] {
        try withFiles(["data.csv.gz": bytes]) { path in
            var options = SampleReader.Options()
            options.bufferSize = bufferSize
            var reader = try SampleReader(paths: [path("data.csv.gz")], options: options)
            return try reader.readAll().map(\.text)
        }
    }

    private func message(_ bytes: [UInt8]) -> String? {
        do {
            _ = try texts(bytes)
            return nil
        } catch {
            // The folder is a temporary one.
            return "\(error)".split(separator: "/").last.map(String.init)
        }
    }

    @Test(arguments: [1, 2, 3, 10, 4096])
    func `one member or several, and padding after them, are read`(bufferSize: Int) throws {
        #expect(try texts(Self.member(Self.table), bufferSize: bufferSize) == ["hello"])
        let parts =
            Self.member([]) + Self.member(Self.table) + Self.member([]) + Self.member(Array("x,b".utf8))
        #expect(try texts(parts + [0, 0, 0], bufferSize: bufferSize) == ["hello", "x"])
    }

    @Test func `every truncation is an error`() {
        let whole = Self.member(Self.table)
        for length in 0..<whole.count {
            #expect(
                message(Array(whole[..<length]))
                    == "data.csv.gz: the gzip data ends too early; copy or compress the file again",
                "\(length)")
        }
    }

    @Test func `damage is an error`() {
        let whole = Self.member(Self.table)
        var damaged = whole
        damaged[16] ^= 1
        #expect(
            message(damaged)
                == "data.csv.gz: the gzip data is corrupt (incorrect data check); copy or compress the file again"
        )
        #expect(
            message(whole + [1, 2, 3])
                == "data.csv.gz: the gzip data is corrupt (incorrect header check); copy or compress the file again"
        )
        #expect(message(Self.table)?.hasPrefix("data.csv.gz: the gzip data is corrupt") == true)
    }

    @Test(.enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"))
    func `what Python compresses is read`() throws {
        let compressed = try PythonOracle.run(
            """
            import gzip, sys
            rows = "".join(f"text {i},label {i % 7}\\n" for i in range(20000))
            sys.stdout.buffer.write(gzip.compress(b"text,label\\n") + gzip.compress(rows.encode()))
            """)
        let found = try texts(Array(compressed), bufferSize: 1000)
        #expect(found.count == 20_000 && found.last == "text 19999")
    }
}
