import JSONCoding

/// Tensors in the binary form of the protocol: little-endian, row by row, nothing between the elements.
enum KServeBytes {
    /// The texts of a `BYTES` tensor of `size` bytes, which must be all of `tail`.
    ///
    /// Each is its length in four bytes, then its UTF-8. Ill-formed text is repaired, as in JSON.
    static func texts(_ tail: Span<UInt8>, size: Int, limit: Int) throws(WireError) -> BoundedTexts {
        let field = "inputs[0].parameters.binary_data_size"
        guard size == tail.count else {
            throw WireError(
                400, "wrong_length",
                "`\(field)` is \(size), but \(tail.count) bytes follow the JSON; correct the size", field: field)
        }
        var texts = BoundedTexts(limit: limit)
        var offset = 0
        while offset < tail.count {
            let rest = tail.count - offset
            // UInt64 holds the sum on every platform, whatever length an element claims.
            guard rest >= 4, UInt64(length(at: offset, of: tail)) + 4 <= UInt64(rest) else {
                throw WireError(
                    400, "wrong_length",
                    "element \(texts.count) of the binary tensor at byte \(offset) runs past its end; "
                        + "write each as its length in 4 bytes, little-endian, and its UTF-8",
                    field: "inputs[0]")
            }
            let start = offset + 4
            let end = start + Int(length(at: offset, of: tail))
            texts.append {
                tail.extracting(start..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            }
            offset = end
        }
        return texts
    }

    private static func length(at offset: Int, of bytes: Span<UInt8>) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }

    /// Appends `text` as an element of a `BYTES` tensor.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt32(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends `number` as an element of an `FP32` tensor.
    static func append(_ number: Float, to bytes: inout [UInt8]) { append(number.bitPattern, to: &bytes) }

    private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }
}
