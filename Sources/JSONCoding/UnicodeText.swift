/// Makes strings of bytes that may not be UTF-8.
package enum UnicodeText {
    /// Bytes that are not UTF-8, as an offset and the byte found there.
    package struct Invalid: Error {
        package let offset: Int
        package let byte: UInt8
    }

    /// The string that `bytes` spell; O(n), one pass over valid text.
    package static func string(
        _ bytes: Span<UInt8>, invalid policy: InvalidUnicodePolicy
    ) throws(Invalid) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            guard policy == .repair else {
                let offset = error.byteOffsets.lowerBound
                throw Invalid(offset: offset, byte: bytes[offset])
            }
            return bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Checks `bytes` without making a string of them.
    package static func validate(_ bytes: Span<UInt8>) throws(Invalid) {
        do {
            _ = try UTF8Span(validating: bytes)
        } catch {
            let offset = error.byteOffsets.lowerBound
            throw Invalid(offset: offset, byte: bytes[offset])
        }
    }

    /// The sentence that reports `invalid`, the same for every format.
    package static func problem(_ invalid: Invalid) -> String {
        let digits = String(invalid.byte, radix: 16, uppercase: true)
        return "the byte 0x\(digits.count == 1 ? "0" : "")\(digits) here is not valid UTF-8"
    }

    package static let remedy = "encode the text as UTF-8"
}
