#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Finds bytes at memory speed.
///
/// The unsafe pointers below live only for one call, and every load ends at or before `bytes.count`.
package enum ByteSearch {
    /// The first place of `byte` at or after `start`.
    package static func firstIndex(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        return bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress,
                let found = memchr(base + start, Int32(byte), buffer.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// The first comma, line feed or carriage return at or after `start`.
    ///
    /// Eight bytes at a time: `(v − 0x01…) & ~v & 0x80…` marks the zero bytes of `v`, and is exact for the
    /// lowest of them, which is the only one used (Warren, Hacker's Delight, section 6-1).
    package static func firstDelimiter(in bytes: Span<UInt8>, from start: Int) -> Int? {
        let low: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        return bytes.withUnsafeBytes { buffer in
            var index = start
            while index + 8 <= buffer.count {
                let word = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let comma = word ^ (low &* 0x2C)
                let feed = word ^ (low &* 0x0A)
                let carriage = word ^ (low &* 0x0D)
                let marks =
                    ((comma &- low) & ~comma | (feed &- low) & ~feed | (carriage &- low) & ~carriage) & high
                if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
                index += 8
            }
            while index < buffer.count {
                let byte = buffer[index]
                if byte == 0x2C || byte == 0x0A || byte == 0x0D { return index }
                index += 1
            }
            return nil
        }
    }

    /// The first byte at or after `start` that cannot stand for itself in a JSON string: a double quote, a backslash or
    /// a control character.
    ///
    /// Eight bytes at a time, as ``firstDelimiter(in:from:)``; a byte is below 0x20 where taking 0x20 from it borrows.
    package static func firstJSONSpecial(in bytes: Span<UInt8>, from start: Int) -> Int? {
        let low: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        return bytes.withUnsafeBytes { buffer in
            var index = start
            while index + 8 <= buffer.count {
                let word = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let quote = word ^ (low &* 0x22)
                let backslash = word ^ (low &* 0x5C)
                let marks =
                    ((quote &- low) & ~quote | (backslash &- low) & ~backslash | (word &- low &* 0x20) & ~word) & high
                if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
                index += 8
            }
            while index < buffer.count {
                let byte = buffer[index]
                if byte == 0x22 || byte == 0x5C || byte < 0x20 { return index }
                index += 1
            }
            return nil
        }
    }

    /// Number of line ends in `bytes`: LF, CRLF, or CR on its own.
    package static func lineEndCount(in bytes: Span<UInt8>) -> Int {
        var count = 0
        var index = 0
        while let feed = firstIndex(of: 0x0A, in: bytes, from: index) {
            count += 1
            index = feed + 1
        }
        index = 0
        while let carriage = firstIndex(of: 0x0D, in: bytes, from: index) {
            index = carriage + 1
            if index == bytes.count || bytes[index] != 0x0A { count += 1 }
        }
        return count
    }

    /// Lines and columns from the start of `bytes` to `offset`, both from 0.
    package static func position(of offset: Int, in bytes: Span<UInt8>) -> (line: Int, column: Int) {
        var line = 0
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) {
            let isLineEnd =
                bytes[index] == 0x0A
                || bytes[index] == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
            if isLineEnd {
                line += 1
                lineStart = index + 1
            }
        }
        return (line, offset - lineStart)
    }
}
